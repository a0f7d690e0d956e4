#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

// Messages of RFC 1035, 4, spelled by hand.
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

/// The name of the question, which stands behind the head of 12 bytes.
inline const std::string same_name = "\xc0\x0c";

/// A record of the name that was asked for.
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
  for (const std::string& one : records) bytes += one;
  return bytes;
}

/// `message` as TCP carries it.
inline std::string with_length(const std::string& message) {
  return number16(static_cast<unsigned>(message.size())) + message;
}

/// A question as hale asks it, with the id 0.
inline std::string question_for(std::string_view name, unsigned type) {
  return number16(0) + number16(0x0100) + number16(1) + number16(0) + number16(0) + number16(0) + labels(name) +
         number16(type) + number16(1);
}

}  // namespace hale::testing
