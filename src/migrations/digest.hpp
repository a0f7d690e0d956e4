#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

/// SHA-384 (FIPS 180-4) of `bytes`, as 96 small hexadecimal digits.
std::string sha384(std::string_view bytes);

/// CRC-32 as zip and gzip have it, of `bytes` behind others whose CRC-32 is `before`.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

}  // namespace hale
