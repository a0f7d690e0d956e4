#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

/// The SHA-384 (FIPS 180-4) of `bytes` as 96 lowercase hexadecimal digits.
std::string sha384(std::string_view bytes);

/// The CRC-32 of zip and gzip (RFC 1952, section 8). `previous` is the CRC-32 of the bytes before these.
std::uint32_t crc32(std::string_view bytes, std::uint32_t previous = 0);

}  // namespace hale
