#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// A value as written in Python source. Only concatenations are computed: "a" 'b', [x] + [y].
struct PythonValue {
  enum class Kind : std::uint8_t { none, boolean, number, text, bytes, list, tuple, set, name, call, other };

  Kind kind = Kind::other;
  /// Of a text or bytes the content; of a call the name of the function; of a name, number or other expression its
  /// source.
  std::string text{};
  std::vector<PythonValue> items{};  ///< of a list, tuple or set its elements; of a call its positional arguments
  bool incomplete = false;           ///< a list or tuple with further elements that are computed
  std::size_t line = 1;              ///< where it begins

  bool is_sequence() const { return kind == Kind::list || kind == Kind::tuple || kind == Kind::set; }
};

/// The assignments of a Python module and its classes. The source is parsed and never executed.
///
/// Code below `if`, `for`, `while` or `except` may or may not run: a list or tuple that is assigned there is
/// incomplete, any other value is Kind::other. Code below `try`, `finally` and `with` counts as if it were outside.
/// Functions and code below `if TYPE_CHECKING` do not count.
class PythonModule {
 public:
  /// `where` is the name of the source in errors. Throws UsageError "WHERE:12: unterminated string".
  PythonModule(std::string source, std::string where);

  const std::string& where() const { return where_; }

  /// True when the class is defined at the top level of the module.
  bool has_class(std::string_view name) const;

  /// The value of `name` at the end of the module, or nullopt when nothing assigns to it. If it is another name of the
  /// module, the result is the value of that name. Throws as the constructor does.
  std::optional<PythonValue> value(std::string_view name) const;

  /// The value of `name` at the end of the body of `class_name`.
  std::optional<PythonValue> value(std::string_view class_name, std::string_view name) const;

 private:
  struct Assignment {
    std::string name;
    std::size_t offset;  ///< of the value
    std::size_t line;
    bool adds;   ///< +=
    bool maybe;  ///< the statement may not be executed, or computes (-=, *=, ...)
  };
  struct Scope {
    std::string name;  ///< of the class; empty for the module
    std::vector<Assignment> assignments{};
  };
  class AssignmentReader;

  std::optional<PythonValue> assigned(const Scope& scope, std::string_view name) const;
  const Scope* find_class(std::string_view name) const;

  std::string source_;
  std::string where_;
  Scope module_{};
  std::vector<Scope> classes_{};
};

}  // namespace hale
