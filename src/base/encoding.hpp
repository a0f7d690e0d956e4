#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hale {

/// The value of the hexadecimal digit `c`, in either case; nothing for any other character.
std::optional<unsigned> hex_digit(char c);

/// The byte that the first two characters of `text` stand for in hexadecimal; nothing when they are not two digits.
std::optional<char> hex_byte(std::string_view text);

/// RFC 4648, section 4, padded.
std::string base64_encode(std::string_view bytes);

/// The same backwards; padding may be missing. Nothing when `text` has a character that is not of the alphabet.
std::optional<std::string> base64_decode(std::string_view text);

/// Turns %41 into A (RFC 3986, section 2.1). Throws UsageError for a broken escape and for %00.
std::string percent_decode(std::string_view text);

/// Escapes everything but the unreserved characters of RFC 3986, section 2.3.
std::string percent_encode(std::string_view text);

/// One character of a text that should be UTF-8.
struct Utf8Character {
  char32_t code = 0;      ///< 0 when it is not valid
  std::size_t bytes = 1;  ///< that it takes; 1 when it is not valid
  bool valid = false;
};

/// The first character of `text`, which is not empty. RFC 3629: only the shortest form, no surrogates, at most
/// U+10FFFF.
Utf8Character decode_utf8(std::string_view text);

}  // namespace hale
