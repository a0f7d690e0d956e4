#include "migrations/digest.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace hale {

std::string sha384(std::string_view bytes) {
  std::array<unsigned char, SHA384_DIGEST_LENGTH> digest{};
  SHA384(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  constexpr std::uint32_t polynomial = 0xEDB88320;
  std::uint32_t sum = ~before;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? polynomial : 0);
  }
  return ~sum;
}

}  // namespace hale
