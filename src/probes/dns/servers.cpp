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

/// Which asking each socket belongs to: c-ares as a guest of the loop, every socket of the run behind one Watch.
class SocketOwners {
 public:
  explicit SocketOwners(Loop& loop)
      : watch_(
            loop, [this](int socket, bool readable, bool writable) { act(socket, readable, writable); }, [] {}) {}

  void want(DnsQuery& owner, int socket, bool readable, bool writable) {
    if (readable || writable) {
      owners_[socket] = &owner;
    } else {
      owners_.erase(socket);
    }
    watch_.want(socket, readable, writable);
  }

  void start() { watch_.start(); }
  void stop() { watch_.stop(); }

 private:
  void act(int socket, bool readable, bool writable);

  std::unordered_map<int, DnsQuery*> owners_;
  FdWatcher watch_;
};

/// One question to one server.
class DnsQuery {
 public:
  /// The first try waits for `patience`, each other one twice as long as the one before.
  DnsQuery(ProbeContext& context, const DnsServer& server, Transport transport, Duration patience, int tries)
      : context_(context),
        sockets_(context.loop().shared<SocketOwners>()),
        done_(context.executor()),
        channel_(nullptr, ares_destroy) {
    constexpr auto most = std::chrono::milliseconds(std::numeric_limits<int>::max() / 16);
    ares_options options{};
    // Errors and truncated answers are answers too: it is ours to ask the next server, or by TCP.
    options.flags = ARES_FLAG_NOCHECKRESP | (transport == Transport::tcp ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC);
    options.timeout = static_cast<int>(
        std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(patience), std::chrono::milliseconds(1), most)
            .count());
    options.tries = tries;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      auto& asking = *static_cast<DnsQuery*>(self);
      asking.sockets_.want(asking, socket, readable != 0, writable != 0);
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

  /// The message that came; empty when none did, and then trouble() says why.
  Task<std::string> ask(DnsQuestion question) {
    ares_query(channel_.get(), question.name.c_str(), internet, question.type, take_answer, this);
    set_alarm();
    co_await done_.wait();
    if (shortage_ != 0) throw std::system_error(shortage_, std::generic_category());
    co_return message_;
  }

  const std::string& trouble() const { return trouble_; }

  void act(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_.get(), readable, writable);
    set_alarm();
  }

 private:
  static void take_answer(void* self, int status, int, unsigned char* message, int length) {
    auto& asking = *static_cast<DnsQuery*>(self);
    if (status == ARES_EDESTRUCTION) return;
    if (message != nullptr) {
      asking.message_.assign(reinterpret_cast<const char*>(message), static_cast<std::size_t>(length));
    } else if (status == ARES_ETIMEOUT) {
      asking.trouble_ = "no answer";
    } else if (asking.trouble_.empty()) {
      asking.trouble_ = ares_strerror(status);
    }
    asking.done_.set();
  }

  void set_alarm() {
    timeval left{};
    if (ares_timeout(channel_.get(), nullptr, &left) == nullptr) {
      alarm_.reset();
      return;
    }
    const Duration delay = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
    alarm_.emplace(context_.executor(), delay, [this] { act(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
  }

  /// c-ares tells of no reason why a server cannot be reached, so each failed call is looked at.
  template <typename Number>
  static Number noting(Number result, void* self) {
    if (result < 0 && errno != EAGAIN && errno != EINPROGRESS && errno != EINTR)
      static_cast<DnsQuery*>(self)->trouble_ = std::generic_category().message(errno);
    return result;
  }

  static ares_socket_t open(int family, int type, int protocol, void* self) {
    auto& asking = *static_cast<DnsQuery*>(self);
    const int socket = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (socket < 0 && errno != EAFNOSUPPORT) asking.shortage_ = errno;
    return noting(socket, self);
  }

  static int connect(ares_socket_t socket, const sockaddr* address, ares_socklen_t length, void* self) {
    return noting(::connect(socket, address, length), self);
  }

  // NOLINTNEXTLINE(readability-function-size): c-ares wants these parameters
  static ares_ssize_t receive(ares_socket_t socket, void* bytes, std::size_t size, int flags, sockaddr* from,
                              ares_socklen_t* length, void* self) {
    const ares_ssize_t count = noting(::recvfrom(socket, bytes, size, flags, from, length), self);
    if (count == 0) static_cast<DnsQuery*>(self)->trouble_ = "the server hung up";
    return count;
  }

  static ares_ssize_t send(ares_socket_t socket, const iovec* pieces, int count, void* self) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return noting(::sendmsg(socket, &message, MSG_NOSIGNAL), self);
  }

  static constexpr ares_socket_functions functions{open, [](ares_socket_t socket, void*) { return ::close(socket); },
                                                   connect, receive, send};

  ProbeContext& context_;
  SocketOwners& sockets_;
  Event done_;
  std::string message_;
  std::string trouble_;
  int shortage_ = 0;  ///< why there is no socket: our trouble, not the server's
  std::optional<OneShotTimer> alarm_;
  Channel channel_;
};

void SocketOwners::act(int socket, bool readable, bool writable) {
  const auto owner = owners_.find(socket);
  if (owner == owners_.end()) return;
  owner->second->act(readable ? socket : ARES_SOCKET_BAD, writable ? socket : ARES_SOCKET_BAD);
}

/// What one server says, and why it says nothing.
struct Method {
  std::string message;
  std::string trouble;
};

/// Asks by UDP, and by TCP when the answer is truncated. The last server is asked until the probe's own time is up.
Task<Method> ask_server(ProbeContext& context, DnsServer server, DnsQuestion question, std::size_t servers_left) {
  const bool last = servers_left == 1;
  context.enter("ask");
  Method heard;
  {
    // Three tries take seven times as long as the first.
    DnsQuery asking(context, server, Transport::udp, context.remaining_share(servers_left) / 7, last ? 4 : 3);
    heard.message = co_await asking.ask(question);
    heard.trouble = asking.trouble();
  }
  if (heard.message.empty() || !is_truncated(heard.message)) co_return heard;
  context.enter("tcp");
  DnsQuery asking(context, server, Transport::tcp, context.remaining_share(servers_left) * (last ? 2 : 1), 1);
  heard.message = co_await asking.ask(question);
  heard.trouble = asking.trouble();
  co_return heard;
}

/// Whether another server may know more than one that answers so.
bool leaves_it_to_others(const DnsAnswer& answer) {
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

Task<DnsReply> ask_in_turn(ProbeContext& context, std::vector<DnsServer> servers, DnsQuestion question) {
  std::string failures;
  std::optional<DnsReply> reply;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Method heard = co_await ask_server(context, servers[i], question, servers.size() - i);
    const std::string endpoint = host_and_port(servers[i].address, servers[i].port);
    if (heard.message.empty()) {
      context.note_failed_address(endpoint, heard.trouble);
      failures += servers.size() == 1 ? heard.trouble
                                      : fmt::format("{}{} ({})", failures.empty() ? "" : ", ", heard.trouble, endpoint);
      continue;
    }
    if (reply) context.note_failed_address(reply->server, reply->answer.rcode);
    reply = DnsReply{read_dns_answer(heard.message, question.type), endpoint};
    if (!leaves_it_to_others(reply->answer)) break;
  }
  if (!reply) throw Unhealthy(failures);
  context.note_connected(reply->server);
  co_return *reply;
}

std::string dns_library() { return fmt::format("c-ares {}", ares_version(nullptr)); }

}  // namespace hale
