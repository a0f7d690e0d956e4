#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace hale {

/// The integer that the whole of `text` is: digits of `base`, after a minus sign if T is signed. No plus sign, no
/// blanks, no prefix. Nothing for any other text and for a number that T cannot hold.
template <std::integral T>
std::optional<T> parse_integer(std::string_view text, int base = 10) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc() && stopped_at == end ? std::optional(value) : std::nullopt;
}

/// The finite decimal number that the whole of `text` is: sign, digits, point, exponent; no blanks, no hexadecimal.
/// Nothing for any other text.
std::optional<double> parse_number(std::string_view text);

}  // namespace hale
