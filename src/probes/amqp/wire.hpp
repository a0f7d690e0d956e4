#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hale {

// Encodes and decodes the frames of AMQP 0-9-1 and the values in them (amqp0-9-1.pdf, chapter 4). The types in a table
// are those of RabbitMQ (rabbitmq.com/amqp-0-9-1-errata.html, section 3).

/// The protocol header: the first bytes that a client sends (4.2.2).
inline constexpr std::string_view amqp_protocol_header{"AMQP\0\0\x09\x01", 8};

/// The longest frame, in bytes, that hale accepts and proposes.
inline constexpr std::uint32_t max_amqp_frame_size = 131072;

/// A method: its class in the upper 16 bits and its number in the lower ones (4.2.4).
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

/// "50.11": the class and the number of any method, also of one that is not listed above.
std::string amqp_method_name(AmqpMethod method);

// ---- encoding

/// `number` in `bytes` bytes, in network byte order (4.2.5.1).
std::string amqp_number(std::uint64_t number, std::size_t bytes);

/// A short string (4.2.5.3). Throws Unhealthy when `text` is longer than 255 bytes.
std::string amqp_short_string(std::string_view text);

/// A long string (4.2.5.3), or a table (4.2.5.5) whose entries are encoded already.
std::string amqp_long_string(std::string_view text);

/// An entry of a table. Throws Unhealthy when `name` is longer than 255 bytes.
std::string amqp_string_entry(std::string_view name, std::string_view text);
std::string amqp_boolean_entry(std::string_view name, bool value);
std::string amqp_table_entry(std::string_view name, std::string_view entries);

/// A method frame (4.2.4); `arguments` are encoded already.
std::string amqp_method(std::uint16_t channel, AmqpMethod method, std::string_view arguments = "");

/// The header frame of a message of `size` bytes (4.2.6.1). With a `content_type` it also declares UTF-8; it has no
/// other properties.
std::string amqp_content_header(std::uint16_t channel, std::uint64_t size, std::string_view content_type = "");

/// The body of a message, split into frames of at most `max_frame_size` bytes (4.2.6.2).
std::string amqp_body(std::uint16_t channel, std::string_view body, std::uint32_t max_frame_size);

/// A heartbeat frame (4.2.7).
std::string amqp_heartbeat();

// ---- decoding

/// A frame without its length and its end octet (4.2.3).
struct AmqpFrame {
  enum class Type : std::uint8_t { method = 1, header = 2, body = 3, heartbeat = 8 };

  Type type = Type::heartbeat;
  std::uint16_t channel = 0;
  std::string payload{};
};

/// Splits a stream of bytes into frames. Does no I/O.
class AmqpReader {
 public:
  /// Appends bytes that the peer sent.
  void feed(std::string_view bytes) { unread_ += bytes; }

  /// Removes and returns the next frame; nothing until it is complete. Throws Unhealthy for bytes that are not a frame,
  /// for a frame longer than max_amqp_frame_size, and for the protocol header by which a server refuses this version
  /// (2.2.4).
  std::optional<AmqpFrame> next();

 private:
  std::string unread_;
};

/// The strings, booleans ("1" or "0") and integers of a table, by name. An entry of a nested table has the outer name
/// as a prefix: "capabilities.basic.nack". Values of other types and tables nested deeper are dropped.
using AmqpTable = std::map<std::string, std::string>;

/// Decodes values one after the other. Every function throws Unhealthy when a value exceeds the bytes that are left.
class AmqpDecoder {
 public:
  /// Does not copy `bytes`, which must outlive the decoder.
  explicit AmqpDecoder(std::string_view bytes) : rest_(bytes) {}

  /// An unsigned integer of `bytes` bytes, at most 8.
  std::uint64_t number(std::size_t bytes);
  std::string short_string();
  std::string long_string();

  /// Also throws Unhealthy for a value of an unknown type and for more than 1024 entries.
  AmqpTable table();

 private:
  std::string_view take(std::size_t count);
  std::optional<std::string> value(char type);
  void read_table(const std::string& prefix, AmqpTable& table);

  std::string_view rest_;
};

/// What a header frame says of its message (4.2.6.1).
struct AmqpContent {
  std::uint64_t size = 0;  ///< of the body, in bytes
  std::string content_type{};
  AmqpTable headers{};
};

/// Decodes the payload of a header frame. Throws Unhealthy as AmqpDecoder does.
AmqpContent read_amqp_content(std::string_view header);

}  // namespace hale
