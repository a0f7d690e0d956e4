#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hale {

// The frames of AMQP 0-9-1 and what stands in them, as chapter 4 of amqp0-9-1.pdf spells it; the types in a table as
// RabbitMQ does (rabbitmq.com/amqp-0-9-1-errata.html, 3).

/// What a client says first (4.2.2).
inline constexpr std::string_view amqp_greeting{"AMQP\0\0\x09\x01", 8};

/// The longest frame that is taken and offered.
inline constexpr std::uint32_t amqp_frame_most = 131072;

/// The class and the number of a method, one above the other.
enum class AmqpMethod : std::uint32_t {
  connection_start = 0x000a000a,
  connection_start_ok = 0x000a000b,
  connection_tune = 0x000a001e,
  connection_tune_ok = 0x000a001f,
  connection_open = 0x000a0028,
  connection_open_ok = 0x000a0029,
  connection_close = 0x000a0032,
  connection_close_ok = 0x000a0033,
  connection_blocked = 0x000a003c,
  connection_unblocked = 0x000a003d,
  channel_open = 0x0014000a,
  channel_open_ok = 0x0014000b,
  channel_close = 0x00140028,
  channel_close_ok = 0x00140029,
  queue_declare = 0x0032000a,
  queue_declare_ok = 0x0032000b,
  basic_consume = 0x003c0014,
  basic_consume_ok = 0x003c0015,
  basic_publish = 0x003c0028,
  basic_return = 0x003c0032,
  basic_deliver = 0x003c003c,
};

/// "50.11": class and number of any method.
std::string amqp_method_name(AmqpMethod method);

// ---- to say

/// `number` in `bytes` bytes, the highest first.
std::string amqp_number(std::uint64_t number, std::size_t bytes);

/// A text of at most 255 bytes. Throws Unhealthy for a longer one.
std::string amqp_short_text(std::string_view text);

/// A text, or a table that is spelt already.
std::string amqp_long_text(std::string_view text);

/// An entry of a table: its name, and a text, a truth or a table.
std::string amqp_text_entry(std::string_view name, std::string_view text);
std::string amqp_truth_entry(std::string_view name, bool truth);
std::string amqp_table_entry(std::string_view name, std::string_view entries);

std::string amqp_method(std::uint16_t channel, AmqpMethod method, std::string_view arguments = "");

/// The header of a message of `size` bytes (4.2.6.1). With a `content_type` it is said to be UTF-8; no other property.
std::string amqp_content_header(std::uint16_t channel, std::uint64_t size, std::string_view content_type = "");

/// The body of such a message, in frames of at most `frame_most` bytes (4.2.6.2).
std::string amqp_body(std::uint16_t channel, std::string_view body, std::uint32_t frame_most);

std::string amqp_heartbeat();

// ---- to hear

struct AmqpFrame {
  enum class Type : std::uint8_t { method = 1, header = 2, body = 3, heartbeat = 8 };

  Type type = Type::heartbeat;
  std::uint16_t channel = 0;
  std::string payload{};
};

/// Makes frames of what comes over the wire.
class AmqpReader {
 public:
  /// Takes what the peer said next.
  void feed(std::string_view bytes) { unread_ += bytes; }

  /// The next frame; nothing as long as it is not whole. Throws Unhealthy for what is no frame, for one that is longer
  /// than amqp_frame_most, and for the greeting by which a server refuses this version (2.2.4).
  std::optional<AmqpFrame> next();

 private:
  std::string unread_;
};

/// Texts, truths ("1" or "0") and whole numbers of a table by their names, those of a table within it behind the
/// table's own name: "capabilities.basic.nack". Values of other types, and tables deeper down, are left out.
using AmqpTable = std::map<std::string, std::string>;

/// Reads values one after the other. Throws Unhealthy where a value does not end within the bytes.
class AmqpValues {
 public:
  /// `bytes` outlive this.
  explicit AmqpValues(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number(std::size_t bytes);
  std::string short_text();
  std::string long_text();

  /// Throws Unhealthy too for a type that there is not and for more than 1024 entries.
  AmqpTable table();

 private:
  std::string_view take(std::size_t count);
  std::optional<std::string> value(char type);
  void read_table(const std::string& lead, AmqpTable& table);

  std::string_view rest_;
};

/// What the header of a message tells of it (4.2.6.1).
struct AmqpContent {
  std::uint64_t size = 0;  ///< of the body
  std::string content_type{};
  AmqpTable headers{};
};

/// Throws Unhealthy as AmqpValues does.
AmqpContent read_amqp_content(std::string_view header);

}  // namespace hale
