#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "net/net.hpp"
#include "net/tls.hpp"

namespace hale {

/// Where the certificates of trusted issuers are; either may be empty.
struct Issuers {
  std::string file{};       ///< PEM
  std::string directory{};  ///< hashed, as `openssl rehash` makes it

  bool empty() const { return file.empty() && directory.empty(); }
};

/// What `tls` names (`--cacert`, SSL_CERT_FILE, SSL_CERT_DIR), else the system's below `root`: /etc/ssl/certs when it
/// is a hashed directory, else the first of the bundles that distributions are known to have. Empty when there is none.
Issuers find_issuers(const Tls& tls, const std::string& root = "");

/// The stores of trusted issuers, one for all targets of the run that trust the same.
class Trust {
 public:
  explicit Trust(Loop&) {}

  /// OpenSSL's own `X509_STORE*`, which stays the trust's and lives as long as the run; for SSL_CTX_set1_cert_store.
  /// Its certificates are read when one is to be verified. Throws Unhealthy (UNKNOWN) with where it looked when there
  /// are no issuers at all.
  void* store(const Tls& tls);

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<void>> stores_;
};

}  // namespace hale
