#include "migrations/script/tokens.hpp"

#include <algorithm>
#include <array>

namespace hale {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

bool is_of_word(char c) {
  return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// True when a '/' behind the token divides; else a regular expression begins.
bool ends_a_value(const ScriptToken& token) {
  constexpr std::array<std::string_view, 8> keywords{"return", "typeof", "case", "in", "of", "do", "else", "void"};
  if (token.kind == ScriptToken::Kind::word)
    return std::find(keywords.begin(), keywords.end(), token.text) == keywords.end();
  return token.kind == ScriptToken::Kind::text || token.is(")") || token.is("]") || token.is("}");
}

}  // namespace

ScriptToken ScriptTokens::next() {
  skip_blanks_and_comments();
  while (rest_.starts_with('/') && !ends_a_value(last_) && skip_regular_expression()) skip_blanks_and_comments();
  if (rest_.empty()) return last_ = {};
  const char first = rest_[0];
  if (is_of_word(first)) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_of_word);
    return take(ScriptToken::Kind::word, static_cast<std::size_t>(end - rest_.begin()));
  }
  if (first == '"' || first == '\'') return quoted(first);
  if (first == '`') {
    rest_.remove_prefix(1);
    return in_template(true);
  }
  if (!templates_.empty()) {
    if (first == '{') ++templates_.back();
    if (first == '}' && templates_.back()-- == 0) {
      templates_.pop_back();
      rest_.remove_prefix(1);
      return in_template(false);
    }
  }
  return take(ScriptToken::Kind::sign, 1);
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

/// A quote that is not closed in its line ends with it.
ScriptToken ScriptTokens::quoted(char quote) {
  std::size_t end = 1;
  while (end < rest_.size() && rest_[end] != quote && rest_[end] != '\n') end += rest_[end] == '\\' ? 2 : 1;
  end = std::min(end, rest_.size());
  last_ = {ScriptToken::Kind::text, rest_.substr(1, end - 1)};
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return last_;
}

/// From behind the '`', or else behind the '}' of what was put in, up to the end or the next "${".
ScriptToken ScriptTokens::in_template(bool from_its_beginning) {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != '`' && !rest_.substr(end).starts_with("${"))
    end += rest_[end] == '\\' ? 2 : 1;
  end = std::min(end, rest_.size());
  const bool goes_on = rest_.substr(end).starts_with("${");
  last_ = {ScriptToken::Kind::text, from_its_beginning && !goes_on ? rest_.substr(0, end) : std::string_view()};
  rest_.remove_prefix(std::min(end + (goes_on ? 2 : 1), rest_.size()));
  if (goes_on) templates_.push_back(0);
  return last_;
}

bool ScriptTokens::skip_regular_expression() {
  // To look through the rest of a long line once more for every '/' in it would take for ever.
  if (rest_.size() > plain_until_ && plain_until_ > 0) return false;
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
      // It is a value: a '/' behind it divides.
      last_ = {ScriptToken::Kind::text, {}};
      return true;
    }
  }
  plain_until_ = rest_.size() - std::min(i, rest_.size());
  return false;
}

}  // namespace hale
