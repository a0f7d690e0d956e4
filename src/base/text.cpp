#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/usage_error.hpp"

namespace hale {
namespace {

constexpr std::string_view whitespace = " \t\r\n\v\f";
constexpr std::string_view ellipsis = "\u2026";

struct CodeRange {
  char32_t first;
  char32_t last;
};

bool is_in(char32_t code, std::span<const CodeRange> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](CodeRange range) { return code >= range.first && code <= range.last; });
}

/// True for characters that can make a line look like another one: Unicode's Default_Ignorable_Code_Point (zero width,
/// text direction), line separators and annotations. The variation selectors U+FE00 to U+FE0F are left out, because
/// emoji contain them.
bool is_deceptive(char32_t code) {
  constexpr CodeRange ranges[] = {{0xAD, 0xAD},     {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},
                                  {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
                                  {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
                                  {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
  return is_in(code, ranges);
}

/// Covers the scripts and symbols that health messages are written in, not all of Unicode.
std::size_t width_of(char32_t code) {
  constexpr CodeRange combining[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
                                     {0x64B, 0x65F},   {0xE31, 0xE31},   {0xE34, 0xE3A},   {0xE47, 0xE4E},
                                     {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
  constexpr auto wide = std::to_array<CodeRange>(
      {{0x1100, 0x115F},  {0x231A, 0x231B}, {0x23E9, 0x23EC},   {0x23F0, 0x23F0},   {0x23F3, 0x23F3},
       {0x26A1, 0x26A1},  {0x26D4, 0x26D4}, {0x2705, 0x2705},   {0x2728, 0x2728},   {0x274C, 0x274C},
       {0x274E, 0x274E},  {0x2753, 0x2755}, {0x2757, 0x2757},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
       {0x2E80, 0xA4CF},  {0xA960, 0xA97F}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
       {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
       {0x20000, 0x3FFFD}});
  if (code < combining[0].first) return 1;
  return is_in(code, combining) ? 0 : is_in(code, wide) ? 2 : 1;
}

/// How many edits (insert, remove, replace, swap two neighbours) turn `a` into `b`: the optimal string alignment
/// distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(whitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(whitespace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

std::string_view first_line(std::string_view text) {
  text = trim(text);
  return trim(text.substr(0, text.find('\n')));
}

std::vector<std::string> split_shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;  // needed for an empty pair of quotes, which is a word
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && whitespace.find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      const char next = text[i + 1];
      // Within double quotes a backslash is literal unless one of these follows it.
      if (quote == '"' && std::string_view("\"\\$`").find(next) == std::string_view::npos) words.back() += c;
      words.back() += next;
      ++i;
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) throw UsageError(fmt::format("missing closing quote {}", quote));
  return words;
}

std::string unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char escape = i + 1 < text.size() ? text[++i] : '\0';
    constexpr std::string_view letters = "rnt\\0";
    constexpr std::string_view meanings("\r\n\t\\\0", 5);
    if (const std::size_t letter = escape == '\0' ? std::string_view::npos : letters.find(escape);
        letter != std::string_view::npos) {
      bytes += meanings[letter];
    } else if (const auto byte = escape == 'x' ? hex_byte(text.substr(i + 1)) : std::nullopt) {
      bytes += *byte;
      i += 2;
    } else {
      throw UsageError(fmt::format("{}: invalid escape; use \\r, \\n, \\t, \\0, \\\\ or \\xHH", sanitize(text)));
    }
  }
  return bytes;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = decode_utf8(text);
    if (!character.valid) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::string sanitize(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  while (true) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    safe += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return safe;
    const Utf8Character character = decode_utf8(text);
    if (text.starts_with("\r\n")) {
      // a line end becomes one blank: that of the "\n"
    } else if (!character.valid) {
      safe += "\uFFFD";
    } else if (character.code == '\n' || character.code == '\r' || character.code == '\t') {
      safe += ' ';
    } else if (character.code < 0x20 || (character.code >= 0x7F && character.code <= 0x9F)) {
      fmt::format_to(std::back_inserter(safe), "\\x{:02x}", static_cast<std::uint32_t>(character.code));
    } else if (is_deceptive(character.code)) {
      fmt::format_to(std::back_inserter(safe), "\\u{{{:x}}}", static_cast<std::uint32_t>(character.code));
    } else {
      safe += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
}

std::string truncate_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  if (bytes < ellipsis.size()) return {};
  std::size_t end = bytes - ellipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(ellipsis);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Utf8Character character = decode_utf8(text);
    width += width_of(character.code);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string truncate_columns(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string kept;
  for (std::size_t width = 1; !text.empty();) {
    const Utf8Character character = decode_utf8(text);
    width += width_of(character.code);
    if (width > columns) break;
    kept += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return kept.append(ellipsis);
}

std::string_view closest_match(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  // Up to a third of the letters may be wrong, or one in a short word, but never all of them.
  std::size_t limit = std::min(std::max<std::size_t>(1, word.size() / 3) + 1, word.size());
  for (const std::string_view candidate : candidates) {
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (longer - shorter >= limit) continue;
    if (const std::size_t edits = edit_distance(word, candidate); edits < limit) {
      limit = edits;
      best = candidate;
    }
  }
  return best;
}

std::string shell_quote(std::string_view word) {
  const bool is_plain = !word.empty() && word.find_first_not_of(
                                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                             "_-./:=@%+,") == std::string_view::npos;
  if (is_plain) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string join_with_or(std::span<const std::string_view> words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

}  // namespace hale
