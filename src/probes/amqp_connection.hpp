#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/stream.hpp"
#include "probes/amqp_place.hpp"
#include "probes/amqp_wire.hpp"

namespace hale {

/// A method that the server says.
struct AmqpMessage {
  AmqpMethod method{};
  std::uint16_t channel = 0;
  std::string arguments{};
};

/// Why the server closes a channel or the connection (1.4.2.9, 1.5.2.5).
struct AmqpRefusal {
  static constexpr std::uint16_t access_refused = 403;
  static constexpr std::uint16_t resource_locked = 405;

  std::uint16_t code = 0;
  std::string words{};  ///< the server's own: "NOT_FOUND - no queue 'jobs' in vhost '/'"
};

/// What a question was answered by: its arguments, or the refusal that has closed the channel.
struct AmqpAnswer {
  std::string arguments{};
  std::optional<AmqpRefusal> refusal{};
};

/// What is known of a queue; why not, when the server refuses to tell.
struct AmqpQueue {
  std::string name{};
  std::uint64_t messages = 0;  ///< that are ready: those a consumer holds and has not acknowledged are not counted
  std::uint64_t consumers = 0;
  std::optional<AmqpRefusal> refusal{};
};

/// A connection to an AMQP 0-9-1 server with one channel. Whatever the server says is heard as chapter 1.4 of
/// amqp0-9-1.pdf has it: its heartbeats are answered, and when it closes the connection that is confirmed and Unhealthy
/// thrown in its words.
class AmqpConnection {
 public:
  explicit AmqpConnection(Stream stream) : stream_(std::move(stream)) {}

  /// Logs in, opens the virtual host and a channel. Enters the phase "login". Throws Unhealthy.
  Task<void> open(Net& net, AmqpPlace place);

  /// What the server says of itself when it greets: "product", "version", "capabilities.basic.nack".
  const AmqpTable& server() const { return server_; }

  /// What a passive declaration tells of a queue (1.7.2.1). A refusal is no end: the next question has a new channel.
  Task<AmqpQueue> look_at(std::string queue);

  /// True for a server that says when it lets nobody publish, being low on memory or disk.
  bool tells_of_alarms() const;

  /// Closes the connection in order; empty then. A server that tells of alarms and has one reads nothing more of us:
  /// its reason is returned ("low on memory"), and it finds out by its heartbeats that we are gone.
  Task<std::string> leave();

  /// What TLS agreed on, where it is spoken.
  std::optional<TlsSession> tls_session() const { return stream_.tls_session(); }

 private:
  Task<AmqpFrame> hear_frame();
  Task<AmqpMessage> hear();
  Task<std::string> hear(AmqpMethod expected);
  Task<AmqpAnswer> ask(std::string words, AmqpMethod expected);
  Task<void> greet();
  Task<void> authenticate(AmqpPlace place);
  Task<void> open_channel();
  [[noreturn]] void refuse(const AmqpRefusal& refusal) const;

  Stream stream_;
  AmqpReader reader_;
  AmqpTable server_;
  std::string login_{};  ///< the user, as long as it is not accepted
  std::string owed_{};   ///< to be said before anything else
  bool channel_is_open_ = false;
};

}  // namespace hale
