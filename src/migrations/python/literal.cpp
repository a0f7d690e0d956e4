#include "migrations/python/literal.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;
using Token = PythonToken::Kind;

// A value takes many times the bytes that it is written in.
constexpr std::size_t most_values = 50'000;

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

/// Reads up to `most` digits to `base` from the start of `text` and takes them away.
unsigned long take_number(std::string_view& text, std::size_t most, int base) {
  unsigned long number = 0;
  for (; most > 0 && !text.empty() && digit_of(text[0]) < base; --most, text.remove_prefix(1))
    number = number * static_cast<unsigned long>(base) + static_cast<unsigned long>(digit_of(text[0]));
  return number;
}

/// Takes the escape that begins `text`, a backslash, and appends what it stands for. \N{...} stays as it is.
void take_escape(std::string_view& text, bool bytes, std::string& out) {
  const char c = text.size() > 1 ? text[1] : '\\';
  text.remove_prefix(text.size() > 1 ? 2 : 1);
  constexpr std::string_view letters = "abfnrtv\\'\"";
  constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"";
  if (const std::size_t at = letters.find(c); at != std::string_view::npos) {
    out += meanings[at];
  } else if (c == '\r' || c == '\n') {
    if (c == '\r' && text.starts_with('\n')) text.remove_prefix(1);
  } else if (c >= '0' && c <= '7') {
    const unsigned long first = static_cast<unsigned long>(c - '0');
    std::string_view digits = text.substr(0, 2);
    const std::size_t before = digits.size();
    const unsigned long rest = take_number(digits, 2, 8);
    const std::size_t taken = before - digits.size();
    text.remove_prefix(taken);
    append_utf8(out, first * (taken == 2 ? 64 : taken == 1 ? 8 : 1) + rest);
  } else if (c == 'x' || (!bytes && (c == 'u' || c == 'U'))) {
    append_utf8(out, take_number(text, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16));
  } else {
    out += '\\';
    out += c;
  }
}

PythonValue string_value(const PythonToken& token) {
  std::string_view text = token.text;
  const std::size_t quote = text.find_first_of("'\"");
  const std::string prefix = lower(text.substr(0, quote));
  text.remove_prefix(quote);
  const std::size_t quotes = text.size() >= 6 && text.substr(0, 3) == std::string(3, text[0]) ? 3 : 1;
  text = text.substr(quotes, text.size() - 2 * quotes);
  const bool bytes = prefix.find('b') != std::string::npos;
  const bool raw = prefix.find('r') != std::string::npos;
  const bool formatted = prefix.find_first_of("ft") != std::string::npos;
  PythonValue value{bytes ? Kind::bytes : Kind::text, {}, {}, false, token.line};
  if (formatted && text.find_first_of("{}") != std::string_view::npos) value.kind = Kind::other;
  if (raw || value.kind == Kind::other) {
    value.text = value.kind == Kind::other ? token.text : text;
    return value;
  }
  while (!text.empty()) {
    if (text[0] == '\\') {
      take_escape(text, bytes, value.text);
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

  /// "a", "b" without brackets is a tuple.
  PythonValue statement() {
    PythonValue first = expression();
    if (!token_.is_sign(",")) return first;
    PythonValue tuple{Kind::tuple, {}, {}, false, first.line};
    tuple.items.push_back(std::move(first));
    while (token_.is_sign(",")) {
      next();
      if (!at_end()) tuple.items.push_back(expression());
    }
    return tuple;
  }

 private:
  void next() { token_ = tokens_.next(); }

  bool at_end() const {
    if (token_.kind == Token::line_end || token_.kind == Token::end) return true;
    if (token_.is_sign(";")) return tokens_.depth() == 0;
    constexpr std::array<std::string_view, 6> ends{",", ")", "]", "}", "=", ":"};
    return token_.kind == Token::sign && std::find(ends.begin(), ends.end(), token_.text) != ends.end();
  }

  /// Terms that are added; anything else is Kind::other as a whole.
  PythonValue expression() {
    const PythonToken first = token_;
    if (++values_ > most_values) tokens_.refuse(first.line, "too many values");
    PythonValue value = term();
    while (token_.is_sign("+")) {
      next();
      value = joined(std::move(value), term());
    }
    if (at_end() && value.kind != Kind::other) return value;
    if (!at_end()) skip_rest();
    return other(first);
  }

  PythonValue term() {
    const PythonToken first = token_;
    if (first.kind == Token::string) return strings();
    if (first.kind == Token::number) return simple(Kind::number);
    if (first.kind == Token::word) return word();
    if (first.is_sign("(") || first.is_sign("[") || first.is_sign("{")) return bracketed();
    if (first.is_sign("-")) {
      next();
      if (token_.kind == Token::number) {
        PythonValue number = simple(Kind::number);
        number.text.insert(0, 1, '-');
        return number;
      }
    }
    return {Kind::other, {}, {}, false, first.line};
  }

  PythonValue simple(Kind kind) {
    PythonValue value{kind, std::string(token_.text), {}, false, token_.line};
    next();
    return value;
  }

  /// "a" 'b' is one text.
  PythonValue strings() {
    PythonValue value = string_value(token_);
    for (next(); token_.kind == Token::string; next()) value = joined(std::move(value), string_value(token_));
    return value;
  }

  /// None, True, False, a dotted name or a call.
  PythonValue word() {
    if (token_.text == "None") return simple(Kind::none);
    if (token_.text == "True" || token_.text == "False") return simple(Kind::boolean);
    constexpr std::array<std::string_view, 4> operators{"lambda", "not", "await", "yield"};
    if (std::find(operators.begin(), operators.end(), token_.text) != operators.end()) {
      const std::size_t line = token_.line;
      if (token_.text == "lambda") skip_parameters();
      return {Kind::other, {}, {}, false, line};
    }
    PythonValue value = simple(Kind::name);
    while (token_.is_sign(".")) {
      next();
      if (token_.kind != Token::word) return {Kind::other, {}, {}, false, value.line};
      value.text.append(".").append(token_.text);
      next();
    }
    if (!token_.is_sign("(")) return value;
    PythonValue arguments = bracketed_items(")");
    value.kind = Kind::call;
    value.items = std::move(arguments.items);
    return value;
  }

  /// A tuple, a list, a set, or an expression in parentheses.
  PythonValue bracketed() {
    if (token_.is_sign("[")) return bracketed_items("]");
    if (token_.is_sign("{")) return bracketed_items("}");
    PythonValue tuple = bracketed_items(")");
    // One item without a comma behind it.
    if (tuple.kind == Kind::other && tuple.items.size() == 1) return PythonValue(std::move(tuple.items[0]));
    return tuple;
  }

  /// From the opening bracket to behind the closing one. Kind::other for a dictionary, and for "(item)", which has the
  /// item all the same.
  PythonValue bracketed_items(std::string_view closing) {
    PythonValue value{Kind::tuple, {}, {}, false, token_.line};
    if (closing == "]") value.kind = Kind::list;
    if (closing == "}") value.kind = Kind::set;
    bool comma = false;
    next();
    while (!token_.is_sign(closing) && !is_over()) {
      PythonValue item = expression();
      if (token_.is_sign("=")) {
        // An argument with a name.
        next();
        expression();
      } else {
        value.items.push_back(std::move(item));
      }
      if (token_.is_sign(":")) {
        value.kind = Kind::other;
        next();
      }
      comma = token_.is_sign(",");
      if (comma) next();
    }
    if (closing == "}" && value.items.empty()) value.kind = Kind::other;
    if (closing == ")" && value.items.size() == 1 && !comma) value.kind = Kind::other;
    if (!is_over()) next();
    return value;
  }

  /// To what a lambda does.
  void skip_parameters() {
    const std::size_t depth = tokens_.depth();
    while (!is_over() && tokens_.depth() >= depth && !(token_.is_sign(":") && tokens_.depth() == depth)) next();
    if (token_.is_sign(":")) next();
  }

  bool is_over() const { return token_.kind == Token::line_end || token_.kind == Token::end; }

  /// Goes to the comma, the bracket or the line's end that ends the expression.
  void skip_rest() {
    const std::size_t depth = tokens_.depth() - (opens() ? 1 : 0);
    while (!is_over()) {
      const bool over = token_.is_sign(",") || (token_.is_sign(";") && depth == 0) || tokens_.depth() < depth;
      if (over && tokens_.depth() <= depth) return;
      next();
    }
  }

  bool opens() const { return token_.is_sign("(") || token_.is_sign("[") || token_.is_sign("{"); }

  PythonValue other(const PythonToken& first) const {
    const std::string_view written = source_.substr(first.offset, token_.offset - first.offset);
    return {Kind::other, std::string(trim(written)), {}, false, first.line};
  }

  PythonTokens tokens_;
  std::string_view source_;
  PythonToken token_{};
  std::size_t values_ = 0;
};

}  // namespace

PythonValue joined(PythonValue first, PythonValue second) {
  if (first.kind == second.kind && (first.kind == Kind::text || first.kind == Kind::bytes)) {
    first.text += second.text;
    return first;
  }
  if (first.kind == second.kind && first.is_sequence()) {
    first.items.insert(first.items.end(), std::make_move_iterator(second.items.begin()),
                       std::make_move_iterator(second.items.end()));
    first.open = first.open || second.open;
    return first;
  }
  const auto unknown = [](const PythonValue& value) {
    return value.kind == Kind::other || value.kind == Kind::name || value.kind == Kind::call;
  };
  if (first.is_sequence() == second.is_sequence() || !(unknown(first) || unknown(second)))
    return {Kind::other, std::move(first.text), {}, false, first.line};
  PythonValue& known = first.is_sequence() ? first : second;
  known.open = true;
  known.line = first.line;
  return PythonValue(std::move(known));
}

PythonValue read_python_value(PythonTokens tokens, std::string_view source) {
  return LiteralReader(std::move(tokens), source).statement();
}

}  // namespace hale
