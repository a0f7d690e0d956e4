#pragma once

#include <optional>
#include <string>

namespace hale {

/// What a TLS handshake agreed on and what the server's certificate says of itself.
struct TlsSession {
  std::string protocol{};  ///< "TLSv1.3"
  std::string cipher{};
  std::string subject{};
  std::string issuer{};
  std::string names{};   ///< the subject's alternative names, split by ", "
  double cert_days = 0;  ///< until the certificate runs out; below zero when it has
  std::optional<double>
      chain_days{};  ///< until the first of the verified chain runs out; nothing when it is not verified

  bool verified() const { return chain_days.has_value(); }
};

/// Reads the session of `ssl`, OpenSSL's own `SSL*`, which stays its owner's. Nothing when the peer showed no
/// certificate.
std::optional<TlsSession> read_tls_session(void* ssl);

/// Why OpenSSL does not trust the certificate in `store_context`, its own `X509_STORE_CTX*` as a verify callback gets
/// it: a sentence of its own for each reason: expired and since when, for which names it is instead, self-signed, of an
/// unknown issuer.
std::string describe_certificate_error(void* store_context, const std::string& server_name);

}  // namespace hale
