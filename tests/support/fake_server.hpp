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
#include "tests/support/descriptor.hpp"

// A server whose every word is written in the test:
//
//   FakeServer server({expect("PING\r\n"), say("+PONG\r\n"), expect_close()});
//   ... probe 127.0.0.1 at server.port() ...
//   CHECK(server.problem() == "");
namespace hale::testing {

/// One step of the server's side of a conversation. Made by the functions below.
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

/// The client must say exactly `bytes`.
Step expect(std::string bytes);
/// Reads up to and with the first `end`, as the head of an HTTP request ends in "\r\n\r\n"; see FakeServer::heard.
Step expect_until(std::string end);
/// The client must hang up without another word.
Step expect_close();
/// From here on everything is said within TLS, with the certificate of Listen; without this step TLS is spoken from the
/// first byte.
Step start_tls();
Step say(std::string bytes);
/// Says what `make` makes of all that the client has said so far, where that cannot be written beforehand.
Step answer(std::function<std::string(const std::string& heard)> make);
/// Says `bytes` one by one, each after `pause`; that the client has enough of it is no problem.
Step drip(std::string bytes, std::chrono::milliseconds pause);
/// Says `bytes` again and again until the client has enough.
Step pour(std::string bytes);
/// Ends the connection in order.
Step hang_up();
/// Ends the connection with a RST, as a crashed server's machine does.
Step reset();
/// Says nothing more and keeps the connection open until the test is done with the server.
Step stay_silent();

/// What is said on one connection, which ends with the last step.
using Conversation = std::vector<Step>;

struct Listen {
  std::string host = "127.0.0.1";            ///< or "::1"
  std::string unix_path{};                   ///< of the socket to make, instead of a port
  std::optional<Certificate> certificate{};  ///< then everything is said within TLS, or from the step start_tls() on
  TlsDemands expectations{};                 ///< on who speaks TLS
  bool repeat = false;                       ///< the last conversation is had with everyone who comes later
};

/// Listens from its making on; has one conversation a connection, each in a thread of its own.
class FakeServer {
 public:
  explicit FakeServer(Conversation conversation, Listen listen = {});

  /// The first who connects has the first conversation, the next one the next.
  static FakeServer in_turn(std::vector<Conversation> conversations, Listen listen = {});

  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::uint16_t port() const;

  /// "127.0.0.1:PORT", "[::1]:PORT" or the socket's path.
  std::string endpoint() const;

  /// Waits until `count` connections in all have come. Throws when they do not come in time.
  void await_connections(std::size_t count);

  // These end the listening and wait until every conversation is over, silent ones being cut short.

  /// What went otherwise than written, on the first connection where something did; empty when all went as written.
  std::string problem();

  /// Everything that was said on the `connection`th connection.
  std::string heard(std::size_t connection = 0);

  /// How many have connected.
  std::size_t connections();

 private:
  class Side;
  FakeServer(std::vector<Conversation> conversations, Listen listen, std::nullptr_t);
  std::unique_ptr<Side> side_;
};

/// A loopback port at which nobody listens, and nobody else will while this lives: connecting is refused.
class ClosedPort {
 public:
  ClosedPort();
  std::uint16_t port() const { return port_; }

 private:
  Descriptor socket_;
  std::uint16_t port_;
};

/// A loopback port that never answers: connecting is neither accepted nor refused.
class DeafPort {
 public:
  DeafPort();
  std::uint16_t port() const { return port_; }

 private:
  std::vector<Descriptor> sockets_;
  std::uint16_t port_;
};

}  // namespace hale::testing
