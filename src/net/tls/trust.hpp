#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/loop.hpp"
#include "net/tls/config.hpp"
#include "net/tls/openssl_types.hpp"

namespace hale {

/// Where the certificates of trusted issuers are; either may be empty.
struct Issuers {
  std::string file{};       ///< PEM
  std::string directory{};  ///< hashed, as `openssl rehash` makes it

  bool empty() const { return file.empty() && directory.empty(); }
};

/// What `tls` names (`--cacert`, SSL_CERT_FILE, SSL_CERT_DIR), else the system's below `root`: /etc/ssl/certs when it
/// is a hashed directory, else find_ca_bundle(). Empty when the system has no issuers.
Issuers find_issuers(const TlsConfig& tls, const std::string& root = "");

/// The file that `tls` names, else the first below `root` of the bundles of known distributions. For libraries that
/// cannot read a directory, such as libpq. Empty when no bundle exists.
std::string find_ca_bundle(const TlsConfig& tls, const std::string& root = "");

/// The stores of trusted issuers. Targets that trust the same issuers share one store for the whole run.
class TrustStores {
 public:
  explicit TrustStores(Loop&) {}

  /// Makes `context` trust the issuers of `tls`. Their certificates are read when the first chain is verified. A
  /// certificate that is itself in the store is trusted without its issuer. Returns an error when the file that `tls`
  /// names cannot be read or has no certificate, or when the system has no issuers. Throws std::bad_alloc.
  std::optional<std::string> apply(SSL_CTX* context, const TlsConfig& tls);

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<X509_STORE>> stores_;  ///< by CA file and directory
};

}  // namespace hale
