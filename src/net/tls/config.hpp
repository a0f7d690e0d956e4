#pragma once

#include <compare>
#include <string>

namespace hale {

// Versions of TLS as they are numbered on the wire (RFC 8446, 4.2.1).
inline constexpr int tls_1_2 = 0x0303;
inline constexpr int tls_1_3 = 0x0304;

/// How a TLS peer is judged. Certificates are verified unless `insecure`.
struct TlsConfig {
  std::string server_name{};   ///< sent as SNI and looked for in the certificate; a name or an address
  std::string ca_file{};       ///< PEM file of trusted issuers; empty for the system's
  std::string ca_directory{};  ///< hashed directory of trusted issuers; empty for the system's
  std::string cert_file{};     ///< PEM file of the client certificate and its chain; empty for none
  std::string key_file{};      ///< PEM file of its key; empty without a certificate
  int oldest_version = tls_1_2;
  bool insecure = false;

  auto operator<=>(const TlsConfig&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees its own 0
};

/// "OpenSSL 3.0.19".
std::string tls_library();

/// To be called before OpenSSL is touched, be it by the library behind a kind: no openssl.cnf is read then. The one
/// that is found belongs to the container or host that hale runs in, and a module it names can break every connection.
void prepare_openssl();

}  // namespace hale
