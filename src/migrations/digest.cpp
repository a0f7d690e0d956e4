#include "migrations/digest.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace hale {
namespace {

/// The remainder of each byte value.
constexpr std::array<std::uint32_t, 256> crc32_table = [] {
  constexpr std::uint32_t polynomial = 0xEDB88320;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    table.at(byte) = byte;
    for (int bit = 0; bit < 8; ++bit) table.at(byte) = (table.at(byte) >> 1U) ^ ((table.at(byte) & 1U) * polynomial);
  }
  return table;
}();

}  // namespace

std::string sha384(std::string_view bytes) {
  std::array<unsigned char, SHA384_DIGEST_LENGTH> digest{};
  SHA384(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t previous) {
  std::uint32_t sum = ~previous;
  for (const char c : bytes) sum = (sum >> 8U) ^ crc32_table[(sum ^ static_cast<unsigned char>(c)) & 0xFFU];
  return ~sum;
}

}  // namespace hale
