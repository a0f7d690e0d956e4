#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/tls/openssl_types.hpp"

namespace hale {

/// Observes a TLS handshake, performed by asio, libcurl or libpq, and explains in one sentence why it failed.
class TlsDiagnostics {
 public:
  struct State;

  /// `server_name` is the name that OpenSSL looks for in the certificate; errors repeat it.
  explicit TlsDiagnostics(std::string server_name);

  /// Observes the connection `ssl`. Either object may be destroyed first. A second call for the same connection does
  /// nothing.
  void observe(SSL* ssl);

  /// Observes the next connection that is made from `context`. For a library that creates its SSL itself.
  void observe_next(SSL_CTX* context);

  /// True when the server asked for a client certificate and has not shown yet that it accepts ours.
  bool awaits_acceptance() const;

  /// Why TLS failed, as far as the messages show: an untrusted certificate, a version that is too old, an alert, an
  /// answer that is not TLS. Nothing when they show no error.
  std::optional<std::string> error() const;

  /// The server's objection to our client certificate, or to the lack of one.
  std::optional<std::string> client_certificate_error() const;

  /// As error(), for a connection that has ended or was reset. The server may have closed it without an alert, or the
  /// reset may have destroyed the alert, so a client certificate without an answer counts as rejected.
  std::optional<std::string> error_at_end() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hale
