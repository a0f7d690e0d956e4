#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/context.hpp"
#include "net/tls/config.hpp"
#include "net/tls/session.hpp"

namespace hale {

/// A connected byte stream: TCP, TLS over TCP, or a unix socket. Closed when it ends.
class Stream {
 public:
  struct Connection;

  explicit Stream(std::unique_ptr<Connection> connection);
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  /// What the peer sends next, at most `most` bytes; empty at the end of the stream. Without TLS a stream that waits
  /// holds no memory for what may come. Throws std::system_error.
  Task<std::string> read(std::size_t most = 16384);

  /// The same where more must come: a peer that hangs up throws too.
  Task<std::string> read_some(std::size_t most = 16384);

  /// Sends all of `bytes`. Throws std::system_error.
  Task<void> write(std::string_view bytes);

  /// Says that nothing more will be sent, so that the peer sees a whole conversation and not a reset.
  void shutdown_write();

  /// Speaks TLS from here on; enters the phase "tls". Throws Unhealthy with a sentence for each reason: a certificate
  /// that is not trusted, a version too old, no TLS at all, a client certificate that is missing or refused. The last
  /// may be thrown by any later call too.
  Task<void> start_tls(ProbeContext& context, const TlsConfig& tls);

  /// Hangs up in order, having said nothing within TLS. A server that asked for a client certificate is heard to the
  /// end: from TLS 1.3 on it may refuse ours, or want one, only after the handshake. Throws Unhealthy then.
  Task<void> close();

  /// What TLS agreed on; nothing before start_tls() and when the peer showed no certificate.
  std::optional<TlsSession> tls_session() const;

  /// The numeric address that answered, with its port; the path of a unix socket.
  const std::string& peer() const;

 private:
  std::unique_ptr<Connection> connection_;
};

/// Connects to `host`, which may be a name, trying every address in turn, each with a fair share of the time left. An
/// answer that is not the first address's is the probe's detour. Enters the phases "dns" and "connect". Throws
/// Unhealthy with the system's words for every address that failed, and with hint_at_loopback().
Task<Stream> dial(ProbeContext& context, std::string host, std::uint16_t port);

/// For a `host` of whose `addresses` none answered: when it is localhost, which a hosts file may know by one family
/// alone, and the other loopback address does answer, "; localhost is ::1 here, but 127.0.0.1:80 answers". Else empty,
/// as where Net::know() chose the addresses.
Task<std::string> hint_at_loopback(ProbeContext& context, std::string host, std::vector<std::string> addresses,
                                   std::uint16_t port);

/// Connects to the unix socket at `path`. Enters the phase "connect".
Task<Stream> dial_unix(ProbeContext& context, std::string path);

}  // namespace hale
