#pragma once

#include <string>

namespace hale {

struct Environment;
struct Target;

/// How a TLS peer is judged. Certificates are verified unless `insecure`.
struct Tls {
  std::string server_name{};   ///< sent as SNI and looked for in the certificate; a name or an address
  std::string ca_file{};       ///< PEM file of trusted issuers; empty for the system's
  std::string ca_directory{};  ///< hashed directory of trusted issuers; empty for the system's
  bool insecure = false;
};

/// Reads --cacert and --insecure, else SSL_CERT_FILE and SSL_CERT_DIR. Throws UsageError for a --cacert that cannot be
/// read.
Tls tls_options(const Target& target, const Environment& environment);

/// "OpenSSL 3.0.19".
std::string tls_library();

}  // namespace hale
