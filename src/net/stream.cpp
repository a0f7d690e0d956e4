#include "net/stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/redirect_error.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/error.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "net/one_shot_timer.hpp"
#include "net/resolve.hpp"
#include "net/tls/context.hpp"
#include "net/tls/diagnostics.hpp"

namespace hale {
namespace {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
constexpr asio::use_awaitable_t<Executor> awaiting{};

/// Connects to one address. Returns its error, std::errc::timed_out after `limit`; at the deadline it throws instead.
Task<std::error_code> connect(ProbeContext& context, Socket& socket, asio::generic::stream_protocol::endpoint endpoint,
                              std::optional<Duration> limit) {
  std::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error == asio::error::address_family_not_supported) co_return error;  // a system without IPv6
  if (error) throw std::system_error(error);
  std::optional<OneShotTimer> timer;
  if (limit) timer.emplace(context.executor(), *limit, [&socket] { socket.cancel(); });
  co_await socket.async_connect(endpoint, asio::redirect_error(awaiting, error));
  if (error == asio::error::operation_aborted) {
    if (!timer || !timer->expired()) throw std::system_error(error);
    error = std::make_error_code(std::errc::timed_out);
  }
  co_return error;
}

/// Most peers close the connection without a close_notify alert, so a truncated TLS stream counts as an orderly end.
bool is_end(const std::error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

/// Reads what is there, at most `max_bytes`, without waiting.
std::string read_available(Socket& socket, std::size_t max_bytes, std::error_code& error) {
  std::array<char, 16384> bytes{};
  const std::size_t count = socket.read_some(asio::buffer(bytes.data(), std::min(max_bytes, bytes.size())), error);
  return {bytes.data(), count};
}

/// Waits first and allocates afterwards: with ten thousand probes most are waiting.
Task<std::string> read_plain(Socket& socket, std::size_t max_bytes, std::error_code& error) {
  for (;;) {
    co_await socket.async_wait(Socket::wait_read, asio::redirect_error(awaiting, error));
    if (error) co_return "";
    const std::string bytes = read_available(socket, max_bytes, error);
    if (error != asio::error::would_block) co_return bytes;
  }
}

asio::ssl::context make_context(Loop& loop, const TlsConfig& tls) {
  prepare_openssl();
  asio::ssl::context context(asio::ssl::context::tls_client);
  if (const auto error = configure_tls(loop, context.native_handle(), tls)) throw Unhealthy(*error, State::unknown);
  context.set_verify_mode(tls.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  return context;
}

/// Making a context takes longer than many probes do, so those that differ only in the server name share one.
class TlsContexts {
 public:
  explicit TlsContexts(Loop& loop) : loop_(loop) {}

  std::shared_ptr<asio::ssl::context> get(TlsConfig tls) {
    tls.server_name.clear();
    std::shared_ptr<asio::ssl::context>& context = contexts_[tls];
    if (!context) context = std::make_shared<asio::ssl::context>(make_context(loop_, tls));
    return context;
  }

 private:
  Loop& loop_;
  std::map<TlsConfig, std::shared_ptr<asio::ssl::context>> contexts_;
};

}  // namespace

struct Stream::Connection {
  Connection(Socket connected, std::string peer_address) : socket(std::move(connected)), peer(std::move(peer_address)) {
    socket.non_blocking(true);
  }

  Socket socket;
  std::string peer;
  std::shared_ptr<asio::ssl::context> context{};
  std::optional<TlsDiagnostics> diagnostics{};
  std::optional<asio::ssl::stream<Socket&>> tls{};

  /// Throws when the server rejected our client certificate. It may do so after the handshake, with an alert or by
  /// closing the connection (RFC 8446, section 4.4.2.4).
  void check_end() const {
    const auto error = diagnostics ? diagnostics->error_at_end() : std::nullopt;
    if (error) throw Unhealthy(*error);
  }

  [[noreturn]] void fail(std::error_code error) const {
    if (error != asio::error::operation_aborted) check_end();
    throw std::system_error(error);
  }
};

Stream::Stream(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Task<std::string> Stream::read(std::size_t max_bytes) {
  std::string bytes;
  std::error_code error;
  if (connection_->tls) {
    // asio decrypts into the buffer and resumes us later, so the buffer must exist while we wait.
    bytes.resize(max_bytes);
    const auto buffer = asio::buffer(bytes);
    const std::size_t count = co_await connection_->tls->async_read_some(buffer, asio::redirect_error(awaiting, error));
    bytes.resize(count);
  } else {
    bytes = co_await read_plain(connection_->socket, max_bytes, error);
  }
  if (error && !is_end(error)) connection_->fail(error);
  if (bytes.empty()) connection_->check_end();
  co_return bytes;
}

Task<std::string> Stream::read_some(std::size_t max_bytes) {
  std::string bytes = co_await read(max_bytes);
  if (bytes.empty()) throw Unhealthy("the peer hung up");
  co_return bytes;
}

Task<void> Stream::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes);
  std::error_code error;
  if (connection_->tls) {
    co_await asio::async_write(*connection_->tls, buffer, asio::redirect_error(awaiting, error));
  } else {
    co_await asio::async_write(connection_->socket, buffer, asio::redirect_error(awaiting, error));
  }
  if (error) connection_->fail(error);
}

void Stream::shutdown_write() {
  std::error_code ignored;
  connection_->socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

Task<void> Stream::start_tls(ProbeContext& context, const TlsConfig& tls) {
  context.enter("tls");
  connection_->context = context.loop().shared<TlsContexts>().get(tls);
  connection_->tls.emplace(connection_->socket, *connection_->context);
  SSL* ssl = connection_->tls->native_handle();
  const auto name_error = set_server_name(ssl, tls.server_name);
  if (name_error && !tls.insecure) throw Unhealthy(*name_error, State::unknown);
  connection_->diagnostics.emplace(tls.server_name);
  connection_->diagnostics->observe(ssl);
  std::error_code error;
  co_await connection_->tls->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(awaiting, error));
  if (is_end(error)) {
    connection_->check_end();
    throw Unhealthy("the peer hung up");
  }
  if (error) connection_->fail(error);
}

Task<void> Stream::close() {
  // Without a close_notify alert: if the server closed with that still unread, its system would send a reset, and the
  // server's own alert, which we are waiting for, would be lost.
  shutdown_write();
  std::array<char, 512> ignored{};
  std::error_code error;
  while (!error && connection_->diagnostics && connection_->diagnostics->awaits_acceptance())
    co_await connection_->tls->async_read_some(asio::buffer(ignored), asio::redirect_error(awaiting, error));
  if (error == asio::error::operation_aborted) throw std::system_error(error);
  const auto rejection = connection_->diagnostics ? connection_->diagnostics->client_certificate_error() : std::nullopt;
  if (rejection) throw Unhealthy(*rejection);
}

std::optional<TlsSession> Stream::tls_session() const {
  return connection_->tls ? read_tls_session(connection_->tls->native_handle()) : std::nullopt;
}

const std::string& Stream::peer() const { return connection_->peer; }

Task<Stream> dial(ProbeContext& context, std::string host, std::uint16_t port) {
  const std::vector<std::string> addresses = co_await resolve(context, host);
  context.enter("connect");
  std::string errors;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Socket socket(context.executor());
    const std::string shown = host_and_port(addresses[i], port);
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(addresses[i]), port);
    const std::size_t remaining = addresses.size() - i;
    const std::optional<Duration> limit =
        remaining > 1 ? std::optional(context.remaining_share(remaining)) : std::nullopt;
    const std::error_code error = co_await connect(context, socket, endpoint, limit);
    if (!error) {
      context.note_connected(shown);
      co_return Stream(std::make_unique<Stream::Connection>(std::move(socket), shown));
    }
    context.note_failed_address(shown, error.message());
    errors += addresses.size() == 1 ? error.message()
                                    : fmt::format("{}{} ({})", errors.empty() ? "" : ", ", error.message(), shown);
  }
  const std::string hint = co_await loopback_hint(context, host, addresses, port);
  throw Unhealthy(errors + hint);
}

Task<std::string> loopback_hint(ProbeContext& context, std::string host, std::vector<std::string> addresses,
                                std::uint16_t port) {
  if (lower(host) != "localhost" || context.overridden_addresses(host) != nullptr) co_return "";
  for (const char* loopback : {"127.0.0.1", "::1"}) {
    if (std::find(addresses.begin(), addresses.end(), loopback) != addresses.end()) continue;
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(loopback), port);
    if (context.family() == (endpoint.address().is_v4() ? Family::ipv6 : Family::ipv4)) continue;
    Socket socket(context.executor());
    const std::error_code error = co_await connect(context, socket, endpoint, context.remaining_share(2));
    if (!error)
      co_return fmt::format("; localhost is {} here, but {} answers", fmt::join(addresses, ", "),
                            host_and_port(loopback, port));
  }
  co_return "";
}

Task<Stream> dial_unix(ProbeContext& context, std::string path) {
  context.enter("connect");
  Socket socket(context.executor());
  const asio::local::stream_protocol::endpoint endpoint(path);
  const std::error_code error = co_await connect(context, socket, endpoint, std::nullopt);
  if (error) throw Unhealthy(error.message());
  co_return Stream(std::make_unique<Stream::Connection>(std::move(socket), path));
}

}  // namespace hale
