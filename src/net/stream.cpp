#include "net/stream.hpp"

#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/x509v3.h>
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

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/alarm.hpp"
#include "net/resolve.hpp"

namespace hale {
namespace {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
constexpr asio::use_awaitable_t<Executor> awaiting{};

/// Connects, within `limit` when other addresses wait for their turn. A failure of this address is returned; the end of
/// the target's own time throws.
Task<std::error_code> connect(Net& net, Socket& socket, asio::generic::stream_protocol::endpoint endpoint,
                              std::optional<Duration> limit) {
  std::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error == asio::error::address_family_not_supported) co_return error;  // a system without IPv6
  if (error) throw std::system_error(error);
  std::optional<Alarm> alarm;
  if (limit) alarm.emplace(net.executor(), *limit, [&socket] { socket.cancel(); });
  co_await socket.async_connect(endpoint, asio::redirect_error(awaiting, error));
  if (error == asio::error::operation_aborted) {
    if (!alarm || !alarm->rang()) throw std::system_error(error);
    error = std::make_error_code(std::errc::timed_out);
  }
  co_return error;
}

/// Few peers take leave in TLS; none is asked to.
bool is_end(const std::error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

asio::ssl::context make_context(const Tls& tls) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  if (tls.insecure) {
    context.set_verify_mode(asio::ssl::verify_none);
    return context;
  }
  context.set_verify_mode(asio::ssl::verify_peer);
  std::error_code error;
  if (tls.ca_file.empty() && tls.ca_directory.empty()) context.set_default_verify_paths(error);
  if (!tls.ca_file.empty()) context.load_verify_file(tls.ca_file, error);
  if (!tls.ca_directory.empty()) context.add_verify_path(tls.ca_directory, error);
  if (error)
    throw Unhealthy(fmt::format("the trusted certificates cannot be read: {}", error.message()), State::unknown);
  return context;
}

/// Reading the trusted certificates takes longer than many a probe, so it is done once for all who trust the same.
class Contexts {
 public:
  explicit Contexts(Loop&) {}

  std::shared_ptr<asio::ssl::context> of(const Tls& tls) {
    std::shared_ptr<asio::ssl::context>& context = by_trust_[{tls.ca_file, tls.ca_directory, tls.insecure}];
    if (!context) context = std::make_shared<asio::ssl::context>(make_context(tls));
    return context;
  }

 private:
  std::map<std::tuple<std::string, std::string, bool>, std::shared_ptr<asio::ssl::context>> by_trust_;
};

/// False when OpenSSL does not take the name and would leave the certificate's name unchecked.
bool name_the_server(SSL* ssl, const std::string& name) {
  std::error_code no_address;
  asio::ip::make_address(name, no_address);
  if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  return !name.empty() && SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 && SSL_set1_host(ssl, name.c_str()) == 1;
}

}  // namespace

struct Stream::Connection {
  Connection(Socket connected, std::string peer_address)
      : socket(std::move(connected)), peer(std::move(peer_address)) {}

  Socket socket;
  std::string peer;
  std::shared_ptr<asio::ssl::context> context{};
  std::optional<asio::ssl::stream<Socket&>> tls{};
};

Stream::Stream(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Task<std::string> Stream::read(std::size_t most) {
  std::string bytes(most, '\0');
  const auto buffer = asio::buffer(bytes);
  std::error_code error;
  std::size_t count = 0;
  if (connection_->tls) {
    count = co_await connection_->tls->async_read_some(buffer, asio::redirect_error(awaiting, error));
  } else {
    count = co_await connection_->socket.async_read_some(buffer, asio::redirect_error(awaiting, error));
  }
  if (error && !is_end(error)) throw std::system_error(error);
  bytes.resize(count);
  co_return bytes;
}

Task<std::string> Stream::read_some(std::size_t most) {
  std::string bytes = co_await read(most);
  if (bytes.empty()) throw Unhealthy("the peer hung up");
  co_return bytes;
}

Task<void> Stream::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes);
  if (connection_->tls) {
    co_await asio::async_write(*connection_->tls, buffer, awaiting);
  } else {
    co_await asio::async_write(connection_->socket, buffer, awaiting);
  }
}

void Stream::finish_sending() {
  std::error_code ignored;
  connection_->socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

Task<void> Stream::start_tls(Net& net, const Tls& tls) {
  net.enter("tls");
  connection_->context = net.loop().shared<Contexts>().of(tls);
  connection_->tls.emplace(connection_->socket, *connection_->context);
  SSL* ssl = connection_->tls->native_handle();
  if (!name_the_server(ssl, tls.server_name) && !tls.insecure)
    throw Unhealthy(fmt::format("no certificate can be of {}", tls.server_name), State::unknown);
  // Only while it verifies does OpenSSL know the certificate that it then refuses.
  const auto trouble = std::make_shared<std::string>();
  connection_->tls->set_verify_callback([trouble, tls](bool trusted, asio::ssl::verify_context& context) {
    if (!trusted && trouble->empty()) *trouble = certificate_trouble(context.native_handle(), tls.server_name);
    return trusted || tls.insecure;
  });
  std::error_code error;
  co_await connection_->tls->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(awaiting, error));
  if (error && !trouble->empty()) throw Unhealthy(fmt::format("certificate: {}", *trouble));
  if (is_end(error)) throw Unhealthy("the peer hung up");
  if (error) throw std::system_error(error);
}

std::optional<TlsSession> Stream::tls_session() const {
  return connection_->tls ? read_tls_session(connection_->tls->native_handle()) : std::nullopt;
}

const std::string& Stream::peer() const { return connection_->peer; }

Task<Stream> dial(Net& net, std::string host, std::uint16_t port) {
  const std::vector<std::string> addresses = co_await resolve(net, host);
  net.enter("connect");
  std::string failures;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Socket socket(net.executor());
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(addresses[i]), port);
    const std::size_t left = addresses.size() - i;
    const std::optional<Duration> limit = left > 1 ? std::optional(net.share(left)) : std::nullopt;
    const std::error_code error = co_await connect(net, socket, endpoint, limit);
    if (!error)
      co_return Stream(std::make_unique<Stream::Connection>(std::move(socket), host_and_port(addresses[i], port)));
    if (addresses.size() == 1) throw Unhealthy(error.message());
    failures +=
        fmt::format("{}{} ({})", failures.empty() ? "" : ", ", error.message(), host_and_port(addresses[i], port));
  }
  throw Unhealthy(failures);
}

Task<Stream> dial_unix(Net& net, std::string path) {
  net.enter("connect");
  Socket socket(net.executor());
  const asio::local::stream_protocol::endpoint endpoint(path);
  const std::error_code error = co_await connect(net, socket, endpoint, std::nullopt);
  if (error) throw Unhealthy(error.message());
  co_return Stream(std::make_unique<Stream::Connection>(std::move(socket), path));
}

}  // namespace hale
