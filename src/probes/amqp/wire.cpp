#include "probes/amqp/wire.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t head_size = 7;
constexpr char frame_end = '\xce';
constexpr std::size_t entries_most = 1024;
constexpr std::uint32_t amqp_frame_least = 4096;

// Which properties a message has, the first of them (4.2.6.1).
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

/// "AMQP", then the protocol's number and version (2.2.4).
[[noreturn]] void refuse_version(std::string_view greeting) {
  const auto part = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(greeting[at])); };
  throw Unhealthy(fmt::format("AMQP 0-9-1 is refused: the server speaks AMQP {}-{}-{}", part(5), part(6), part(7)));
}

bool is_type(char byte) { return byte == 1 || byte == 2 || byte == 3 || byte == 8; }

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

std::string amqp_short_text(std::string_view text) {
  constexpr std::size_t most = 255;
  if (text.size() > most) throw Unhealthy(fmt::format("a name of more than {} bytes cannot be said", most));
  return amqp_number(text.size(), 1).append(text);
}

std::string amqp_long_text(std::string_view text) { return amqp_number(text.size(), 4).append(text); }

std::string amqp_text_entry(std::string_view name, std::string_view text) {
  return fmt::format("{}S{}", amqp_short_text(name), amqp_long_text(text));
}

std::string amqp_truth_entry(std::string_view name, bool truth) {
  return fmt::format("{}t{}", amqp_short_text(name), amqp_number(truth ? 1 : 0, 1));
}

std::string amqp_table_entry(std::string_view name, std::string_view entries) {
  return fmt::format("{}F{}", amqp_short_text(name), amqp_long_text(entries));
}

std::string amqp_method(std::uint16_t channel, AmqpMethod method, std::string_view arguments) {
  return frame(AmqpFrame::Type::method, channel, amqp_number(static_cast<std::uint32_t>(method), 4).append(arguments));
}

std::string amqp_content_header(std::uint16_t channel, std::uint64_t size, std::string_view content_type) {
  constexpr std::uint16_t basic = 60;
  std::string properties = amqp_number(0, 2);
  if (!content_type.empty())
    properties =
        amqp_number(has_content_type | has_encoding, 2) + amqp_short_text(content_type) + amqp_short_text("utf-8");
  return frame(AmqpFrame::Type::header, channel,
               amqp_number(basic, 2) + amqp_number(0, 2) + amqp_number(size, 8) + properties);
}

std::string amqp_body(std::uint16_t channel, std::string_view body, std::uint32_t frame_most) {
  const std::size_t most = std::max<std::size_t>(frame_most, amqp_frame_least) - head_size - 1;
  std::string frames;
  for (; !body.empty(); body.remove_prefix(std::min(most, body.size())))
    frames += frame(AmqpFrame::Type::body, channel, body.substr(0, most));
  return frames;
}

std::string amqp_heartbeat() { return frame(AmqpFrame::Type::heartbeat, 0, ""); }

std::optional<AmqpFrame> AmqpReader::next() {
  constexpr std::string_view greeting = "AMQP";
  if (unread_.empty()) return std::nullopt;
  const bool greets = greeting.starts_with(std::string_view(unread_).substr(0, greeting.size()));
  if (!is_type(unread_.front()) && !greets)
    throw Unhealthy(fmt::format("no AMQP: {}", truncate_bytes(first_line(unread_), 60)));
  if (unread_.size() < amqp_greeting.size()) return std::nullopt;
  if (greets) refuse_version(unread_);
  const std::uint64_t size = read_number(std::string_view(unread_).substr(3, 4));
  if (size + head_size + 1 > amqp_frame_most)
    throw Unhealthy(fmt::format("no AMQP: a frame of more than {} bytes", amqp_frame_most));
  if (unread_.size() < head_size + size + 1) return std::nullopt;
  if (unread_[head_size + size] != frame_end) throw Unhealthy("no AMQP: a frame is longer than its length");
  AmqpFrame whole{static_cast<AmqpFrame::Type>(unread_.front()),
                  static_cast<std::uint16_t>(read_number(std::string_view(unread_).substr(1, 2))),
                  unread_.substr(head_size, size)};
  unread_.erase(0, head_size + size + 1);
  return whole;
}

std::string_view AmqpValues::take(std::size_t count) {
  if (count > rest_.size()) throw Unhealthy("no AMQP: a value is longer than its frame");
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint64_t AmqpValues::number(std::size_t bytes) { return read_number(take(bytes)); }

std::string AmqpValues::short_text() { return std::string(take(number(1))); }

std::string AmqpValues::long_text() { return std::string(take(number(4))); }

/// The value of an entry of `type`; nothing for one that is not told.
std::optional<std::string> AmqpValues::value(char type) {
  const auto skip = [&](std::size_t count) {
    take(count);
    return std::nullopt;
  };
  switch (type) {
    case 'S': return long_text();
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
    // A list, a table or bytes.
    case 'A':
    case 'F':
    case 'x': return skip(number(4));
    default: throw Unhealthy("no AMQP: a value of no known type");
  }
}

void AmqpValues::read_table(const std::string& lead, AmqpTable& table) {
  AmqpValues entries(take(number(4)));
  while (!entries.rest_.empty()) {
    if (table.size() >= entries_most) throw Unhealthy(fmt::format("a table of more than {} entries", entries_most));
    const std::string name = lead + entries.short_text();
    const char type = entries.take(1).front();
    if (type == 'F' && lead.empty()) {
      entries.read_table(name + ".", table);
    } else if (auto text = entries.value(type)) {
      table.insert_or_assign(name, std::move(*text));
    }
  }
}

AmqpTable AmqpValues::table() {
  AmqpTable all;
  read_table("", all);
  return all;
}

AmqpContent read_amqp_content(std::string_view header) {
  AmqpValues values(header);
  values.number(4);  // class and weight
  AmqpContent content{values.number(8)};
  const std::uint64_t properties = values.number(2);
  if ((properties & has_content_type) != 0) content.content_type = values.short_text();
  if ((properties & has_encoding) != 0) values.short_text();
  if ((properties & has_headers) != 0) content.headers = values.table();
  return content;
}

}  // namespace hale
