#include "probes/amqp/wire.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t header_size = 7;
constexpr char frame_end = '\xce';
constexpr std::size_t max_entries = 1024;
constexpr std::uint32_t min_frame_size = 4096;  // a limit below it is invalid (frame-min-size)

// Flags of the first properties of a message (4.2.6.1).
constexpr std::uint16_t has_content_type = 1U << 15U;
constexpr std::uint16_t has_encoding = 1U << 14U;
constexpr std::uint16_t has_headers = 1U << 13U;

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::string frame(AmqpFrame::Type type, std::uint16_t channel, std::string_view payload) {
  return fmt::format("{}{}{}{}{}", static_cast<char>(type), amqp_number(channel, 2), amqp_number(payload.size(), 4),
                     payload, frame_end);
}

/// A server that does not speak the client's version answers with its own protocol header and hangs up (2.2.4).
[[noreturn]] void throw_version_refused(std::string_view header) {
  const auto part = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(header[i])); };
  throw Unhealthy(fmt::format("the server refuses AMQP 0-9-1, it speaks AMQP {}-{}-{}", part(5), part(6), part(7)));
}

bool is_frame_type(char byte) { return byte == 1 || byte == 2 || byte == 3 || byte == 8; }

}  // namespace

std::string amqp_method_name(AmqpMethod method) {
  const auto number = static_cast<std::uint32_t>(method);
  return fmt::format("{}.{}", number >> 16, number & 0xffffU);
}

std::string amqp_number(std::uint64_t number, std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = bytes; i > 0; --i, number >>= 8) text[i - 1] = static_cast<char>(number & 0xffU);
  return text;
}

std::string amqp_short_string(std::string_view text) {
  constexpr std::size_t max_size = 255;
  if (text.size() > max_size) throw Unhealthy(fmt::format("a name is longer than {} bytes", max_size));
  return amqp_number(text.size(), 1).append(text);
}

std::string amqp_long_string(std::string_view text) { return amqp_number(text.size(), 4).append(text); }

std::string amqp_string_entry(std::string_view name, std::string_view text) {
  return fmt::format("{}S{}", amqp_short_string(name), amqp_long_string(text));
}

std::string amqp_boolean_entry(std::string_view name, bool value) {
  return fmt::format("{}t{}", amqp_short_string(name), amqp_number(value ? 1 : 0, 1));
}

std::string amqp_table_entry(std::string_view name, std::string_view entries) {
  return fmt::format("{}F{}", amqp_short_string(name), amqp_long_string(entries));
}

std::string amqp_method(std::uint16_t channel, AmqpMethod method, std::string_view arguments) {
  return frame(AmqpFrame::Type::method, channel, amqp_number(static_cast<std::uint32_t>(method), 4).append(arguments));
}

std::string amqp_content_header(std::uint16_t channel, std::uint64_t size, std::string_view content_type) {
  constexpr std::uint16_t basic = 60;
  std::string properties = amqp_number(0, 2);
  if (!content_type.empty())
    properties =
        amqp_number(has_content_type | has_encoding, 2) + amqp_short_string(content_type) + amqp_short_string("utf-8");
  return frame(AmqpFrame::Type::header, channel,
               amqp_number(basic, 2) + amqp_number(0, 2) + amqp_number(size, 8) + properties);
}

std::string amqp_body(std::uint16_t channel, std::string_view body, std::uint32_t max_frame_size) {
  const std::size_t max_payload = std::max<std::size_t>(max_frame_size, min_frame_size) - header_size - 1;
  std::string frames;
  for (; !body.empty(); body.remove_prefix(std::min(max_payload, body.size())))
    frames += frame(AmqpFrame::Type::body, channel, body.substr(0, max_payload));
  return frames;
}

std::string amqp_heartbeat() { return frame(AmqpFrame::Type::heartbeat, 0, ""); }

std::optional<AmqpFrame> AmqpReader::next() {
  constexpr std::string_view protocol = "AMQP";
  if (unread_.empty()) return std::nullopt;
  const bool is_protocol_header = protocol.starts_with(std::string_view(unread_).substr(0, protocol.size()));
  if (!is_frame_type(unread_.front()) && !is_protocol_header)
    throw Unhealthy(fmt::format("not AMQP: {}", truncate_bytes(first_line(unread_), 60)));
  if (unread_.size() < amqp_protocol_header.size()) return std::nullopt;
  if (is_protocol_header) throw_version_refused(unread_);
  const std::uint64_t size = read_number(std::string_view(unread_).substr(3, 4));
  if (size + header_size + 1 > max_amqp_frame_size)
    throw Unhealthy(fmt::format("not AMQP: a frame of more than {} bytes", max_amqp_frame_size));
  if (unread_.size() < header_size + size + 1) return std::nullopt;
  if (unread_[header_size + size] != frame_end) throw Unhealthy("not AMQP: a frame exceeds its declared length");
  AmqpFrame frame{static_cast<AmqpFrame::Type>(unread_.front()),
                  static_cast<std::uint16_t>(read_number(std::string_view(unread_).substr(1, 2))),
                  unread_.substr(header_size, size)};
  unread_.erase(0, header_size + size + 1);
  return frame;
}

std::string_view AmqpDecoder::take(std::size_t count) {
  if (count > rest_.size()) throw Unhealthy("not AMQP: a value exceeds its frame");
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint64_t AmqpDecoder::number(std::size_t bytes) { return read_number(take(bytes)); }

std::string AmqpDecoder::short_string() { return std::string(take(number(1))); }

std::string AmqpDecoder::long_string() { return std::string(take(number(4))); }

/// The value of an entry of `type`; nothing for a type that AmqpTable drops.
std::optional<std::string> AmqpDecoder::value(char type) {
  const auto skip = [&](std::size_t count) {
    take(count);
    return std::nullopt;
  };
  switch (type) {
    case 'S': return long_string();
    case 't': return number(1) == 0 ? "0" : "1";
    case 'b': return fmt::format("{}", static_cast<std::int8_t>(number(1)));
    case 'B': return fmt::format("{}", number(1));
    case 's': return fmt::format("{}", static_cast<std::int16_t>(number(2)));
    case 'u': return fmt::format("{}", number(2));
    case 'I': return fmt::format("{}", static_cast<std::int32_t>(number(4)));
    case 'i': return fmt::format("{}", number(4));
    case 'l': return fmt::format("{}", static_cast<std::int64_t>(number(8)));
    case 'f': return skip(4);
    case 'd':
    case 'T': return skip(8);
    case 'D': return skip(5);
    case 'V': return std::nullopt;
    // An array, a table or a byte array, each with its length in bytes before it.
    case 'A':
    case 'F':
    case 'x': return skip(number(4));
    default: throw Unhealthy("not AMQP: a value of an unknown type");
  }
}

void AmqpDecoder::read_table(const std::string& prefix, AmqpTable& table) {
  AmqpDecoder entries(take(number(4)));
  while (!entries.rest_.empty()) {
    if (table.size() >= max_entries) throw Unhealthy(fmt::format("a table of more than {} entries", max_entries));
    const std::string name = prefix + entries.short_string();
    const char type = entries.take(1).front();
    if (type == 'F' && prefix.empty()) {
      entries.read_table(name + ".", table);
    } else if (auto value = entries.value(type)) {
      table.insert_or_assign(name, std::move(*value));
    }
  }
}

AmqpTable AmqpDecoder::table() {
  AmqpTable entries;
  read_table("", entries);
  return entries;
}

AmqpContent read_amqp_content(std::string_view header) {
  AmqpDecoder decoder(header);
  decoder.number(4);  // class and weight, both constant
  AmqpContent content{decoder.number(8)};
  const std::uint64_t properties = decoder.number(2);
  if ((properties & has_content_type) != 0) content.content_type = decoder.short_string();
  if ((properties & has_encoding) != 0) decoder.short_string();
  if ((properties & has_headers) != 0) content.headers = decoder.table();
  return content;
}

}  // namespace hale
