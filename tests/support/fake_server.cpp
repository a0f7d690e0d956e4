#include "tests/support/fake_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/support/descriptor.hpp"
#include "tests/support/waits.hpp"
#include "tests/support/wire.hpp"

namespace hale::testing {
namespace {

sockaddr_in loopback_v4(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

template <typename Address>
void bind_to(int socket, const Address& address) {
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("bind");
}

std::uint16_t port_of(int socket) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
  return ntohs(address.sin6_port);  // stands at the same place in sockaddr_in
}

Descriptor new_socket(int family) {
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.open()) throw_errno("socket");
  return socket;
}

Descriptor bound_socket(const Listen& listen) {
  if (!listen.unix_path.empty()) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (listen.unix_path.size() >= sizeof address.sun_path) throw std::runtime_error("the socket's path is too long");
    std::memcpy(address.sun_path, listen.unix_path.data(), listen.unix_path.size());
    Descriptor socket = new_socket(AF_UNIX);
    bind_to(socket.number(), address);
    return socket;
  }
  if (listen.host == "127.0.0.1") {
    Descriptor socket = new_socket(AF_INET);
    bind_to(socket.number(), loopback_v4(0));
    return socket;
  }
  if (listen.host != "::1") throw std::runtime_error("a fake server listens at 127.0.0.1 or ::1");
  Descriptor socket = new_socket(AF_INET6);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  bind_to(socket.number(), address);
  return socket;
}

/// As a C++ literal, so that a difference can be seen.
std::string literal(std::string_view bytes) {
  constexpr std::size_t most = 300;
  std::string text = "\"";
  for (const char byte : bytes.substr(0, most)) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '\r') {
      text += "\\r";
    } else if (byte == '\n') {
      text += "\\n";
    } else if (byte == '"' || byte == '\\') {
      text += {'\\', byte};
    } else if (code < 0x20 || code >= 0x7f) {
      text += fmt::format("\\x{:02x}", code);
    } else {
      text += byte;
    }
  }
  return text + (bytes.size() > most ? "..." : "") + '"';
}

/// One connection: has its conversation, notes what was heard and what went otherwise than written.
class Talk {
 public:
  Talk(Wire wire, const Conversation& conversation, std::string& heard)
      : wire_(std::move(wire)), conversation_(conversation), heard_(heard) {}

  /// Throws Trouble when it does not go as written.
  void hold() {
    const bool upgrades = std::any_of(conversation_.begin(), conversation_.end(),
                                      [](const Step& step) { return step.action == Step::Action::start_tls; });
    if (!upgrades) wire_.begin_tls();
    for (const Step& step : conversation_) take(step);
    if (!unread_.empty()) throw Trouble("the client said " + literal(unread_) + " that nobody expected");
    wire_.end();
  }

 private:
  void take(const Step& step) {
    switch (step.action) {
      case Step::Action::expect: return hear_exactly(step.bytes);
      case Step::Action::expect_until: return hear_until(step.bytes);
      case Step::Action::expect_close: return hear_end();
      case Step::Action::start_tls: return upgrade();
      case Step::Action::say: return say_all(step.bytes);
      case Step::Action::answer: return say_all(step.make(heard_));
      case Step::Action::drip: return drip_all(step);
      case Step::Action::pour: return pour_all(step.bytes);
      case Step::Action::hang_up: return wire_.end();
      case Step::Action::reset: return wire_.reset();
      case Step::Action::stay_silent: return wire_.wait_for_stop();
    }
  }

  /// Adds to `unread_`; false when the client has hung up.
  bool hear_more() {
    const std::string more = wire_.read_some();
    heard_ += more;
    unread_ += more;
    return !more.empty();
  }

  void hear_exactly(const std::string& bytes) {
    const auto as_expected = [&] { return bytes.starts_with(unread_.substr(0, bytes.size())); };
    while (unread_.size() < bytes.size() && as_expected()) {
      if (!hear_more())
        throw Trouble(fmt::format("expected {}, heard {} and the end", literal(bytes), literal(unread_)));
    }
    if (!as_expected()) throw Trouble(fmt::format("expected {}, heard {}", literal(bytes), literal(unread_)));
    unread_.erase(0, bytes.size());
  }

  void hear_until(const std::string& end) {
    while (unread_.find(end) == std::string::npos) {
      if (!hear_more())
        throw Trouble(fmt::format("expected something up to {}, heard {} and the end", literal(end), literal(unread_)));
    }
    unread_.erase(0, unread_.find(end) + end.size());
  }

  void hear_end() {
    if (unread_.empty() && !hear_more()) return;
    throw Trouble("expected the end, heard " + literal(unread_));
  }

  void upgrade() {
    if (!unread_.empty()) throw Trouble("before TLS the client said " + literal(unread_) + " that nobody expected");
    wire_.begin_tls();
  }

  void say_all(std::string_view bytes) {
    if (!wire_.write(bytes)) throw Trouble("the client hung up before it was told " + literal(bytes));
  }

  void drip_all(const Step& step) {
    for (const char byte : step.bytes) {
      if (wire_.stopped_within(step.pause) || !wire_.write(std::string_view(&byte, 1))) return;
    }
  }

  void pour_all(const std::string& bytes) {
    std::string many = bytes;
    while (many.size() < 65536) many += bytes;  // as few system calls as can be
    while (wire_.write(many)) {
    }
  }

  Wire wire_;
  const Conversation& conversation_;
  std::string& heard_;
  std::string unread_;
};

}  // namespace

Step expect(std::string bytes) { return Step{Step::Action::expect, std::move(bytes)}; }
Step expect_until(std::string end) { return Step{Step::Action::expect_until, std::move(end)}; }
Step expect_close() { return Step{Step::Action::expect_close}; }
Step start_tls() { return Step{Step::Action::start_tls}; }
Step say(std::string bytes) { return Step{Step::Action::say, std::move(bytes)}; }
Step answer(std::function<std::string(const std::string&)> make) {
  Step step{Step::Action::answer};
  step.make = std::move(make);
  return step;
}
Step drip(std::string bytes, std::chrono::milliseconds pause) {
  return Step{Step::Action::drip, std::move(bytes), pause};
}
Step pour(std::string bytes) { return Step{Step::Action::pour, std::move(bytes)}; }
Step hang_up() { return Step{Step::Action::hang_up}; }
Step reset() { return Step{Step::Action::reset}; }
Step stay_silent() { return Step{Step::Action::stay_silent}; }

class FakeServer::Side {
 public:
  Side(std::vector<Conversation> conversations, const Listen& listen)
      : conversations_(std::move(conversations)),
        listen_(listen),
        socket_(bound_socket(listen)),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (listen.certificate) tls_ = std::make_unique<TlsContext>(*listen.certificate, listen.expectations);
    if (::listen(socket_.number(), SOMAXCONN) != 0) throw_errno("listen");
    if (listen.unix_path.empty()) port_ = port_of(socket_.number());
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~Side() { finish(); }

  const Listen& where() const { return listen_; }
  std::uint16_t port() const { return port_; }

  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, safety_bound, [&] { return sessions_.size() >= count; })) {
      throw std::runtime_error(fmt::format("{} of {} connections came", sessions_.size(), count));
    }
  }

  void finish() {
    if (!acceptor_.joinable()) return;
    ::eventfd_write(stop_.number(), 1);
    acceptor_.join();
    for (Session& session : sessions_) session.thread.join();
  }

  std::string problem() {
    finish();
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (!sessions_[i].problem.empty()) return fmt::format("connection {}: {}", i + 1, sessions_[i].problem);
    }
    if (sessions_.size() < conversations_.size()) return fmt::format("connection {} never came", sessions_.size() + 1);
    return "";
  }

  std::string heard(std::size_t connection) {
    finish();
    return connection < sessions_.size() ? sessions_[connection].heard : "";
  }

  std::size_t connections() {
    finish();
    return sessions_.size();
  }

 private:
  struct Session {
    std::string heard;
    std::string problem;
    std::thread thread;
  };

  /// Until told to stop; whoever has connected by then is still served.
  void accept_all() {
    for (;;) {
      std::array<pollfd, 2> polled{{{socket_.number(), POLLIN, 0}, {stop_.number(), POLLIN, 0}}};
      wait_for(polled);
      for (;;) {
        Descriptor connection(::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!connection.open()) break;
        begin_session(std::move(connection));
      }
      if (polled[1].revents != 0) break;
    }
    socket_.close();
  }

  void begin_session(Descriptor connection) {
    const std::scoped_lock lock(mutex_);
    const std::size_t number = sessions_.size();
    Session& session = sessions_.emplace_back();
    if (number < conversations_.size() || listen_.repeat) {
      const Conversation& conversation = conversations_[std::min(number, conversations_.size() - 1)];
      Wire wire(std::move(connection), stop_.number(), tls_.get());
      session.thread = std::thread([&session, &conversation, wire = std::move(wire)]() mutable {
        hold(session, conversation, std::move(wire));
      });
    } else {
      session.problem = "nobody was expected to connect";
      session.thread = std::thread([] {});
    }
    came_.notify_all();
  }

  static void hold(Session& session, const Conversation& conversation, Wire wire) {
    // OpenSSL writes without MSG_NOSIGNAL; a blocked SIGPIPE of one's own thread does no harm.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    try {
      Talk(std::move(wire), conversation, session.heard).hold();
    } catch (const std::exception& trouble) {
      session.problem = trouble.what();
    }
  }

  const std::vector<Conversation> conversations_;
  const Listen listen_;
  Descriptor socket_;
  Descriptor stop_;
  std::unique_ptr<TlsContext> tls_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Session> sessions_;  // a deque, so that a session stays where it is
  std::thread acceptor_;
};

FakeServer::FakeServer(std::vector<Conversation> conversations, Listen listen, std::nullptr_t)
    : side_(std::make_unique<Side>(std::move(conversations), listen)) {}

FakeServer::FakeServer(Conversation conversation, Listen listen)
    : FakeServer(std::vector<Conversation>(1, std::move(conversation)), std::move(listen), nullptr) {}

FakeServer FakeServer::in_turn(std::vector<Conversation> conversations, Listen listen) {
  return FakeServer(std::move(conversations), std::move(listen), nullptr);
}

FakeServer::~FakeServer() {
  const std::string& path = side_->where().unix_path;
  if (!path.empty()) ::unlink(path.c_str());
}

std::uint16_t FakeServer::port() const { return side_->port(); }

std::string FakeServer::endpoint() const {
  const Listen& where = side_->where();
  if (!where.unix_path.empty()) return where.unix_path;
  return (where.host == "::1" ? "[::1]" : where.host) + fmt::format(":{}", port());
}

void FakeServer::await_connections(std::size_t count) { side_->await(count); }
std::string FakeServer::problem() { return side_->problem(); }
std::string FakeServer::heard(std::size_t connection) { return side_->heard(connection); }
std::size_t FakeServer::connections() { return side_->connections(); }

ClosedPort::ClosedPort() : socket_(new_socket(AF_INET)) {
  bind_to(socket_.number(), loopback_v4(0));
  port_ = port_of(socket_.number());
}

DeafPort::DeafPort() {
  const int listener = sockets_.emplace_back(new_socket(AF_INET)).number();
  bind_to(listener, loopback_v4(0));
  if (::listen(listener, 0) != 0) throw_errno("listen");
  port_ = port_of(listener);
  // Linux lets one connection wait when told to let none wait, and drops what comes once that place is taken.
  const sockaddr_in address = loopback_v4(port_);
  for (int filler = 0; filler < 3; ++filler) {
    const int client = sockets_.emplace_back(new_socket(AF_INET)).number();
    ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
}

}  // namespace hale::testing
