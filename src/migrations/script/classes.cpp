#include "migrations/script/classes.hpp"

#include <algorithm>
#include <array>

#include "migrations/script/tokens.hpp"

namespace hale {
namespace {

constexpr std::size_t lookbehind = 4;

/// A class whose body has not ended yet.
struct OpenClass {
  std::string name;
  std::string field{};    ///< the value of its field `name`
  std::size_t depth = 0;  ///< the number of open brackets in its body
};

class ClassReader {
 public:
  explicit ClassReader(std::string_view script) : tokens_(script) {}

  std::vector<std::string> read() {
    for (ScriptToken token = tokens_.next(); token.kind != ScriptToken::Kind::end; token = tokens_.next()) {
      find_class_head(token);
      find_name(token);
      count_brackets(token);
      std::rotate(before_.rbegin(), before_.rbegin() + 1, before_.rend());
      before_[0] = token;
    }
    // A misread bracket can leave classes open.
    while (!classes_.empty()) close();
    return std::move(found_);
  }

 private:
  enum class Field : std::uint8_t { none, named, assigned, defined };

  /// Recognizes `class X {`, `X = class {` and, in compiled code for old JavaScript, `function X1700000000001() {`.
  void find_class_head(const ScriptToken& token) {
    const ScriptToken& last = before_[0];
    if (last.is("class") && !before_[1].is(".")) {
      const bool named = token.kind == ScriptToken::Kind::word && !token.is("extends") && !token.is("implements");
      if (named) {
        begin(token.text);
      } else if (token.is("{") || token.is("extends") || token.is("implements")) {
        begin(before_[1].is("=") ? before_[2].text : std::string_view());
      }
    } else if (last.is("function") && token.kind == ScriptToken::Kind::word && ends_in_13_digits(token.text)) {
      begin(token.text);
    }
  }

  void begin(std::string_view name) {
    has_head_ = true;
    head_name_ = name;
    head_depth_ = depth_;
  }

  void find_name(const ScriptToken& token) {
    if (classes_.empty()) return;
    const ScriptToken& last = before_[0];
    if (token.kind == ScriptToken::Kind::string) {
      // __publicField(this, "name", "X"), and Object.defineProperty(this, "name", { ..., value: "X" })
      if (field_ == Field::defined && (last.is(",") || (last.is(":") && before_[1].is("value")))) set_name(token.text);
      if (field_ == Field::assigned) set_name(token.text);
      if (token.text == "name" && last.is(",") && is_this(before_[1])) field_ = Field::defined;
      // static { __name(this, "X") }: a bundler that renames a class keeps its original name this way.
      if (ends_in_13_digits(token.text) && last.is(",") && is_this(before_[1])) classes_.back().name = token.text;
      return;
    }
    if (field_ == Field::assigned) field_ = Field::none;
    if (token.is("name") && last.is(".") && is_this(before_[1])) field_ = Field::named;
    if (token.is("name") && !last.is(".") && !last.is("static") && depth_ == classes_.back().depth)
      field_ = Field::named;
    if (field_ == Field::named && token.is("=")) field_ = Field::assigned;
    if ((field_ == Field::named && (token.is(";") || token.is("("))) || token.is("}")) field_ = Field::none;
  }

  static bool is_this(const ScriptToken& token) { return token.is("this") || token.is("_this"); }

  void set_name(std::string_view text) {
    classes_.back().field = text;
    field_ = Field::none;
  }

  void count_brackets(const ScriptToken& token) {
    if (token.is("{") || token.is("(") || token.is("[")) {
      ++depth_;
      if (has_head_ && token.is("{") && depth_ == head_depth_ + 1) {
        classes_.push_back({std::string(head_name_), {}, depth_});
        has_head_ = false;
        field_ = Field::none;
      }
    } else if (depth_ > 0 && (token.is("}") || token.is(")") || token.is("]"))) {
      --depth_;
      while (!classes_.empty() && classes_.back().depth > depth_) close();
    }
  }

  void close() {
    const OpenClass done = std::move(classes_.back());
    classes_.pop_back();
    if (ends_in_13_digits(done.field) || ends_in_13_digits(done.name))
      found_.push_back(done.field.empty() ? done.name : done.field);
  }

  ScriptTokens tokens_;
  std::array<ScriptToken, lookbehind> before_{};  ///< the latest first
  std::size_t depth_ = 0;
  bool has_head_ = false;
  std::string_view head_name_;
  std::size_t head_depth_ = 0;
  Field field_ = Field::none;
  std::vector<OpenClass> classes_{};
  std::vector<std::string> found_{};
};

}  // namespace

bool ends_in_13_digits(std::string_view name) {
  constexpr std::size_t digits = 13;
  return name.size() >= digits &&
         name.substr(name.size() - digits).find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string> migration_classes(std::string_view script) { return ClassReader(script).read(); }

}  // namespace hale
