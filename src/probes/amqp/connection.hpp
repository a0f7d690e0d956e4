#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/stream.hpp"
#include "probes/amqp/endpoint.hpp"
#include "probes/amqp/methods.hpp"
#include "probes/amqp/wire.hpp"

namespace hale {

/// What is known of a queue; why not, when the server refuses to tell.
struct AmqpQueue {
  std::string name{};
  std::uint64_t messages = 0;  ///< that are ready: those a consumer holds and has not acknowledged are not counted
  std::uint64_t consumers = 0;
  std::optional<AmqpRefusal> refusal{};
};

/// A message that has come to the mailbox, or why one that was published has not gone anywhere.
struct AmqpMessage {
  std::string content_type{};
  AmqpTable headers{};
  std::string body{};
  std::optional<AmqpRefusal> refusal{};
};

/// A connection to an AMQP 0-9-1 server. Whatever the server says is heard as chapter 1 of amqp0-9-1.pdf has it: its
/// heartbeats are answered, and when it closes the connection that is confirmed and Unhealthy thrown in its words, as
/// it is where the server hangs up or says what cannot be.
class AmqpConnection {
 public:
  explicit AmqpConnection(Stream stream) : stream_(std::move(stream)) {}

  /// Logs in, opens the virtual host and a channel. Enters the phase "login".
  Task<void> open(ProbeContext& context, AmqpEndpoint endpoint);

  /// What the server says of itself when it greets: "product", "version", "capabilities.basic.nack".
  const AmqpTable& server() const { return server_; }

  /// What a passive declaration tells of a queue (1.7.2.1). A refusal is no end: the next question has a new channel.
  Task<AmqpQueue> look_at(std::string queue);

  /// Opens a channel with a queue of the server's naming, which nobody else may consume and which goes when the
  /// connection does. Returns its name. To be called once.
  Task<std::string> open_mailbox();

  /// Publishes a text to `exchange` in that channel. It comes back, refused, when the exchange is not there or has no
  /// queue for it. Throws when the server lets nobody publish, or receive() does.
  Task<void> publish(std::string exchange, std::string content_type, std::string body);

  /// The next message to come to the mailbox or back from the exchange; nothing when none comes within `limit`.
  Task<std::optional<AmqpMessage>> receive(ProbeContext& context, Duration limit);

  /// True for a server that says when it lets nobody publish, being low on memory or disk.
  bool reports_alarms() const;

  /// Closes the connection in order; empty then. A server that tells of alarms and has one reads nothing more of us:
  /// its reason is returned ("low on memory"), and it finds out by its heartbeats that we are gone.
  Task<std::string> leave();

  /// What TLS agreed on, where it is spoken.
  std::optional<TlsSession> tls_session() const { return stream_.tls_session(); }

 private:
  /// A method that the server says.
  struct Method {
    AmqpMethod method{};
    std::uint16_t channel = 0;
    std::string arguments{};
  };

  /// What a question was answered by: its arguments, or the refusal that has closed the channel.
  struct Answer {
    std::string arguments{};
    std::optional<AmqpRefusal> refusal{};
  };

  Task<bool> hear_more(ProbeContext& context, Duration limit);
  Task<std::optional<AmqpFrame>> next_frame();
  Task<AmqpFrame> read_frame();
  Task<Method> understand(AmqpFrame frame);
  Task<Method> hear();
  Task<std::string> hear(AmqpMethod expected);
  Task<Answer> ask(std::string words, AmqpMethod expected);
  bool file_away(const AmqpFrame& frame);
  bool begin_coming(std::string_view method);
  void end_coming();
  bool closes_mailbox(const Method& heard);
  Task<void> greet();
  Task<void> authenticate(AmqpEndpoint endpoint);
  Task<void> open_channel();
  void feed(const std::string& bytes);
  [[noreturn]] void refuse(const AmqpRefusal& refusal) const;
  [[noreturn]] static void refuse_answer(AmqpMethod expected, const Method& heard);

  Stream stream_;
  AmqpReader reader_;
  AmqpTable server_;
  std::uint32_t frame_most_ = 0;
  std::string login_{};  ///< the user, as long as it is not accepted
  std::string owed_{};   ///< to be said before anything else
  bool channel_is_open_ = false;
  std::optional<AmqpMessage> coming_{};           ///< a message whose end has not come
  std::optional<std::uint64_t> bytes_to_come_{};  ///< of its body; nothing before its header
  std::deque<AmqpMessage> inbox_;
  std::size_t inbox_bytes_ = 0;  ///< that have come to it so far
};

/// Connects, speaks TLS where `endpoint` says so, and opens the connection. Enters the phases of dial(), "tls" and
/// "login".
Task<AmqpConnection> connect_amqp(ProbeContext& context, AmqpEndpoint endpoint);

}  // namespace hale
