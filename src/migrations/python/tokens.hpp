#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hale {

/// A piece of Python source.
struct PythonToken {
  enum class Kind : std::uint8_t { word, number, string, sign, line_end, indent, dedent, end };

  Kind kind = Kind::end;
  std::string_view text{};  ///< as it is written; a string's with its prefix and quotes
  std::size_t line = 1;
  std::size_t offset = 0;  ///< in the source

  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is_sign(std::string_view sign) const { return kind == Kind::sign && text == sign; }
};

/// Cuts Python source into tokens as the language reference has them (chapter 2): logical lines, indentation, strings
/// of every prefix, f-strings with what stands in their braces as one token. Blanks and comments are left out.
class PythonTokens {
 public:
  /// `where` is what errors call the source. Both must outlive this. An `offset` within a line begins there, as if no
  /// bracket and no block were open; `line` is its number.
  explicit PythonTokens(std::string_view source, std::string_view where, std::size_t offset = 0, std::size_t line = 1);

  /// The next one; at the end of the source for ever Kind::end. Throws UsageError "WHERE:12: a string is never closed"
  /// for what no Python would read, and for more than 200 open brackets or 100 blocks within each other.
  PythonToken next();

  /// Throws UsageError "WHERE:12: a string is never closed".
  [[noreturn]] void refuse(std::size_t line, std::string_view why) const;

  /// How many brackets are open behind the last token.
  std::size_t depth() const { return brackets_.size(); }

 private:
  struct Bracket {
    char sign;
    std::size_t line;
  };

  char at(std::size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }
  PythonToken cut(PythonToken::Kind kind, std::size_t length);
  void take_line_end();
  bool skip_blanks();
  bool metric_indent();
  PythonToken word_or_string();
  PythonToken sign();
  std::size_t string_end(std::size_t quote, bool formatted, std::size_t depth) const;
  std::size_t braces_end(std::size_t inside, std::size_t depth) const;
  std::size_t format_end(std::size_t inside, std::size_t depth) const;

  std::string_view source_;
  std::string_view where_;
  std::size_t offset_;
  std::size_t line_;
  bool at_line_start_;
  bool in_line_ = false;                ///< something of the logical line has been told
  std::vector<Bracket> brackets_{};     ///< that are open
  std::vector<std::size_t> indents_{};  ///< columns of the blocks that are open
  std::size_t dedents_ = 0;             ///< still to be told
};

/// True for what may stand before a string's quote: "r", "Rb", "f"; any order, any case.
bool is_string_prefix(std::string_view word);

}  // namespace hale
