#include "health/sanitize_json.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/encoding.hpp"

namespace hale::health {
namespace {

constexpr std::string_view replacement = "\uFFFD";

/// More digits than a number in a health document needs, and too few to overflow a double.
constexpr std::size_t max_digits = 40;

// Lambdas, not functions, so that the compiler can inline them into the searches.
constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };

constexpr auto is_plain_within_string = [](char c) {
  return static_cast<std::uint8_t>(c) < 0x80 && c != '"' && c != '\\';
};

/// Not a character that the sanitizer treats specially.
constexpr auto is_plain_between_strings = [](char c) {
  return c != '"' && c != 'N' && c != 'I' && c != '-' && c != '\0' && !is_digit(c);
};

/// The UTF-16 code unit in the "\uHHHH" that `text` begins with.
std::optional<unsigned> escaped_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(2, 4)) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

class JsonSanitizer {
 public:
  explicit JsonSanitizer(std::string_view text) : input_(text) { output_.reserve(text.size()); }

  std::string sanitize() {
    while (!input_.empty()) {
      if (input_.front() == '"') {
        copy_string();
      } else if (is_digit(input_.front())) {
        copy_digits();
      } else {
        copy_other();
      }
    }
    return std::move(output_);
  }

 private:
  void copy(std::size_t bytes) {
    output_ += input_.substr(0, bytes);
    input_.remove_prefix(bytes);
  }

  /// The number of leading characters for which `is_in_class` holds.
  template <typename Class>
  std::size_t count_leading(Class is_in_class) const {
    const auto end = std::find_if_not(input_.begin(), input_.end(), is_in_class);
    return static_cast<std::size_t>(end - input_.begin());
  }

  void replace(std::size_t bytes, std::string_view text) {
    output_ += text;
    input_.remove_prefix(bytes);
  }

  void copy_string() {
    copy(1);
    while (!input_.empty() && input_.front() != '"') {
      if (input_.front() == '\\') {
        copy_escape();
      } else if (const std::size_t plain = count_leading(is_plain_within_string); plain > 0) {
        copy(plain);
      } else if (const Utf8Character character = decode_utf8(input_); character.valid) {
        copy(character.bytes);
      } else {
        replace(1, replacement);
      }
    }
    if (!input_.empty()) copy(1);
  }

  void copy_escape() {
    const auto unit = escaped_unit(input_);
    if (!unit || *unit < 0xD800 || *unit > 0xDFFF) return copy(input_.size() < 2 ? 1 : 2);
    const auto next = escaped_unit(input_.substr(6));
    const bool pair = *unit < 0xDC00 && next && *next >= 0xDC00 && *next <= 0xDFFF;
    if (pair) return copy(12);
    replace(6, replacement);
  }

  /// An exponent becomes 0: only the values of integers matter, and a large exponent would not fit a double.
  void copy_digits() {
    const std::size_t count = count_leading(is_digit);
    const std::size_t sign = output_.find_last_not_of("+-");
    const bool exponent = sign != std::string::npos && (output_[sign] == 'e' || output_[sign] == 'E');
    if (exponent) return replace(count, "0");
    replace(count, input_.substr(0, std::min(count, max_digits)));
  }

  /// The blanks around 0 keep the invalid "1NaN" from becoming the valid "10". nlohmann takes a NUL for the end of the
  /// text and would accept whatever follows it, so it becomes another character that is invalid everywhere.
  void copy_other() {
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      if (input_.starts_with(word)) return replace(word.size(), " 0 ");
    }
    if (input_.front() == '\0') return replace(1, "\x01");
    copy(std::max<std::size_t>(1, count_leading(is_plain_between_strings)));
  }

  std::string_view input_;
  std::string output_;
};

}  // namespace

std::string sanitize_json(std::string_view text) { return JsonSanitizer(text).sanitize(); }

}  // namespace hale::health
