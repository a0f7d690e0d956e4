#pragma once

#include <compare>
#include <string>

namespace hale {

// TLS versions as numbered on the wire (RFC 8446, 4.2.1).
inline constexpr int tls_1_2 = 0x0303;
inline constexpr int tls_1_3 = 0x0304;

/// How to verify a TLS server and what to show it. Certificates are verified unless `insecure`.
struct TlsConfig {
  std::string server_name{};   ///< sent as SNI and looked for in the certificate; a DNS name or an IP address
  std::string ca_file{};       ///< PEM file of trusted issuers; empty for the system's
  std::string ca_directory{};  ///< hashed directory of trusted issuers; empty for the system's
  std::string cert_file{};     ///< PEM file of the client certificate and its chain; empty for no certificate
  std::string key_file{};      ///< PEM file of its private key; empty without a certificate
  int oldest_version = tls_1_2;
  bool insecure = false;

  auto operator<=>(const TlsConfig&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees its own 0
};

/// "OpenSSL 3.0.19".
std::string tls_library();

/// Initialises OpenSSL without reading openssl.cnf. Call it before any use of OpenSSL, also before a library that uses
/// it (libcurl, libpq). The openssl.cnf found would belong to the container or host that hale runs in, and a module
/// named there can break every connection.
void prepare_openssl();

}  // namespace hale
