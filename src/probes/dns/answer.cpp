#include "probes/dns/answer.hpp"

#include <ares.h>
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

/// Reads a message from front to back, and never past its end or, once bounded, past the end of a record.
class MessageReader {
 public:
  explicit MessageReader(std::string_view message) : message_(message), end_(message.size()) {}

  bool at_end() const { return position_ == end_; }

  std::string_view bytes(std::size_t count) {
    if (count > end_ - position_) throw Unhealthy("malformed answer: it ends too early");
    position_ += count;
    return message_.substr(position_ - count, count);
  }

  std::uint8_t number8() { return static_cast<std::uint8_t>(bytes(1)[0]); }
  std::uint16_t number16() {
    const unsigned high = number8();
    return static_cast<std::uint16_t>(high << 8U | number8());
  }
  std::uint32_t number32() {
    const std::uint32_t high = number16();
    return high << 16U | number16();
  }

  std::string_view string() { return bytes(number8()); }
  std::string_view rest() { return bytes(end_ - position_); }

  std::string name() {
    const auto* begin = reinterpret_cast<const unsigned char*>(message_.data());
    char* expanded = nullptr;
    long length = 0;
    if (ares_expand_name(begin + position_, begin, static_cast<int>(end_), &expanded, &length) != ARES_SUCCESS)
      throw Unhealthy("malformed answer: it has an invalid name");
    const std::unique_ptr<char, void (*)(void*)> owner(expanded, ares_free_string);
    bytes(static_cast<std::size_t>(length));
    return *expanded == '\0' ? "." : expanded;
  }

  /// Skips `count` bytes and returns a reader of only these. It keeps the whole message, because compressed names refer
  /// to earlier parts of it (RFC 1035, 4.1.4).
  MessageReader bounded(std::size_t count) {
    MessageReader part = *this;
    bytes(count);
    part.end_ = position_;
    return part;
  }

 private:
  std::string_view message_;
  std::size_t end_;
  std::size_t position_ = 0;
};

std::string address(MessageReader& data, int family, std::size_t size) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, data.bytes(size).data(), text.data(), text.size());
  return text.data();
}

std::string ipv4(MessageReader& data) { return address(data, AF_INET, 4); }
std::string ipv6(MessageReader& data) { return address(data, AF_INET6, 16); }
std::string name(MessageReader& data) { return data.name(); }

std::string mail_exchange(MessageReader& data) {
  const unsigned preference = data.number16();
  return fmt::format("{} {}", preference, data.name());
}

std::string service(MessageReader& data) {
  const unsigned priority = data.number16();
  const unsigned weight = data.number16();
  const unsigned port = data.number16();
  return fmt::format("{} {} {} {}", priority, weight, port, data.name());
}

std::string strings(MessageReader& data) {
  std::string text;
  while (!data.at_end()) text += data.string();
  return text;
}

std::string start_of_authority(MessageReader& data) {
  std::string text = data.name();
  text += " " + data.name();
  // Serial, refresh, retry, expire, minimum.
  for (int i = 0; i < 5; ++i) text += fmt::format(" {}", data.number32());
  return text;
}

std::string certification_authority(MessageReader& data) {
  const unsigned flags = data.number8();
  const std::string_view tag = data.string();
  return fmt::format("{} {} \"{}\"", flags, tag, data.rest());
}

struct RecordType {
  std::string_view name;
  std::uint16_t number;
  std::string (*format)(MessageReader& data);
};

// RFC 1035, 3.2.2; AAAA: RFC 3596; SRV: RFC 2782; CAA: RFC 8659.
constexpr auto types = std::to_array<RecordType>({
    {"A", 1, ipv4},
    {"AAAA", 28, ipv6},
    {"CNAME", 5, name},
    {"MX", 15, mail_exchange},
    {"NS", 2, name},
    {"TXT", 16, strings},
    {"PTR", 12, name},
    {"SRV", 33, service},
    {"SOA", 6, start_of_authority},
    {"CAA", 257, certification_authority},
});

// RFC 1035, 4.1.1; RFC 2136, 2.2.
constexpr auto rcodes =
    std::to_array<std::string_view>({"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
                                     "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"});

std::string rcode_name(unsigned rcode) {
  return rcode < rcodes.size() ? std::string(rcodes[rcode]) : fmt::format("RCODE{}", rcode);
}

void read_record(MessageReader& message, const RecordType& type, DnsAnswer& answer) {
  message.name();
  const std::uint16_t number = message.number16();
  const std::uint16_t record_class = message.number16();
  std::uint32_t ttl = message.number32();
  MessageReader data = message.bounded(message.number16());
  constexpr std::uint16_t internet = 1;
  if (number != type.number || record_class != internet) return;
  answer.records.push_back(type.format(data));
  if (!data.at_end()) throw Unhealthy("malformed answer: extra data in a record");
  // A TTL with its highest bit set counts as zero (RFC 2181, 8).
  if (ttl > 0x7fffffffU) ttl = 0;
  answer.ttl = std::min(ttl, answer.ttl.value_or(ttl));
}

}  // namespace

std::optional<std::uint16_t> dns_type(std::string_view name) {
  for (const RecordType& type : types) {
    if (lower(type.name) == lower(name)) return type.number;
  }
  return std::nullopt;
}

bool is_truncated(std::string_view message) {
  return message.size() > 2 && (static_cast<unsigned char>(message[2]) & 0x02U) != 0;
}

DnsAnswer read_dns_answer(std::string_view message, std::uint16_t type) {
  MessageReader reader(message);
  reader.number16();  // the ID, which c-ares has checked
  const unsigned flags = reader.number16();
  if ((flags & 0x8000U) == 0) throw Unhealthy("the server sent a query instead of an answer");
  const unsigned questions = reader.number16();
  const unsigned answers = reader.number16();
  reader.number32();  // the counts of the other two sections
  DnsAnswer answer{rcode_name(flags & 0xfU), {}, std::nullopt};
  for (unsigned i = 0; i < questions; ++i) {
    reader.name();
    reader.number32();  // type and class
  }
  const auto requested =
      std::find_if(types.begin(), types.end(), [&](const RecordType& row) { return row.number == type; });
  for (unsigned i = 0; i < answers; ++i) read_record(reader, *requested, answer);
  std::sort(answer.records.begin(), answer.records.end());
  return answer;
}

}  // namespace hale
