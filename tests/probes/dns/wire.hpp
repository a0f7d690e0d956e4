#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

// DNS messages (RFC 1035, 4), encoded without hale's own code.
namespace hale::testing {

inline std::string number16(unsigned number) {
  return {static_cast<char>(number >> 8U & 0xffU), static_cast<char>(number & 0xffU)};
}
inline std::string number32(std::uint32_t number) { return number16(number >> 16U) + number16(number & 0xffffU); }

/// "a.b" as labels: "\1a\1b\0".
inline std::string labels(std::string_view name) {
  std::string bytes;
  for (const std::string_view label : split(name, '.')) {
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  return bytes + '\0';
}

/// A pointer to the name in the question, which follows the header of 12 bytes.
inline const std::string same_name = "\xc0\x0c";

/// A record of the name in the question.
inline std::string record(unsigned type, const std::string& data, std::uint32_t ttl = 300) {
  return same_name + number16(type) + number16(1) + number32(ttl) + number16(static_cast<unsigned>(data.size())) + data;
}

constexpr unsigned recursive =
    0x8180;  ///< an answer, recursion desired and available; the code is in the last four bits
constexpr unsigned truncated = 0x8380;

/// The answer to `question` with these flags and records.
inline std::string answer_to(const std::string& question, const std::vector<std::string>& records,
                             unsigned flags = recursive) {
  std::string bytes = question.substr(0, 2) + number16(flags) + number16(1) +
                      number16(static_cast<unsigned>(records.size())) + number16(0) + number16(0) + question.substr(12);
  for (const std::string& encoded : records) bytes += encoded;
  return bytes;
}

/// `message` as sent over TCP.
inline std::string with_length(const std::string& message) {
  return number16(static_cast<unsigned>(message.size())) + message;
}

/// A query as hale sends it, with the ID 0.
inline std::string question_for(std::string_view name, unsigned type) {
  return number16(0) + number16(0x0100) + number16(1) + number16(0) + number16(0) + number16(0) + labels(name) +
         number16(type) + number16(1);
}

}  // namespace hale::testing
