#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/certificates.hpp"
#include "tests/support/fd.hpp"

// A server that follows a script in the test:
//
//   FakeServer server({expect("PING\r\n"), say("+PONG\r\n"), expect_close()});
//   ... probe 127.0.0.1 at server.port() ...
//   CHECK(server.problem() == "");
namespace hale::testing {

/// One step of the server's script. Made by the functions below.
struct Step {
  enum class Action : std::uint8_t {
    expect,
    expect_until,
    expect_close,
    start_tls,
    say,
    answer,
    drip,
    pour,
    hang_up,
    reset,
    stay_silent
  };

  Action action;
  std::string bytes{};
  std::chrono::milliseconds pause{};
  std::function<std::string(const std::string&)> make{};
};

/// The client must send exactly `bytes`.
Step expect(std::string bytes);
/// Reads up to and including the first `end`, for example "\r\n\r\n" after an HTTP header; see FakeServer::received().
Step expect_until(std::string end);
/// The client must close the connection without sending anything more.
Step expect_close();
/// Performs a TLS handshake with the certificate of Listen. A script without this step uses TLS from the first byte.
Step start_tls();
/// Sends `bytes`.
Step say(std::string bytes);
/// Sends what `make` returns for everything received so far.
Step answer(std::function<std::string(const std::string& received)> make);
/// Sends `bytes` one by one, each after `pause`. The client may close the connection meanwhile.
Step drip(std::string bytes, std::chrono::milliseconds pause);
/// Sends `bytes` again and again until the client closes the connection.
Step pour(std::string bytes);
/// Closes the connection.
Step hang_up();
/// Closes the connection with a RST, as the system of a crashed server does.
Step reset();
/// Sends nothing more and keeps the connection open until the test is done with the server.
Step stay_silent();

/// The script of one connection, which is closed after the last step.
using Conversation = std::vector<Step>;

struct Listen {
  std::string host = "127.0.0.1";            ///< or "::1"
  std::string unix_path{};                   ///< of a unix socket to listen on instead of a port
  std::optional<Certificate> certificate{};  ///< uses TLS, from the first byte or the step start_tls()
  TlsServerOptions tls{};                    ///< with a certificate
  bool repeat = false;                       ///< use the last conversation for all later connections
};

/// Listens as soon as it is constructed. Handles each connection in a separate thread.
class FakeServer {
 public:
  explicit FakeServer(Conversation conversation, Listen listen = {});

  /// The first connection gets the first conversation, the second the second, and so on.
  static FakeServer in_turn(std::vector<Conversation> conversations, Listen listen = {});

  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::uint16_t port() const;

  /// "127.0.0.1:PORT", "[::1]:PORT" or the socket's path.
  std::string endpoint() const;

  /// Waits until there were `count` connections in total. Throws after `max_wait`.
  void await_connections(std::size_t count);

  // These stop listening and wait for all conversations to end. A stay_silent() ends immediately.

  /// How the first client that did not follow its script differed from it; empty when all followed theirs.
  std::string problem();

  /// Everything that the client sent on a connection, counted from 0.
  std::string received(std::size_t connection = 0);

  /// The number of connections.
  std::size_t connections();

 private:
  class Listener;
  FakeServer(std::vector<Conversation> conversations, Listen listen, std::nullptr_t);
  std::unique_ptr<Listener> listener_;
};

/// A loopback port on which nothing listens, reserved while this exists: connections are refused.
class ClosedPort {
 public:
  ClosedPort();
  std::uint16_t port() const { return port_; }

 private:
  Fd socket_;
  std::uint16_t port_;
};

/// A loopback port that never answers: connections are neither accepted nor refused.
class BlackholePort {
 public:
  BlackholePort();
  std::uint16_t port() const { return port_; }

 private:
  std::vector<Fd> sockets_;
  std::uint16_t port_;
};

}  // namespace hale::testing
