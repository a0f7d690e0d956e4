#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hale {

/// A token of Python source. The kinds are those of Python's tokenize module.
struct PythonToken {
  enum class Kind : std::uint8_t { name, number, string, op, newline, indent, dedent, end };

  Kind kind = Kind::end;
  std::string_view text{};  ///< the source; of a string with its prefix and quotes
  std::size_t line = 1;
  std::size_t offset = 0;  ///< in the source

  bool is_name(std::string_view word) const { return kind == Kind::name && text == word; }
  bool is_op(std::string_view sign) const { return kind == Kind::op && text == sign; }
};

/// Splits Python source into tokens (The Python Language Reference, chapter 2, "Lexical analysis"): logical lines,
/// indentation, strings with any prefix. An f-string is one token, including the expressions in its braces. Blanks and
/// comments are skipped.
class PythonTokens {
 public:
  /// `where` is the name of the source in errors; both must outlive this object. An `offset` other than 0 starts within
  /// a line, without open brackets and blocks; `line` is the number of that line.
  explicit PythonTokens(std::string_view source, std::string_view where, std::size_t offset = 0, std::size_t line = 1);

  /// The next token; Kind::end, again and again, at the end of the source. Throws UsageError "WHERE:12: unterminated
  /// string" for invalid source, and for more than 200 nested brackets or 100 nested blocks, the limits of CPython.
  PythonToken next();

  /// Throws UsageError "WHERE:LINE: WHY".
  [[noreturn]] void fail(std::size_t line, std::string_view why) const;

  /// The number of open brackets after the last token.
  std::size_t depth() const { return brackets_.size(); }

 private:
  struct Bracket {
    char sign;
    std::size_t line;
  };

  char at(std::size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }
  PythonToken take(PythonToken::Kind kind, std::size_t length);
  void skip_line_end();
  bool skip_blanks();
  bool measure_indent();
  PythonToken name_or_string();
  PythonToken op();
  std::size_t string_end(std::size_t quote, bool formatted, std::size_t depth) const;
  std::size_t braces_end(std::size_t inside, std::size_t depth) const;
  std::size_t format_end(std::size_t inside, std::size_t depth) const;

  std::string_view source_;
  std::string_view where_;
  std::size_t offset_;
  std::size_t line_;
  bool at_line_start_;
  bool in_line_ = false;                ///< a token of the logical line was returned
  std::vector<Bracket> brackets_{};     ///< the open ones
  std::vector<std::size_t> indents_{};  ///< the columns of the open blocks
  std::size_t dedents_ = 0;             ///< still to be returned
};

/// True for a prefix of strings: "r", "Rb", "f".
bool is_string_prefix(std::string_view word);

}  // namespace hale
