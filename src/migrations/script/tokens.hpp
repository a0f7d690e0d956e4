#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hale {

/// A token of JavaScript or TypeScript.
struct ScriptToken {
  enum class Kind : std::uint8_t {
    word,        ///< an identifier, keyword or number
    string,      ///< the source between quotes, with its escapes
    punctuator,  ///< one character
    end,
  };

  Kind kind = Kind::end;
  std::string_view text{};

  bool is(std::string_view word_or_punctuator) const { return kind != Kind::string && text == word_or_punctuator; }
};

/// Splits a script into tokens. Comments and regular expressions are skipped. A template literal without substitutions
/// is a string; one with substitutions gives empty strings and the tokens of the substitutions. Any text is accepted:
/// what is not a script gives meaningless tokens.
class ScriptTokens {
 public:
  explicit ScriptTokens(std::string_view script) : rest_(script) {}

  /// The next token, a view of the script; Kind::end, again and again, at its end.
  ScriptToken next();

 private:
  ScriptToken take(ScriptToken::Kind kind, std::size_t size);
  void skip_blanks_and_comments();
  ScriptToken quoted_string(char quote);
  ScriptToken template_part(bool is_first);
  bool skip_regular_expression();

  std::string_view rest_;
  ScriptToken last_{};
  std::size_t no_regex_before_ = 0;       ///< no regular expression begins while more bytes than this are left
  std::vector<std::size_t> templates_{};  ///< the number of open braces in each open template literal
};

}  // namespace hale
