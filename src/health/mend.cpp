#include "health/mend.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hale::health {
namespace {

constexpr std::string_view replacement = "\uFFFD";

/// More digits than any number of health's has, and fewer than make a double infinite.
constexpr std::size_t most_digits = 40;

// Objects and not functions, so that what searches with them is one loop.
constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };

constexpr auto is_plain_within_string = [](char c) {
  return static_cast<std::uint8_t>(c) < 0x80 && c != '"' && c != '\\';
};

/// Nothing that Mender::other() or its siblings look at begins with such a character.
constexpr auto is_plain_between_strings = [](char c) {
  return c != '"' && c != 'N' && c != 'I' && c != '-' && c != '\0' && !is_digit(c);
};

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

/// Bytes of the character above ASCII that `text` begins with; 0 when it is no UTF-8 (RFC 3629).
std::size_t character_bytes(std::string_view text) {
  const std::uint8_t first = byte_at(text, 0);
  const std::size_t bytes = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = byte_at(text, 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool too_high = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || too_high ? 0 : bytes;
}

/// The number in "\uHHHH" at the beginning of `text`.
std::optional<unsigned> escaped_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(2, 4)) {
    const char letter = static_cast<char>(c | 0x20);
    if (!is_digit(c) && (letter < 'a' || letter > 'f')) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : letter - 'a' + 10);
  }
  return unit;
}

class Mender {
 public:
  explicit Mender(std::string_view text) : left_(text) { mended_.reserve(text.size()); }

  std::string mended() {
    while (!left_.empty()) {
      if (left_.front() == '"') {
        string();
      } else if (is_digit(left_.front())) {
        digits();
      } else {
        other();
      }
    }
    return std::move(mended_);
  }

 private:
  void keep(std::size_t bytes) {
    mended_ += left_.substr(0, bytes);
    left_.remove_prefix(bytes);
  }

  /// How many of the next characters are of one sort.
  template <typename Sort>
  std::size_t run(Sort is_of_sort) const {
    const auto end = std::find_if_not(left_.begin(), left_.end(), is_of_sort);
    return static_cast<std::size_t>(end - left_.begin());
  }

  void replace(std::size_t bytes, std::string_view text) {
    mended_ += text;
    left_.remove_prefix(bytes);
  }

  void string() {
    keep(1);
    while (!left_.empty() && left_.front() != '"') {
      if (left_.front() == '\\') {
        escape();
      } else if (const std::size_t plain = run(is_plain_within_string); plain > 0) {
        keep(plain);
      } else if (const std::size_t bytes = character_bytes(left_); bytes > 0) {
        keep(bytes);
      } else {
        replace(1, replacement);
      }
    }
    if (!left_.empty()) keep(1);
  }

  void escape() {
    const auto unit = escaped_unit(left_);
    if (!unit || *unit < 0xD800 || *unit > 0xDFFF) return keep(left_.size() < 2 ? 1 : 2);
    const auto next = escaped_unit(left_.substr(6));
    const bool pair = *unit < 0xDC00 && next && *next >= 0xDC00 && *next <= 0xDFFF;
    if (pair) return keep(12);
    replace(6, replacement);
  }

  /// Any exponent will do: only whole numbers of three digits are ever looked at.
  void digits() {
    const std::size_t count = run(is_digit);
    const std::size_t sign = mended_.find_last_not_of("+-");
    const bool exponent = sign != std::string::npos && (mended_[sign] == 'e' || mended_[sign] == 'E');
    if (exponent) return replace(count, "0");
    replace(count, left_.substr(0, std::min(count, most_digits)));
  }

  /// The blanks keep 1NaN from becoming 10. nlohmann takes a NUL for the text's end, and what follows would go unread.
  void other() {
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      if (left_.starts_with(word)) return replace(word.size(), " 0 ");
    }
    if (left_.front() == '\0') return replace(1, "\x01");
    keep(std::max<std::size_t>(1, run(is_plain_between_strings)));
  }

  std::string_view left_;
  std::string mended_;
};

}  // namespace

std::string mend(std::string_view text) { return Mender(text).mended(); }

}  // namespace hale::health
