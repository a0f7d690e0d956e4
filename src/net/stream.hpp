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

/// A connected byte stream: TCP, TLS over TCP, or a unix socket. The destructor closes it.
class Stream {
 public:
  struct Connection;

  explicit Stream(std::unique_ptr<Connection> connection);
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  /// The next bytes, at most `max_bytes`, as soon as there are any; empty at the end of the stream. Without TLS a
  /// waiting stream has no buffer. Throws std::system_error for a broken connection and at the deadline.
  Task<std::string> read(std::size_t max_bytes = 16384);

  /// The same, but never empty: throws Unhealthy at the end of the stream.
  Task<std::string> read_some(std::size_t max_bytes = 16384);

  /// Sends all of `bytes`, which must stay valid meanwhile. Throws std::system_error.
  Task<void> write(std::string_view bytes);

  /// Ends our side of the connection, so that the peer sees an orderly end and not a reset.
  void shutdown_write();

  /// Performs a TLS handshake; everything after it is sent and read through TLS. Enters the phase "tls". Throws
  /// Unhealthy with a sentence for each reason: an untrusted certificate, a version that is too old, an answer that is
  /// not TLS, a client certificate that is missing or rejected. Later calls may throw the last one too: see close().
  Task<void> start_tls(ProbeContext& context, const TlsConfig& tls);

  /// Ends our side of a TLS connection on which nothing was sent. If the server asked for a client certificate, reads
  /// until it accepts ours or closes: since TLS 1.3 it may reject one, or the lack of one, after the client's handshake
  /// is complete. Throws Unhealthy then.
  Task<void> close();

  /// What the TLS handshake negotiated; nothing before start_tls() and when the peer sent no certificate.
  std::optional<TlsSession> tls_session() const;

  /// The numeric address and port of the peer, "127.0.0.1:80"; the path of a unix socket.
  const std::string& peer() const;

 private:
  std::unique_ptr<Connection> connection_;
};

/// Connects to `host`, a name or an address. Tries its addresses in turn, each with a fair share of the time remaining.
/// When the first one fails and a later one answers, notes that as the probe's fallback (ProbeContext::fallback()).
/// Enters the phases "dns" and "connect". Throws Unhealthy with the system's message for each address that failed,
/// followed by loopback_hint(), and std::system_error at the deadline.
Task<Stream> dial(ProbeContext& context, std::string host, std::uint16_t port);

/// A hint for a `host` none of whose `addresses` answered. When it is localhost, which a hosts file may define for one
/// family only, and the loopback address of the other family answers, "; localhost is ::1 here, but 127.0.0.1:80
/// answers". Otherwise empty, also when ProbeContext::override_host() set the addresses.
Task<std::string> loopback_hint(ProbeContext& context, std::string host, std::vector<std::string> addresses,
                                std::uint16_t port);

/// Connects to the unix socket `path`. Enters the phase "connect". Throws Unhealthy with the system's message, and
/// std::system_error at the deadline.
Task<Stream> dial_unix(ProbeContext& context, std::string path);

}  // namespace hale
