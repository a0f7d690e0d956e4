#pragma once

#include <memory>
#include <optional>
#include <string>

namespace hale {

/// Sees a TLS handshake, whoever performs it, and says in a sentence of its own why it failed.
class TlsDiagnostics {
 public:
  struct Seen;

  /// `server_name` is what is looked for in the certificate.
  explicit TlsDiagnostics(std::string server_name);

  /// Watches the connection `ssl`, OpenSSL's own `SSL*`, which need not outlive the witness nor the other way round.
  /// Does nothing for one that it watches already.
  void watch(void* ssl);

  /// Watches the one connection to be made of `ssl_context`, OpenSSL's own `SSL_CTX*`; the same holds.
  void watch_next_of(void* ssl_context);

  /// True when the server asked for a client certificate and nothing yet shows that it is content.
  bool awaits_verdict() const;

  /// Why TLS failed, as far as the peer's own messages tell: a certificate that is not trusted, a version too old, an
  /// alert, no TLS at all.
  std::optional<std::string> trouble() const;

  /// What the server says against our client certificate, or against having none.
  std::optional<std::string> refusal() const;

  /// The same as trouble() for a connection that has ended or was reset, where a server may have left without an alert,
  /// or its alert was lost with the connection.
  std::optional<std::string> trouble_at_end() const;

 private:
  std::shared_ptr<Seen> seen_;
};

}  // namespace hale
