#include "probes/grpc/health.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t prefix_bytes = 5;  // a flag for compression and the length
constexpr std::uint32_t service_field = 1;
constexpr std::uint32_t status_field = 1;

enum WireType : std::uint32_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

std::string encode_varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>(number | 0x80U);
  return bytes + static_cast<char>(number);
}

[[noreturn]] void fail(std::string_view reason) { throw Unhealthy(fmt::format("invalid health answer ({})", reason)); }

/// Reads the fields of a protocol buffer (https://protobuf.dev/programming-guides/encoding/) one after the other.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  std::uint64_t take_varint() {
    constexpr unsigned max_bits = 70;  // ten bytes
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < max_bits; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
    fail("a number of more than ten bytes");
  }

  void skip(std::uint32_t wire_type) {
    switch (wire_type) {
      case varint: take_varint(); break;
      case fixed64: take(8); break;
      case length_delimited: take(take_varint()); break;
      case fixed32: take(4); break;
      default: fail(fmt::format("a field of wire type {}", wire_type));
    }
  }

 private:
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) fail("a field is cut off");
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  std::string_view rest_;
};

/// The only message of a body. Its prefix is a byte, 1 if the message is compressed, and the length in 4 bytes.
std::string_view only_message(std::string_view body) {
  if (body.empty()) fail("no message");
  if (body.front() == '\1') fail("the message is compressed, but hale accepts no compression");
  if (body.front() != '\0') fail("not a gRPC message");
  if (body.size() < prefix_bytes) fail("the message is cut off");
  std::size_t length = 0;
  for (const char byte : body.substr(1, prefix_bytes - 1)) length = length << 8U | static_cast<unsigned char>(byte);
  const std::string_view rest = body.substr(prefix_bytes);
  if (rest.size() < length) fail("the message is cut off");
  if (rest.size() > length) fail("more than one message");
  return rest;
}

constexpr auto serving_names =
    std::to_array<std::string_view>({"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"});

// In the order of their codes: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
constexpr auto status_names = std::to_array<std::string_view>(
    {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
     "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
     "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"});

}  // namespace

std::string health_check_request(std::string_view service) {
  std::string message;
  // proto3 omits an empty string.
  if (!service.empty()) {
    message = encode_varint(service_field << 3U | length_delimited) + encode_varint(service.size());
    message += service;
  }
  std::string body(1, '\0');
  for (unsigned shift = 32; shift > 0; shift -= 8) body += static_cast<char>(message.size() >> (shift - 8) & 0xFFU);
  return body + message;
}

ServingStatus read_health_check_response(std::string_view bytes) {
  FieldReader fields(only_message(bytes));
  ServingStatus status = ServingStatus::unknown;
  while (!fields.at_end()) {
    const std::uint64_t tag = fields.take_varint();
    const std::uint64_t field = tag >> 3U;
    const auto wire_type = static_cast<std::uint32_t>(tag & 7U);
    if (field == 0 || tag > UINT32_MAX) fail("not a protocol buffer");
    if (field == status_field && wire_type == varint) {
      // As in all protocol buffer parsers, the last value of a repeated field counts, and its lower 32 bits.
      status = static_cast<ServingStatus>(static_cast<std::int32_t>(fields.take_varint()));
    } else {
      fields.skip(wire_type);
    }
  }
  return status;
}

std::string serving_name(ServingStatus status) {
  const auto number = static_cast<std::int32_t>(status);
  if (number < 0 || static_cast<std::size_t>(number) >= serving_names.size()) return fmt::format("{}", number);
  return std::string(serving_names[static_cast<std::size_t>(number)]);
}

std::string grpc_status_name(std::string_view code) {
  for (std::size_t number = 0; number < status_names.size(); ++number) {
    if (code == fmt::format("{}", number)) return std::string(status_names[number]);
  }
  return std::string(code);
}

std::string grpc_message(std::string_view encoded) {
  std::string text;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const auto byte = encoded[i] == '%' ? hex_byte(encoded.substr(i + 1)) : std::nullopt;
    text += byte.value_or(encoded[i]);
    if (byte) i += 2;
  }
  return text;
}

}  // namespace hale
