#include "migrations/python/tokens.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Kind = PythonToken::Kind;

// As many as CPython takes.
constexpr std::size_t most_brackets = 200;
constexpr std::size_t most_blocks = 100;
constexpr std::size_t most_strings_deep = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_start(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80;
}

bool is_word_part(char c) { return is_word_start(c) || is_digit(c); }

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

bool is_formatted(std::string_view prefix) { return prefix.find_first_of("fFtT") != std::string_view::npos; }

std::size_t word_end(std::string_view source, std::size_t offset) {
  while (offset < source.size() && is_word_part(source[offset])) ++offset;
  return offset;
}

std::size_t number_end(std::string_view source, std::size_t offset) {
  const bool decimal = source.substr(offset, 2) != "0x" && source.substr(offset, 2) != "0X";
  std::size_t end = offset;
  for (; end < source.size(); ++end) {
    const char c = source[end];
    const bool exponent_sign = decimal && (c == '+' || c == '-') && end > offset && (source[end - 1] | 0x20) == 'e';
    if (!is_word_part(c) && c != '.' && !exponent_sign) break;
  }
  return end;
}

char opening(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

}  // namespace

bool is_string_prefix(std::string_view word) {
  constexpr std::array<std::string_view, 11> prefixes{"r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"};
  return word.size() <= 2 && std::find(prefixes.begin(), prefixes.end(), lower(word)) != prefixes.end();
}

PythonTokens::PythonTokens(std::string_view source, std::string_view where, std::size_t offset, std::size_t line)
    : source_(source), where_(where), offset_(offset), line_(line), at_line_start_(offset == 0) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (offset == 0 && source.starts_with(byte_order_mark)) offset_ = byte_order_mark.size();
}

void PythonTokens::refuse(std::size_t line, std::string_view why) const {
  throw UsageError(fmt::format("{}:{}: {}", sanitize(where_), line, why));
}

PythonToken PythonTokens::cut(Kind kind, std::size_t length) {
  const PythonToken token{kind, source_.substr(offset_, length), line_, offset_};
  // A string may go on over lines.
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    if (token.text[i] == '\n' || (token.text[i] == '\r' && at(offset_ + i + 1) != '\n')) ++line_;
  }
  offset_ += token.text.size();
  in_line_ = true;
  return token;
}

void PythonTokens::take_line_end() {
  if (at(offset_) == '\r' && at(offset_ + 1) == '\n') ++offset_;
  ++offset_;
  ++line_;
}

/// Goes to the next token of the logical line; false at its end.
bool PythonTokens::skip_blanks() {
  while (offset_ < source_.size()) {
    const char c = source_[offset_];
    if (c == ' ' || c == '\t' || c == '\f') {
      ++offset_;
    } else if (c == '\\' && is_line_end(at(offset_ + 1))) {
      ++offset_;
      take_line_end();
    } else if (c == '#') {
      while (offset_ < source_.size() && !is_line_end(source_[offset_])) ++offset_;
    } else if (is_line_end(c)) {
      if (brackets_.empty()) return false;
      take_line_end();
    } else {
      return true;
    }
  }
  return false;
}

/// At the start of a line: false for one that is blank. Otherwise blocks that end with it are counted in dedents_ and
/// one that begins becomes the last of indents_.
bool PythonTokens::metric_indent() {
  std::size_t column = 0;
  for (; offset_ < source_.size(); ++offset_) {
    const char c = source_[offset_];
    if (c == '\f')
      column = 0;
    else if (c == '\t')
      column = (column / 8 + 1) * 8;
    else if (c == ' ')
      ++column;
    else
      break;
  }
  if (!skip_blanks()) return false;
  while (!indents_.empty() && indents_.back() > column) {
    indents_.pop_back();
    ++dedents_;
  }
  if (column == (indents_.empty() ? 0 : indents_.back())) return true;
  if (dedents_ > 0) refuse(line_, "the indentation fits no line above");
  if (indents_.size() == most_blocks) refuse(line_, "too many blocks within each other");
  indents_.push_back(column);
  return true;
}

PythonToken PythonTokens::next() {
  while (true) {
    if (dedents_ > 0) {
      --dedents_;
      return {Kind::dedent, {}, line_, offset_};
    }
    if (at_line_start_ && offset_ < source_.size()) {
      const std::size_t blocks = indents_.size();
      if (!metric_indent()) {
        if (offset_ < source_.size()) take_line_end();
        continue;
      }
      at_line_start_ = false;
      if (indents_.size() > blocks && dedents_ == 0) return {Kind::indent, {}, line_, offset_};
      continue;
    }
    if (skip_blanks()) break;
    if (in_line_ && brackets_.empty()) {
      in_line_ = false;
      at_line_start_ = true;
      const PythonToken token{Kind::line_end, {}, line_, offset_};
      if (offset_ < source_.size()) take_line_end();
      return token;
    }
    if (offset_ < source_.size()) {
      take_line_end();
      continue;
    }
    if (!brackets_.empty()) {
      refuse(brackets_.back().line, fmt::format("'{}' is never closed", brackets_.back().sign));
    }
    dedents_ = indents_.size();
    indents_.clear();
    if (dedents_ == 0) return {Kind::end, {}, line_, offset_};
  }
  const char c = source_[offset_];
  if (is_word_start(c) || is_quote(c)) return word_or_string();
  if (is_digit(c) || (c == '.' && is_digit(at(offset_ + 1)))) {
    return cut(Kind::number, number_end(source_, offset_) - offset_);
  }
  return sign();
}

PythonToken PythonTokens::word_or_string() {
  const std::size_t end = word_end(source_, offset_);
  const std::string_view word = source_.substr(offset_, end - offset_);
  if (is_quote(at(end)) && (word.empty() || is_string_prefix(word)))
    return cut(Kind::string, string_end(end, is_formatted(word), 0) - offset_);
  return cut(Kind::word, word.size());
}

PythonToken PythonTokens::sign() {
  const char c = source_[offset_];
  const auto among = [](char one, std::string_view all) { return all.find(one) != std::string_view::npos; };
  if (among(c, "([{")) {
    if (brackets_.size() == most_brackets) refuse(line_, "too many brackets within each other");
    brackets_.push_back({c, line_});
  } else if (among(c, ")]}")) {
    if (brackets_.empty() || brackets_.back().sign != opening(c)) refuse(line_, fmt::format("'{}' closes nothing", c));
    brackets_.pop_back();
  }
  std::size_t length = 1;
  if (among(c, "*/<>") && at(offset_ + 1) == c) ++length;
  if (among(c, "=!<>+-*/%@&|^:") && at(offset_ + length) == '=') ++length;
  if (c == '-' && at(offset_ + 1) == '>') length = 2;
  return cut(Kind::sign, length);
}

/// Behind the string whose first quote is at `quote`.
std::size_t PythonTokens::string_end(std::size_t quote, bool formatted, std::size_t depth) const {
  if (depth == most_strings_deep) refuse(line_, "too many strings within each other");
  const char sign = source_[quote];
  const bool triple = at(quote + 1) == sign && at(quote + 2) == sign;
  const std::string_view close = source_.substr(quote, triple ? 3 : 1);
  std::size_t offset = quote + close.size();
  while (offset < source_.size()) {
    const char c = source_[offset];
    if (source_.substr(offset, close.size()) == close) return offset + close.size();
    if (c == '\\') {
      offset += at(offset + 1) == '\r' && at(offset + 2) == '\n' ? 3 : 2;
    } else if (formatted && c == '{') {
      offset = at(offset + 1) == '{' ? offset + 2 : braces_end(offset + 1, depth + 1);
    } else if (is_line_end(c) && !triple) {
      break;
    } else {
      ++offset;
    }
  }
  refuse(line_, "a string is never closed");
}

/// Behind the '}' of an f-string's expression that begins at `inside`. Since Python 3.12 it may hold the quotes that
/// the string itself is in, which before it could not hold at all.
std::size_t PythonTokens::braces_end(std::size_t inside, std::size_t depth) const {
  std::size_t brackets = 0;
  std::size_t offset = inside;
  while (offset < source_.size()) {
    const std::size_t end = word_end(source_, offset);
    const std::string_view word = source_.substr(offset, end - offset);
    if (is_quote(at(end))) {
      offset = string_end(end, is_formatted(word) && is_string_prefix(word), depth);
      continue;
    }
    const char c = at(end);
    offset = end + 1;
    if (c == '(' || c == '[' || c == '{') ++brackets;
    if (c == ':' && brackets == 0) return format_end(offset, depth);
    if (c == '}' && brackets == 0) return offset;
    if ((c == ')' || c == ']' || c == '}') && brackets > 0) --brackets;
  }
  refuse(line_, "a string is never closed");
}

/// Behind the '}' that ends what stands behind an expression's ':', in which quotes are letters.
std::size_t PythonTokens::format_end(std::size_t inside, std::size_t depth) const {
  if (depth == most_strings_deep) refuse(line_, "too many strings within each other");
  std::size_t offset = inside;
  while (offset < source_.size()) {
    const char c = source_[offset];
    if (c == '}') return offset + 1;
    offset = c == '{' ? braces_end(offset + 1, depth + 1) : offset + 1;
  }
  refuse(line_, "a string is never closed");
}

}  // namespace hale
