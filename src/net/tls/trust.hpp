#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "net/loop.hpp"
#include "net/tls/config.hpp"

namespace hale {

/// Where the certificates of trusted issuers are; either may be empty.
struct Issuers {
  std::string file{};       ///< PEM
  std::string directory{};  ///< hashed, as `openssl rehash` makes it

  bool empty() const { return file.empty() && directory.empty(); }
};

/// What `tls` names (`--cacert`, SSL_CERT_FILE, SSL_CERT_DIR), else the system's below `root`: /etc/ssl/certs when it
/// is a hashed directory, else find_ca_bundle(). Empty when there are none.
Issuers find_issuers(const TlsConfig& tls, const std::string& root = "");

/// The file that `tls` names, else the first below `root` of the bundles that distributions are known to have; for who
/// can read no directory. Empty when there is none.
std::string find_ca_bundle(const TlsConfig& tls, const std::string& root = "");

/// The stores of trusted issuers, one for all targets of the run that trust the same.
class TrustStores {
 public:
  explicit TrustStores(Loop&) {}

  /// Has OpenSSL's own `SSL_CTX*` trust whom `tls` trusts; their certificates are read when one is to be verified. A
  /// certificate that is itself among them is trusted whoever issued it. Returns why there is nobody to trust: the file
  /// that `tls` names cannot be read or has none, or there is none where the system should have some; empty when all is
  /// well.
  std::string give(void* ssl_context, const TlsConfig& tls);

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<void>> stores_;
};

}  // namespace hale
