#include "migrations/script/tokens.hpp"

#include <algorithm>
#include <array>

namespace hale {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

bool is_word_character(char c) {
  return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// True when a '/' after the token is a division; otherwise it begins a regular expression.
bool ends_a_value(const ScriptToken& token) {
  constexpr auto keywords =
      std::to_array<std::string_view>({"return", "typeof", "case", "in", "of", "do", "else", "void"});
  if (token.kind == ScriptToken::Kind::word)
    return std::find(keywords.begin(), keywords.end(), token.text) == keywords.end();
  return token.kind == ScriptToken::Kind::string || token.is(")") || token.is("]") || token.is("}");
}

}  // namespace

ScriptToken ScriptTokens::next() {
  skip_blanks_and_comments();
  while (rest_.starts_with('/') && !ends_a_value(last_) && skip_regular_expression()) skip_blanks_and_comments();
  if (rest_.empty()) return last_ = {};
  const char first = rest_[0];
  if (is_word_character(first)) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word_character);
    return take(ScriptToken::Kind::word, static_cast<std::size_t>(end - rest_.begin()));
  }
  if (first == '"' || first == '\'') return quoted_string(first);
  if (first == '`') {
    rest_.remove_prefix(1);
    return template_part(true);
  }
  if (!templates_.empty()) {
    if (first == '{') ++templates_.back();
    if (first == '}' && templates_.back()-- == 0) {
      templates_.pop_back();
      rest_.remove_prefix(1);
      return template_part(false);
    }
  }
  return take(ScriptToken::Kind::punctuator, 1);
}

ScriptToken ScriptTokens::take(ScriptToken::Kind kind, std::size_t size) {
  last_ = {kind, rest_.substr(0, size)};
  rest_.remove_prefix(size);
  return last_;
}

void ScriptTokens::skip_blanks_and_comments() {
  for (;;) {
    rest_.remove_prefix(
        static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_blank) - rest_.begin()));
    std::size_t end = 0;
    if (rest_.starts_with("//")) {
      end = rest_.find('\n');
    } else if (rest_.starts_with("/*")) {
      end = rest_.find("*/", 2);
      if (end != std::string_view::npos) end += 2;
    } else {
      return;
    }
    rest_.remove_prefix(std::min(end, rest_.size()));
  }
}

/// An unterminated string ends with its line.
ScriptToken ScriptTokens::quoted_string(char quote) {
  std::size_t end = 1;
  while (end < rest_.size() && rest_[end] != quote && rest_[end] != '\n') end += rest_[end] == '\\' ? 2 : 1;
  end = std::min(end, rest_.size());
  last_ = {ScriptToken::Kind::string, rest_.substr(1, end - 1)};
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return last_;
}

/// Reads the text of a template literal after its '`' or after the '}' of a substitution, up to the end or the next
/// "${".
ScriptToken ScriptTokens::template_part(bool is_first) {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != '`' && !rest_.substr(end).starts_with("${"))
    end += rest_[end] == '\\' ? 2 : 1;
  end = std::min(end, rest_.size());
  const bool has_substitution = rest_.substr(end).starts_with("${");
  last_ = {ScriptToken::Kind::string, is_first && !has_substitution ? rest_.substr(0, end) : std::string_view()};
  rest_.remove_prefix(std::min(end + (has_substitution ? 2 : 1), rest_.size()));
  if (has_substitution) templates_.push_back(0);
  return last_;
}

bool ScriptTokens::skip_regular_expression() {
  // Searching the rest of a long line again for every '/' in it would take quadratic time: minified bundles have lines
  // of megabytes.
  if (rest_.size() > no_regex_before_ && no_regex_before_ > 0) return false;
  bool in_set = false;
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '\n'; ++i) {
    if (rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == '[') {
      in_set = true;
    } else if (rest_[i] == ']') {
      in_set = false;
    } else if (rest_[i] == '/' && !in_set) {
      rest_.remove_prefix(i + 1);
      // A regular expression is a value: a '/' after it is a division.
      last_ = {ScriptToken::Kind::string, {}};
      return true;
    }
  }
  no_regex_before_ = rest_.size() - std::min(i, rest_.size());
  return false;
}

}  // namespace hale
