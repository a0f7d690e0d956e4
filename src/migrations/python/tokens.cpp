#include "migrations/python/tokens.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Kind = PythonToken::Kind;

// The limits of CPython (Parser/lexer/state.h).
constexpr std::size_t max_brackets = 200;
constexpr std::size_t max_blocks = 100;
constexpr std::size_t max_string_depth = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_start(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80;
}

bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

bool is_formatted(std::string_view prefix) { return prefix.find_first_of("fFtT") != std::string_view::npos; }

std::size_t name_end(std::string_view source, std::size_t offset) {
  while (offset < source.size() && is_name_part(source[offset])) ++offset;
  return offset;
}

std::size_t number_end(std::string_view source, std::size_t offset) {
  const bool decimal = source.substr(offset, 2) != "0x" && source.substr(offset, 2) != "0X";
  std::size_t end = offset;
  for (; end < source.size(); ++end) {
    const char c = source[end];
    const bool exponent_sign = decimal && (c == '+' || c == '-') && end > offset && (source[end - 1] | 0x20) == 'e';
    if (!is_name_part(c) && c != '.' && !exponent_sign) break;
  }
  return end;
}

char opening(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

}  // namespace

bool is_string_prefix(std::string_view word) {
  constexpr auto prefixes =
      std::to_array<std::string_view>({"r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"});
  return word.size() <= 2 && std::find(prefixes.begin(), prefixes.end(), lower(word)) != prefixes.end();
}

PythonTokens::PythonTokens(std::string_view source, std::string_view where, std::size_t offset, std::size_t line)
    : source_(source), where_(where), offset_(offset), line_(line), at_line_start_(offset == 0) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (offset == 0 && source.starts_with(byte_order_mark)) offset_ = byte_order_mark.size();
}

void PythonTokens::fail(std::size_t line, std::string_view why) const {
  throw UsageError(fmt::format("{}:{}: {}", sanitize(where_), line, why));
}

PythonToken PythonTokens::take(Kind kind, std::size_t length) {
  const PythonToken token{kind, source_.substr(offset_, length), line_, offset_};
  // A string may span lines.
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    if (token.text[i] == '\n' || (token.text[i] == '\r' && at(offset_ + i + 1) != '\n')) ++line_;
  }
  offset_ += token.text.size();
  in_line_ = true;
  return token;
}

void PythonTokens::skip_line_end() {
  if (at(offset_) == '\r' && at(offset_ + 1) == '\n') ++offset_;
  ++offset_;
  ++line_;
}

/// Skips to the next token of the logical line. Returns false at its end.
bool PythonTokens::skip_blanks() {
  while (offset_ < source_.size()) {
    const char c = source_[offset_];
    if (c == ' ' || c == '\t' || c == '\f') {
      ++offset_;
    } else if (c == '\\' && is_line_end(at(offset_ + 1))) {
      ++offset_;
      skip_line_end();
    } else if (c == '#') {
      while (offset_ < source_.size() && !is_line_end(source_[offset_])) ++offset_;
    } else if (is_line_end(c)) {
      if (brackets_.empty()) return false;
      skip_line_end();
    } else {
      return true;
    }
  }
  return false;
}

/// Called at the start of a line; returns false for a blank one. Counts the blocks that end here in dedents_; a block
/// that begins here is appended to indents_.
bool PythonTokens::measure_indent() {
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
  if (dedents_ > 0) fail(line_, "unindent does not match any outer indentation level");
  if (indents_.size() == max_blocks) fail(line_, "blocks are nested too deeply");
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
      if (!measure_indent()) {
        if (offset_ < source_.size()) skip_line_end();
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
      const PythonToken token{Kind::newline, {}, line_, offset_};
      if (offset_ < source_.size()) skip_line_end();
      return token;
    }
    if (offset_ < source_.size()) {
      skip_line_end();
      continue;
    }
    if (!brackets_.empty()) {
      fail(brackets_.back().line, fmt::format("'{}' was never closed", brackets_.back().sign));
    }
    dedents_ = indents_.size();
    indents_.clear();
    if (dedents_ == 0) return {Kind::end, {}, line_, offset_};
  }
  const char c = source_[offset_];
  if (is_name_start(c) || is_quote(c)) return name_or_string();
  if (is_digit(c) || (c == '.' && is_digit(at(offset_ + 1)))) {
    return take(Kind::number, number_end(source_, offset_) - offset_);
  }
  return op();
}

PythonToken PythonTokens::name_or_string() {
  const std::size_t end = name_end(source_, offset_);
  const std::string_view word = source_.substr(offset_, end - offset_);
  if (is_quote(at(end)) && (word.empty() || is_string_prefix(word)))
    return take(Kind::string, string_end(end, is_formatted(word), 0) - offset_);
  return take(Kind::name, word.size());
}

PythonToken PythonTokens::op() {
  const char c = source_[offset_];
  const auto is_any_of = [](char one, std::string_view all) { return all.find(one) != std::string_view::npos; };
  if (is_any_of(c, "([{")) {
    if (brackets_.size() == max_brackets) fail(line_, "brackets are nested too deeply");
    brackets_.push_back({c, line_});
  } else if (is_any_of(c, ")]}")) {
    if (brackets_.empty() || brackets_.back().sign != opening(c)) fail(line_, fmt::format("unmatched '{}'", c));
    brackets_.pop_back();
  }
  std::size_t length = 1;
  if (is_any_of(c, "*/<>") && at(offset_ + 1) == c) ++length;
  if (is_any_of(c, "=!<>+-*/%@&|^:") && at(offset_ + length) == '=') ++length;
  if (c == '-' && at(offset_ + 1) == '>') length = 2;
  return take(Kind::op, length);
}

/// The offset after the string whose first quote is at `quote`.
std::size_t PythonTokens::string_end(std::size_t quote, bool formatted, std::size_t depth) const {
  if (depth == max_string_depth) fail(line_, "strings are nested too deeply");
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
  fail(line_, "unterminated string");
}

/// The offset after the '}' of an f-string's expression that begins at `inside`. Since Python 3.12 (PEP 701) the
/// expression may contain the quotes of the string itself; older versions do not allow them, so reading them this way
/// is safe.
std::size_t PythonTokens::braces_end(std::size_t inside, std::size_t depth) const {
  std::size_t brackets = 0;
  std::size_t offset = inside;
  while (offset < source_.size()) {
    const std::size_t end = name_end(source_, offset);
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
  fail(line_, "unterminated string");
}

/// The offset after the '}' that ends a format specification, the part after an expression's ':'. Quotes have no
/// meaning there.
std::size_t PythonTokens::format_end(std::size_t inside, std::size_t depth) const {
  if (depth == max_string_depth) fail(line_, "strings are nested too deeply");
  std::size_t offset = inside;
  while (offset < source_.size()) {
    const char c = source_[offset];
    if (c == '}') return offset + 1;
    offset = c == '{' ? braces_end(offset + 1, depth + 1) : offset + 1;
  }
  fail(line_, "unterminated string");
}

}  // namespace hale
