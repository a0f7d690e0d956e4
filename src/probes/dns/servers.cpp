#include "probes/dns/servers.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <unordered_map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/event.hpp"
#include "net/fd_watcher.hpp"
#include "net/one_shot_timer.hpp"

namespace hale {
namespace {

constexpr int internet = 1;

using Channel = std::unique_ptr<ares_channeldata, void (*)(ares_channel)>;

Channel make_channel(ares_options options, int mask) {
  ares_channel channel = nullptr;
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) throw std::bad_alloc();
  const int status = ares_init_options(&channel, &options, mask);
  if (status != ARES_SUCCESS) throw Unhealthy(ares_strerror(status), State::unknown);
  return {channel, ares_destroy};
}

enum class Transport : std::uint8_t { udp, tcp };

class DnsQuery;

/// Which query each socket belongs to.
///
/// c-ares opens and closes sockets itself and only reports, by sock_state_cb, which events it waits for on which of
/// them. asio cannot watch such a socket: it would have to own the descriptor, and c-ares closes it without notice. So
/// one FdWatcher watches the sockets of all queries of the run and reports a ready one by its number alone. Each query
/// has a c-ares channel of its own (timeouts and servers are settings of a channel), and ares_process_fd() needs the
/// right one. Hence the map from socket to query. A closed socket's number may be reused by another query's at once:
/// c-ares reports the end of its interest before it closes a socket, which removes the old owner in time.
class SocketOwners {
 public:
  explicit SocketOwners(Loop& loop)
      : watcher_(
            loop, [this](int socket, bool readable, bool writable) { process(socket, readable, writable); }, [] {}) {}

  /// Watches `socket` for `owner`, or no longer when it waits for neither.
  void want(DnsQuery& owner, int socket, bool readable, bool writable) {
    if (readable || writable) {
      owners_[socket] = &owner;
    } else {
      owners_.erase(socket);
    }
    watcher_.watch(socket, readable, writable);
  }

  void start() { watcher_.start(); }
  void stop() { watcher_.stop(); }

 private:
  void process(int socket, bool readable, bool writable);

  std::unordered_map<int, DnsQuery*> owners_;
  FdWatcher watcher_;
};

/// A query to one server.
class DnsQuery {
 public:
  /// Sends the query up to `tries` times. The first try waits for `timeout`, each later one twice as long as the one
  /// before.
  DnsQuery(ProbeContext& context, const DnsServer& server, Transport transport, Duration timeout, int tries)
      : context_(context),
        sockets_(context.loop().shared<SocketOwners>()),
        done_(context.executor()),
        channel_(nullptr, ares_destroy) {
    // c-ares computes with this int, doubled for each try.
    constexpr auto max_timeout = std::chrono::milliseconds(std::numeric_limits<int>::max() / 16);
    ares_options options{};
    // Return errors and truncated answers too: query_in_turn() decides on the next server, query_server() on TCP.
    options.flags = ARES_FLAG_NOCHECKRESP | (transport == Transport::tcp ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC);
    options.timeout = static_cast<int>(std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(timeout),
                                                  std::chrono::milliseconds(1), max_timeout)
                                           .count());
    options.tries = tries;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      auto& query = *static_cast<DnsQuery*>(self);
      query.sockets_.want(query, socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    channel_ = make_channel(options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    ares_set_socket_functions(channel_.get(), &functions, this);
    const std::string endpoint = host_and_port(server.address, server.port);
    if (const int status = ares_set_servers_ports_csv(channel_.get(), endpoint.c_str()); status != ARES_SUCCESS)
      throw Unhealthy(fmt::format("{}: {}", endpoint, ares_strerror(status)), State::unknown);
    sockets_.start();
  }
  DnsQuery(const DnsQuery&) = delete;
  DnsQuery& operator=(const DnsQuery&) = delete;
  ~DnsQuery() {
    channel_.reset();
    sockets_.stop();
  }

  /// The answer's bytes; empty when the server did not answer, and then error() is the reason. Throws std::system_error
  /// when no socket can be opened.
  Task<std::string> send(DnsQuestion question) {
    ares_query(channel_.get(), question.name.c_str(), internet, question.type, on_answer, this);
    set_timer();
    co_await done_.wait();
    if (socket_error_ != 0) throw std::system_error(socket_error_, std::generic_category());
    co_return message_;
  }

  const std::string& error() const { return error_; }

  /// Lets c-ares handle ready sockets and its timeouts; ARES_SOCKET_BAD stands for no socket.
  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_.get(), readable, writable);
    set_timer();
  }

 private:
  static void on_answer(void* self, int status, int, unsigned char* message, int length) {
    auto& query = *static_cast<DnsQuery*>(self);
    if (status == ARES_EDESTRUCTION) return;
    if (message != nullptr) {
      query.message_.assign(reinterpret_cast<const char*>(message), static_cast<std::size_t>(length));
    } else if (status == ARES_ETIMEOUT) {
      query.error_ = "no answer";
    } else if (query.error_.empty()) {
      query.error_ = ares_strerror(status);
    }
    query.done_.set();
  }

  void set_timer() {
    timeval left{};
    if (ares_timeout(channel_.get(), nullptr, &left) == nullptr) {
      timer_.reset();
      return;
    }
    const Duration delay = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
    timer_.emplace(context_.executor(), delay, [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
  }

  /// Keeps the error of a failed system call, because c-ares does not report why it cannot reach a server.
  template <typename Number>
  static Number note_error(Number result, void* self) {
    if (result < 0 && errno != EAGAIN && errno != EINPROGRESS && errno != EINTR)
      static_cast<DnsQuery*>(self)->error_ = std::generic_category().message(errno);
    return result;
  }

  static ares_socket_t open(int family, int type, int protocol, void* self) {
    auto& query = *static_cast<DnsQuery*>(self);
    const int socket = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (socket < 0 && errno != EAFNOSUPPORT) query.socket_error_ = errno;
    return note_error(socket, self);
  }

  static int connect(ares_socket_t socket, const sockaddr* address, ares_socklen_t length, void* self) {
    return note_error(::connect(socket, address, length), self);
  }

  // NOLINTNEXTLINE(readability-function-size): c-ares wants these parameters
  static ares_ssize_t receive(ares_socket_t socket, void* bytes, std::size_t size, int flags, sockaddr* from,
                              ares_socklen_t* length, void* self) {
    const ares_ssize_t count = note_error(::recvfrom(socket, bytes, size, flags, from, length), self);
    if (count == 0) static_cast<DnsQuery*>(self)->error_ = "the server closed the connection";
    return count;
  }

  static ares_ssize_t send(ares_socket_t socket, const iovec* pieces, int count, void* self) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return note_error(::sendmsg(socket, &message, MSG_NOSIGNAL), self);
  }

  static constexpr ares_socket_functions functions{open, [](ares_socket_t socket, void*) { return ::close(socket); },
                                                   connect, receive, send};

  ProbeContext& context_;
  SocketOwners& sockets_;
  Event done_;
  std::string message_;
  std::string error_;
  int socket_error_ = 0;  ///< errno of a failed socket(2): an error of this machine, not of the server
  std::optional<OneShotTimer> timer_;
  Channel channel_;
};

void SocketOwners::process(int socket, bool readable, bool writable) {
  const auto owner = owners_.find(socket);
  if (owner == owners_.end()) return;
  owner->second->process(readable ? socket : ARES_SOCKET_BAD, writable ? socket : ARES_SOCKET_BAD);
}

/// The bytes of a server's answer, or the reason for there being no answer.
struct ServerReply {
  std::string message;
  std::string error;
};

/// Queries `server` over UDP, and over TCP when the answer is truncated. The last server is queried until the deadline.
Task<ServerReply> query_server(ProbeContext& context, DnsServer server, DnsQuestion question,
                               std::size_t servers_left) {
  const bool last = servers_left == 1;
  context.enter("ask");
  ServerReply reply;
  {
    // Three tries take 1 + 2 + 4 = 7 times as long as the first.
    DnsQuery query(context, server, Transport::udp, context.remaining_share(servers_left) / 7, last ? 4 : 3);
    reply.message = co_await query.send(question);
    reply.error = query.error();
  }
  if (reply.message.empty() || !is_truncated(reply.message)) co_return reply;
  context.enter("tcp");
  DnsQuery query(context, server, Transport::tcp, context.remaining_share(servers_left) * (last ? 2 : 1), 1);
  reply.message = co_await query.send(question);
  reply.error = query.error();
  co_return reply;
}

/// Whether another server may have a better answer.
bool should_try_next(const DnsAnswer& answer) {
  return answer.rcode == "SERVFAIL" || answer.rcode == "REFUSED" || answer.rcode == "NOTIMP";
}

}  // namespace

std::vector<DnsServer> system_name_servers(const std::string& path) {
  ares_options options{};
  std::string file = path;
  options.resolvconf_path = file.data();
  const Channel channel = make_channel(options, ARES_OPT_RESOLVCONF);
  ares_addr_port_node* first = nullptr;
  if (ares_get_servers_ports(channel.get(), &first) != ARES_SUCCESS) throw std::bad_alloc();
  const std::unique_ptr<ares_addr_port_node, void (*)(void*)> owner(first, ares_free_data);
  std::vector<DnsServer> servers;
  for (const ares_addr_port_node* node = first; node != nullptr; node = node->next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(node->family, &node->addr, text.data(), text.size());
    servers.push_back({text.data(), node->udp_port == 0 ? dns_port : static_cast<std::uint16_t>(node->udp_port)});
  }
  return servers;
}

bool is_dns_name(const std::string& name) {
  unsigned char* query = nullptr;
  int length = 0;
  const int status = ares_create_query(name.c_str(), internet, 1, 0, 1, &query, &length, 0);
  if (query != nullptr) ares_free_string(query);
  return status == ARES_SUCCESS;
}

Task<DnsReply> query_in_turn(ProbeContext& context, std::vector<DnsServer> servers, DnsQuestion question) {
  std::string failures;
  std::optional<DnsReply> reply;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const ServerReply received = co_await query_server(context, servers[i], question, servers.size() - i);
    const std::string endpoint = host_and_port(servers[i].address, servers[i].port);
    if (received.message.empty()) {
      context.note_failed_address(endpoint, received.error);
      failures += servers.size() == 1
                      ? received.error
                      : fmt::format("{}{} ({})", failures.empty() ? "" : ", ", received.error, endpoint);
      continue;
    }
    if (reply) context.note_failed_address(reply->server, reply->answer.rcode);
    reply = DnsReply{read_dns_answer(received.message, question.type), endpoint};
    if (!should_try_next(reply->answer)) break;
  }
  if (!reply) throw Unhealthy(failures);
  context.note_connected(reply->server);
  co_return *reply;
}

std::string dns_library() { return fmt::format("c-ares {}", ares_version(nullptr)); }

}  // namespace hale
