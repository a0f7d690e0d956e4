#include "migrations/python/literal.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;
using Token = PythonToken::Kind;

// A PythonValue is many times larger than its source, so a file of 16 MiB could exhaust the memory.
constexpr std::size_t max_values = 50'000;

void append_utf8(std::string& text, unsigned long code) {
  constexpr unsigned long replacement = 0xFFFD;
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = replacement;
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 16;
}

/// Parses and removes up to `max_digits` digits in `base` from the start of `text`.
unsigned long parse_digits(std::string_view& text, std::size_t max_digits, int base) {
  unsigned long number = 0;
  for (; max_digits > 0 && !text.empty() && digit_of(text[0]) < base; --max_digits, text.remove_prefix(1))
    number = number * static_cast<unsigned long>(base) + static_cast<unsigned long>(digit_of(text[0]));
  return number;
}

/// Removes the escape sequence at the start of `text` and appends its meaning. \N{...} stays as it is, because it needs
/// the Unicode names.
void decode_escape(std::string_view& text, bool bytes, std::string& out) {
  const char c = text.size() > 1 ? text[1] : '\\';
  text.remove_prefix(text.size() > 1 ? 2 : 1);
  constexpr std::string_view letters = "abfnrtv\\'\"";
  constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"";
  if (const std::size_t index = letters.find(c); index != std::string_view::npos) {
    out += meanings[index];
  } else if (c == '\r' || c == '\n') {
    if (c == '\r' && text.starts_with('\n')) text.remove_prefix(1);
  } else if (c >= '0' && c <= '7') {
    const std::size_t size_before = text.size();
    const unsigned long rest = parse_digits(text, 2, 8);
    const std::size_t more_digits = size_before - text.size();
    append_utf8(out, (static_cast<unsigned long>(c - '0') << (3 * more_digits)) + rest);
  } else if (c == 'x' || (!bytes && (c == 'u' || c == 'U'))) {
    append_utf8(out, parse_digits(text, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16));
  } else {
    out += '\\';
    out += c;
  }
}

PythonValue parse_string(const PythonToken& token) {
  std::string_view text = token.text;
  const std::size_t quote = text.find_first_of("'\"");
  const std::string prefix = lower(text.substr(0, quote));
  text.remove_prefix(quote);
  const std::size_t quotes = text.size() >= 6 && text.substr(0, 3) == std::string(3, text[0]) ? 3 : 1;
  text = text.substr(quotes, text.size() - 2 * quotes);
  const bool bytes = prefix.find('b') != std::string::npos;
  const bool raw = prefix.find('r') != std::string::npos;
  const bool formatted = prefix.find_first_of("ft") != std::string::npos;
  PythonValue value{.kind = bytes ? Kind::bytes : Kind::text, .line = token.line};
  if (formatted && text.find_first_of("{}") != std::string_view::npos) value.kind = Kind::other;
  if (raw || value.kind == Kind::other) {
    value.text = value.kind == Kind::other ? token.text : text;
    return value;
  }
  while (!text.empty()) {
    if (text[0] == '\\') {
      decode_escape(text, bytes, value.text);
    } else {
      value.text += text[0];
      text.remove_prefix(1);
    }
  }
  return value;
}

class LiteralReader {
 public:
  LiteralReader(PythonTokens tokens, std::string_view source) : tokens_(std::move(tokens)), source_(source) { next(); }

  /// "a", "b" without parentheses is a tuple.
  PythonValue read_statement() {
    PythonValue first = read_expression();
    if (!token_.is_op(",")) return first;
    PythonValue tuple{.kind = Kind::tuple, .line = first.line};
    tuple.items.push_back(std::move(first));
    while (token_.is_op(",")) {
      next();
      if (!at_expression_end()) tuple.items.push_back(read_expression());
    }
    return tuple;
  }

 private:
  void next() { token_ = tokens_.next(); }

  bool at_expression_end() const {
    if (token_.kind == Token::newline || token_.kind == Token::end) return true;
    if (token_.is_op(";")) return tokens_.depth() == 0;
    constexpr auto ends = std::to_array<std::string_view>({",", ")", "]", "}", "=", ":"});
    return token_.kind == Token::op && std::find(ends.begin(), ends.end(), token_.text) != ends.end();
  }

  /// Terms joined by +. Any other expression is Kind::other as a whole.
  PythonValue read_expression() {
    const PythonToken first = token_;
    if (++values_ > max_values) tokens_.fail(first.line, "too many values");
    PythonValue value = read_term();
    while (token_.is_op("+")) {
      next();
      value = concatenate(std::move(value), read_term());
    }
    if (at_expression_end() && value.kind != Kind::other) return value;
    if (!at_expression_end()) skip_rest();
    return make_other(first);
  }

  PythonValue read_term() {
    const PythonToken first = token_;
    if (first.kind == Token::string) return read_strings();
    if (first.kind == Token::number) return read_token(Kind::number);
    if (first.kind == Token::name) return read_name();
    if (first.is_op("(") || first.is_op("[") || first.is_op("{")) return read_bracketed();
    if (first.is_op("-")) {
      next();
      if (token_.kind == Token::number) {
        PythonValue number = read_token(Kind::number);
        number.text.insert(0, 1, '-');
        return number;
      }
    }
    return {.kind = Kind::other, .line = first.line};
  }

  PythonValue read_token(Kind kind) {
    PythonValue value{.kind = kind, .text = std::string(token_.text), .line = token_.line};
    next();
    return value;
  }

  /// Adjacent strings are one text: "a" 'b'.
  PythonValue read_strings() {
    PythonValue value = parse_string(token_);
    for (next(); token_.kind == Token::string; next()) value = concatenate(std::move(value), parse_string(token_));
    return value;
  }

  /// None, True, False, a dotted name or a call.
  PythonValue read_name() {
    if (token_.text == "None") return read_token(Kind::none);
    if (token_.text == "True" || token_.text == "False") return read_token(Kind::boolean);
    constexpr auto operators = std::to_array<std::string_view>({"lambda", "not", "await", "yield"});
    if (std::find(operators.begin(), operators.end(), token_.text) != operators.end()) {
      const std::size_t line = token_.line;
      if (token_.text == "lambda") skip_parameters();
      return {.kind = Kind::other, .line = line};
    }
    PythonValue value = read_token(Kind::name);
    while (token_.is_op(".")) {
      next();
      if (token_.kind != Token::name) return {.kind = Kind::other, .line = value.line};
      value.text.append(".").append(token_.text);
      next();
    }
    if (!token_.is_op("(")) return value;
    PythonValue arguments = read_items(")");
    value.kind = Kind::call;
    value.items = std::move(arguments.items);
    return value;
  }

  /// A tuple, a list, a set, or an expression in parentheses.
  PythonValue read_bracketed() {
    if (token_.is_op("[")) return read_items("]");
    if (token_.is_op("{")) return read_items("}");
    PythonValue tuple = read_items(")");
    // "(item)" is not a tuple.
    if (tuple.kind == Kind::other && tuple.items.size() == 1) return PythonValue(std::move(tuple.items[0]));
    return tuple;
  }

  /// Reads from the opening bracket to the closing one. The kind is other for a dictionary, and for "(item)", whose
  /// item is kept.
  PythonValue read_items(std::string_view closing) {
    PythonValue value{.kind = Kind::tuple, .line = token_.line};
    if (closing == "]") value.kind = Kind::list;
    if (closing == "}") value.kind = Kind::set;
    bool comma = false;
    next();
    while (!token_.is_op(closing) && !at_statement_end()) {
      PythonValue item = read_expression();
      if (token_.is_op("=")) {
        // A keyword argument.
        next();
        read_expression();
      } else {
        value.items.push_back(std::move(item));
      }
      if (token_.is_op(":")) {
        value.kind = Kind::other;
        next();
      }
      comma = token_.is_op(",");
      if (comma) next();
    }
    if (closing == "}" && value.items.empty()) value.kind = Kind::other;
    if (closing == ")" && value.items.size() == 1 && !comma) value.kind = Kind::other;
    if (!at_statement_end()) next();
    return value;
  }

  /// Skips the parameters of a lambda and the colon.
  void skip_parameters() {
    const std::size_t depth = tokens_.depth();
    while (!at_statement_end() && tokens_.depth() >= depth && !(token_.is_op(":") && tokens_.depth() == depth)) next();
    if (token_.is_op(":")) next();
  }

  bool at_statement_end() const { return token_.kind == Token::newline || token_.kind == Token::end; }

  /// Skips to the comma, bracket or line end that ends the expression.
  void skip_rest() {
    const std::size_t depth = tokens_.depth() - (opens() ? 1 : 0);
    while (!at_statement_end()) {
      const bool ends = token_.is_op(",") || (token_.is_op(";") && depth == 0) || tokens_.depth() < depth;
      if (ends && tokens_.depth() <= depth) return;
      next();
    }
  }

  bool opens() const { return token_.is_op("(") || token_.is_op("[") || token_.is_op("{"); }

  PythonValue make_other(const PythonToken& first) const {
    const std::string_view expression = source_.substr(first.offset, token_.offset - first.offset);
    return {.kind = Kind::other, .text = std::string(trim(expression)), .line = first.line};
  }

  PythonTokens tokens_;
  std::string_view source_;
  PythonToken token_{};
  std::size_t values_ = 0;
};

}  // namespace

PythonValue concatenate(PythonValue first, PythonValue second) {
  if (first.kind == second.kind && (first.kind == Kind::text || first.kind == Kind::bytes)) {
    first.text += second.text;
    return first;
  }
  if (first.kind == second.kind && first.is_sequence()) {
    first.items.insert(first.items.end(), std::make_move_iterator(second.items.begin()),
                       std::make_move_iterator(second.items.end()));
    first.incomplete = first.incomplete || second.incomplete;
    return first;
  }
  const auto is_computed = [](const PythonValue& value) {
    return value.kind == Kind::other || value.kind == Kind::name || value.kind == Kind::call;
  };
  if (first.is_sequence() == second.is_sequence() || !(is_computed(first) || is_computed(second)))
    return {.kind = Kind::other, .text = std::move(first.text), .line = first.line};
  PythonValue& known = first.is_sequence() ? first : second;
  known.incomplete = true;
  known.line = first.line;
  return PythonValue(std::move(known));
}

PythonValue read_python_value(PythonTokens tokens, std::string_view source) {
  return LiteralReader(std::move(tokens), source).read_statement();
}

}  // namespace hale
