#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/error.hpp"

namespace hale::fuzz {

/// Defined by each fuzzer: parses `text` and checks the result. May throw UsageError or Unhealthy, nothing else.
void fuzz_one(std::string_view text);

/// Aborts the fuzzer when `condition` is false; the sanitizer prints the stack.
inline void check(bool condition) {
  if (!condition) std::abort();
}

/// True for valid UTF-8 (RFC 3629): shortest forms, no surrogates, at most U+10FFFF.
inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xc0U) != 0x80U) return false;
    }
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return false;
    if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace hale::fuzz

extern "C" inline __attribute__((used)) int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    hale::fuzz::fuzz_one(std::string_view(reinterpret_cast<const char*>(bytes), size));
  } catch (const hale::UsageError& error) {
    hale::fuzz::check(*error.what() != '\0');
  } catch (const hale::Unhealthy& unhealthy) {
    hale::fuzz::check(*unhealthy.what() != '\0');
  }
  return 0;
}
