#pragma once

#include <optional>
#include <string>

#include "net/tls/openssl_types.hpp"

namespace hale {

/// What a TLS handshake negotiated, and the contents of the server's certificate.
struct TlsSession {
  std::string protocol{};  ///< "TLSv1.3"
  std::string cipher{};    ///< "TLS_AES_256_GCM_SHA384"
  std::string subject{};   ///< "CN=db.example,O=Example" (RFC 2253)
  std::string issuer{};    ///< as `subject`
  std::string names{};     ///< the subject's alternative names: DNS names and addresses, separated by ", "
  double cert_days = 0;    ///< until the certificate expires; negative after that

  /// Until the first certificate of the verified chain expires; nothing when the chain was not verified.
  std::optional<double> chain_days{};

  bool verified() const { return chain_days.has_value(); }
};

/// Reads the session of `ssl`, which the caller keeps. Nothing when the peer sent no certificate.
std::optional<TlsSession> read_tls_session(const SSL* ssl);

/// Why OpenSSL rejects the certificate in `context`, which is the one that a verify callback receives. Says since when
/// the certificate has expired, for which names it is valid instead of `server_name`, or which issuer is unknown.
std::string describe_certificate_error(X509_STORE_CTX* context, const std::string& server_name);

}  // namespace hale
