#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "net/stream.hpp"
#include "probes/amqp/endpoint.hpp"
#include "probes/amqp/methods.hpp"
#include "probes/amqp/wire.hpp"

namespace hale {

/// The counts of a queue, or the reason why the server refuses to report them.
struct AmqpQueue {
  std::string name{};
  std::uint64_t messages = 0;  ///< ready for delivery: without those that a consumer holds and has not acknowledged
  std::uint64_t consumers = 0;
  std::optional<AmqpRefusal> refusal{};
};

/// A message from the reply queue, or the reason why the server refused or returned one that was published.
struct AmqpMessage {
  std::string content_type{};
  AmqpTable headers{};
  std::string body{};
  std::optional<AmqpRefusal> refusal{};
};

/// A connection to an AMQP 0-9-1 server (amqp0-9-1.pdf, chapter 1).
///
/// Every function that reads answers heartbeats in passing. It throws Unhealthy when the server closes the connection
/// (which is confirmed first, and the text is the server's), hangs up, or sends something unexpected. There is no
/// deadline here: the coroutines are cancelled when the probe's time expires.
class AmqpConnection {
 public:
  explicit AmqpConnection(Stream stream) : stream_(std::move(stream)) {}

  /// Logs in, opens the virtual host and a channel. Enters the phase "login".
  Task<void> open(ProbeContext& context, AmqpEndpoint endpoint);

  /// The server's properties in connection.start: "product", "version", "capabilities.basic.nack".
  const AmqpTable& server() const { return server_; }

  /// The counts of `queue`, by a passive queue.declare (1.7.2.1). A refusal closes only the channel; the next call
  /// opens a new one.
  Task<AmqpQueue> inspect_queue(std::string queue);

  /// Opens a second channel and consumes a new queue on it. The queue is exclusive to this connection, and the server
  /// deletes it when the connection ends, however it ends. Returns its name, which the server chooses. Call it once.
  Task<std::string> open_reply_queue();

  /// Publishes a text on the channel of open_reply_queue(). Does not wait for an answer: receive() returns a refusal
  /// when the exchange does not exist or has no queue for the message, and throws when publishing is blocked.
  Task<void> publish(std::string exchange, std::string content_type, std::string body);

  /// The next message from the reply queue, or a refusal of publish(); nothing after `limit` without one.
  Task<std::optional<AmqpMessage>> receive(ProbeContext& context, Duration limit);

  /// True when the server reports alarms: that it blocks publishing because it is low on memory or disk.
  bool reports_alarms() const;

  /// Closes the connection in order, and returns an empty text. When the server reports alarms and has one, it stops
  /// reading: close() then returns its reason ("low on memory"), and the server notices by the heartbeats that the
  /// connection is gone.
  Task<std::string> close();

  /// The session, when the connection uses TLS.
  std::optional<TlsSession> tls_session() const { return stream_.tls_session(); }

 private:
  /// A method that the server sent.
  struct Method {
    AmqpMethod id{};
    std::uint16_t channel = 0;
    std::string arguments{};
  };

  /// The arguments of the expected method, or the refusal with which the server closed the channel.
  struct CallResult {
    std::string arguments{};
    std::optional<AmqpRefusal> refusal{};
  };

  void feed(const std::string& bytes);
  Task<bool> read_more(ProbeContext& context, Duration limit);
  Task<std::optional<AmqpFrame>> next_frame();
  Task<AmqpFrame> read_frame();

  Task<Method> parse_method(AmqpFrame frame);
  Task<Method> receive_method();
  Task<std::string> receive_method(AmqpMethod expected);
  Task<CallResult> call(std::string request, AmqpMethod expected);

  Task<void> receive_start();
  Task<void> authenticate(AmqpEndpoint endpoint);
  Task<void> open_channel();

  bool collect_message(const AmqpFrame& frame);
  bool begin_message(std::string_view method);
  void finish_message();
  bool collect_channel_close(const Method& method);

  [[noreturn]] void throw_refusal(const AmqpRefusal& refusal) const;
  [[noreturn]] static void throw_unexpected(AmqpMethod expected, const Method& method);

  Stream stream_;
  AmqpReader reader_;
  AmqpTable server_;
  std::uint32_t max_frame_size_ = 0;
  std::string user_logging_in_{};  ///< empty before and after the login
  std::string pending_output_{};   ///< to send before the next request
  bool channel_is_open_ = false;
  std::optional<AmqpMessage> partial_message_{};
  std::optional<std::uint64_t> missing_bytes_{};  ///< of its body; nothing before its header
  std::deque<AmqpMessage> inbox_;
  std::size_t inbox_bytes_ = 0;  ///< of all messages so far, also of those that were taken out
};

/// Connects, starts TLS for amqps, and opens the connection. Enters the phases of dial(), "tls" and "login". Throws
/// Unhealthy as AmqpConnection does.
Task<AmqpConnection> connect_amqp(ProbeContext& context, AmqpEndpoint endpoint);

}  // namespace hale
