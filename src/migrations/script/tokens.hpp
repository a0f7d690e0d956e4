#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hale {

/// A piece of a JavaScript or TypeScript text.
struct ScriptToken {
  enum class Kind : std::uint8_t {
    word,  ///< a name, keyword or number
    text,  ///< what stands between quotes, as it is written
    sign,  ///< one character
    end,
  };

  Kind kind = Kind::end;
  std::string_view text{};

  bool is(std::string_view word_or_sign) const { return kind != Kind::text && text == word_or_sign; }
};

/// Takes a script apart. Comments and regular expressions are left out; of a template with something to put in come
/// empty texts and what is put in. No text is refused: what is no script gives tokens without sense.
class ScriptTokens {
 public:
  explicit ScriptTokens(std::string_view script) : rest_(script) {}

  /// The next token, which lives as long as the script; after the last one `end` for ever.
  ScriptToken next();

 private:
  ScriptToken take(ScriptToken::Kind kind, std::size_t size);
  void skip_blanks_and_comments();
  ScriptToken quoted(char quote);
  ScriptToken in_template(bool from_its_beginning);
  bool skip_regular_expression();

  std::string_view rest_;
  ScriptToken last_{};
  std::size_t plain_until_ = 0;           ///< no regular expression begins while more than this is left
  std::vector<std::size_t> templates_{};  ///< how many braces are open in each template that we are in
};

}  // namespace hale
