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

#include "tests/support/fd.hpp"
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
  return ntohs(address.sin6_port);  // at the same offset in sockaddr_in
}

Fd new_socket(int family) {
  Fd socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) throw_errno("socket");
  return socket;
}

Fd bound_socket(const Listen& listen) {
  if (!listen.unix_path.empty()) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (listen.unix_path.size() >= sizeof address.sun_path)
      throw std::runtime_error("the path of the socket is too long");
    std::memcpy(address.sun_path, listen.unix_path.data(), listen.unix_path.size());
    Fd socket = new_socket(AF_UNIX);
    bind_to(socket.get(), address);
    return socket;
  }
  if (listen.host == "127.0.0.1") {
    Fd socket = new_socket(AF_INET);
    bind_to(socket.get(), loopback_v4(0));
    return socket;
  }
  if (listen.host != "::1") throw std::runtime_error("a fake server listens at 127.0.0.1 or ::1");
  Fd socket = new_socket(AF_INET6);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  bind_to(socket.get(), address);
  return socket;
}

/// `bytes` as a C++ literal, for messages.
std::string literal(std::string_view bytes) {
  constexpr std::size_t max_bytes = 300;
  std::string text = "\"";
  for (const char byte : bytes.substr(0, max_bytes)) {
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
  return text + (bytes.size() > max_bytes ? "..." : "") + '"';
}

/// Runs the script of one connection, and records what the client sends.
class ScriptRunner {
 public:
  ScriptRunner(Wire wire, const Conversation& conversation, std::string& received)
      : wire_(std::move(wire)), conversation_(conversation), received_(received) {}

  /// Throws ScriptError when the client does not follow the script.
  void run() {
    const bool has_start_tls = std::any_of(conversation_.begin(), conversation_.end(),
                                           [](const Step& step) { return step.action == Step::Action::start_tls; });
    if (!has_start_tls) wire_.begin_tls();
    for (const Step& step : conversation_) run_step(step);
    if (!unread_.empty()) throw ScriptError("the client sent unexpected " + literal(unread_));
    wire_.close();
  }

 private:
  void run_step(const Step& step) {
    switch (step.action) {
      case Step::Action::expect: return read_exactly(step.bytes);
      case Step::Action::expect_until: return read_until(step.bytes);
      case Step::Action::expect_close: return read_end();
      case Step::Action::start_tls: return start_tls();
      case Step::Action::say: return send_all(step.bytes);
      case Step::Action::answer: return send_all(step.make(received_));
      case Step::Action::drip: return drip_all(step);
      case Step::Action::pour: return pour_all(step.bytes);
      case Step::Action::hang_up: return wire_.close();
      case Step::Action::reset: return wire_.reset();
      case Step::Action::stay_silent: return wire_.wait_for_stop();
    }
  }

  /// Adds to `unread_`; false when the client has closed the connection.
  bool read_more() {
    const std::string more = wire_.read_some();
    received_ += more;
    unread_ += more;
    return !more.empty();
  }

  void read_exactly(const std::string& bytes) {
    const auto as_expected = [&] { return bytes.starts_with(unread_.substr(0, bytes.size())); };
    while (unread_.size() < bytes.size() && as_expected()) {
      if (!read_more())
        throw ScriptError(fmt::format("expected {}, received {} and the end", literal(bytes), literal(unread_)));
    }
    if (!as_expected()) throw ScriptError(fmt::format("expected {}, received {}", literal(bytes), literal(unread_)));
    unread_.erase(0, bytes.size());
  }

  void read_until(const std::string& end) {
    while (unread_.find(end) == std::string::npos) {
      if (!read_more())
        throw ScriptError(
            fmt::format("expected something up to {}, received {} and the end", literal(end), literal(unread_)));
    }
    unread_.erase(0, unread_.find(end) + end.size());
  }

  void read_end() {
    if (unread_.empty() && !read_more()) return;
    throw ScriptError("expected the end, received " + literal(unread_));
  }

  void start_tls() {
    if (!unread_.empty()) throw ScriptError("before TLS the client sent unexpected " + literal(unread_));
    wire_.begin_tls();
  }

  void send_all(std::string_view bytes) {
    if (!wire_.write(bytes)) throw ScriptError("the client hung up before it was sent " + literal(bytes));
  }

  void drip_all(const Step& step) {
    for (const char byte : step.bytes) {
      if (wire_.stopped_within(step.pause) || !wire_.write(std::string_view(&byte, 1))) return;
    }
  }

  void pour_all(const std::string& bytes) {
    std::string many = bytes;
    while (many.size() < 65536) many += bytes;  // fewer system calls
    while (wire_.write(many)) {
    }
  }

  Wire wire_;
  const Conversation& conversation_;
  std::string& received_;
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

class FakeServer::Listener {
 public:
  Listener(std::vector<Conversation> conversations, const Listen& listen)
      : conversations_(std::move(conversations)),
        listen_(listen),
        socket_(bound_socket(listen)),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (listen.certificate) tls_ = std::make_unique<TlsContext>(*listen.certificate, listen.tls);
    if (::listen(socket_.get(), SOMAXCONN) != 0) throw_errno("listen");
    if (listen.unix_path.empty()) port_ = port_of(socket_.get());
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~Listener() { finish(); }

  const Listen& options() const { return listen_; }
  std::uint16_t port() const { return port_; }

  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!connected_.wait_for(lock, max_wait, [&] { return sessions_.size() >= count; })) {
      throw std::runtime_error(fmt::format("only {} of {} connections were made", sessions_.size(), count));
    }
  }

  void finish() {
    if (!acceptor_.joinable()) return;
    ::eventfd_write(stop_.get(), 1);
    acceptor_.join();
    for (Session& session : sessions_) session.thread.join();
  }

  std::string problem() {
    finish();
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (!sessions_[i].problem.empty()) return fmt::format("connection {}: {}", i + 1, sessions_[i].problem);
    }
    if (sessions_.size() < conversations_.size())
      return fmt::format("connection {} was never made", sessions_.size() + 1);
    return "";
  }

  std::string received(std::size_t connection) {
    finish();
    return connection < sessions_.size() ? sessions_[connection].received : "";
  }

  std::size_t connections() {
    finish();
    return sessions_.size();
  }

 private:
  struct Session {
    std::string received;
    std::string problem;
    std::thread thread;
  };

  /// Runs until `stop_` is set; connections made by then are still served.
  void accept_all() {
    for (;;) {
      std::array<pollfd, 2> polled{{{socket_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
      wait_for(polled);
      for (;;) {
        Fd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!connection.is_open()) break;
        start_session(std::move(connection));
      }
      if (polled[1].revents != 0) break;
    }
    socket_.reset();
  }

  void start_session(Fd connection) {
    const std::scoped_lock lock(mutex_);
    const std::size_t number = sessions_.size();
    Session& session = sessions_.emplace_back();
    if (number < conversations_.size() || listen_.repeat) {
      const Conversation& conversation = conversations_[std::min(number, conversations_.size() - 1)];
      Wire wire(std::move(connection), stop_.get(), tls_.get());
      session.thread = std::thread([&session, &conversation, wire = std::move(wire)]() mutable {
        run_script(session, conversation, std::move(wire));
      });
    } else {
      session.problem = "unexpected connection";
      session.thread = std::thread([] {});
    }
    connected_.notify_all();
  }

  static void run_script(Session& session, const Conversation& conversation, Wire wire) {
    // OpenSSL writes without MSG_NOSIGNAL, so SIGPIPE is blocked in this thread.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    try {
      ScriptRunner(std::move(wire), conversation, session.received).run();
    } catch (const std::exception& error) {
      session.problem = error.what();
    }
  }

  const std::vector<Conversation> conversations_;
  const Listen listen_;
  Fd socket_;
  Fd stop_;
  std::unique_ptr<TlsContext> tls_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable connected_;
  std::deque<Session> sessions_;  // a deque, because references to sessions must stay valid
  std::thread acceptor_;
};

FakeServer::FakeServer(std::vector<Conversation> conversations, Listen listen, std::nullptr_t)
    : listener_(std::make_unique<Listener>(std::move(conversations), listen)) {}

FakeServer::FakeServer(Conversation conversation, Listen listen)
    : FakeServer(std::vector<Conversation>(1, std::move(conversation)), std::move(listen), nullptr) {}

FakeServer FakeServer::in_turn(std::vector<Conversation> conversations, Listen listen) {
  return FakeServer(std::move(conversations), std::move(listen), nullptr);
}

FakeServer::~FakeServer() {
  const std::string& path = listener_->options().unix_path;
  if (!path.empty()) ::unlink(path.c_str());
}

std::uint16_t FakeServer::port() const { return listener_->port(); }

std::string FakeServer::endpoint() const {
  const Listen& options = listener_->options();
  if (!options.unix_path.empty()) return options.unix_path;
  return (options.host == "::1" ? "[::1]" : options.host) + fmt::format(":{}", port());
}

void FakeServer::await_connections(std::size_t count) { listener_->await(count); }
std::string FakeServer::problem() { return listener_->problem(); }
std::string FakeServer::received(std::size_t connection) { return listener_->received(connection); }
std::size_t FakeServer::connections() { return listener_->connections(); }

ClosedPort::ClosedPort() : socket_(new_socket(AF_INET)) {
  bind_to(socket_.get(), loopback_v4(0));
  port_ = port_of(socket_.get());
}

BlackholePort::BlackholePort() {
  const int listener = sockets_.emplace_back(new_socket(AF_INET)).get();
  bind_to(listener, loopback_v4(0));
  if (::listen(listener, 0) != 0) throw_errno("listen");
  port_ = port_of(listener);
  // With a backlog of 0 Linux still queues one connection, and drops all others while that one is not accepted.
  const sockaddr_in address = loopback_v4(port_);
  for (int filler = 0; filler < 3; ++filler) {
    const int client = sockets_.emplace_back(new_socket(AF_INET)).get();
    ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
}

}  // namespace hale::testing
