#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// A value as Python source spells it. Nothing is computed but what a literal is made of: "a" 'b', [x] + [y].
struct PythonValue {
  enum class Kind : std::uint8_t { none, boolean, number, text, bytes, list, tuple, set, name, call, other };

  Kind kind = Kind::other;
  std::string text{};  ///< of a text or bytes what it stands for; of a call whose; else as it is written, if it is
  std::vector<PythonValue> items{};  ///< of a list, tuple or set; of a call the arguments without a name
  bool open = false;                 ///< of a list or tuple: something is added to it that is not written out
  std::size_t line = 1;              ///< in which it begins

  bool is_sequence() const { return kind == Kind::list || kind == Kind::tuple || kind == Kind::set; }
};

/// A Python module, read and never executed: what it and its classes assign to names, wherever that can be read off.
/// What stands below if, for or except may be executed or not, so that a name which is set there is open, or has a
/// value of Kind::other; below try and with it counts as if it stood outside; below `if TYPE_CHECKING` and def it does
/// not count.
class PythonModule {
 public:
  /// `where` is what errors call the source. Throws UsageError "WHERE:12: a string is never closed".
  PythonModule(std::string source, std::string where);

  const std::string& where() const { return where_; }

  /// True when the module itself has such a class.
  bool has_class(std::string_view name) const;

  /// The value that `name` has at the end of the module; nothing when it is not assigned to. One that is another name
  /// of the module has that one's value. Throws as the constructor does.
  std::optional<PythonValue> value(std::string_view name) const;

  /// The same at the end of the body of `class_name`.
  std::optional<PythonValue> value(std::string_view class_name, std::string_view name) const;

 private:
  struct Assignment {
    std::string name;
    std::size_t offset;  ///< of what is assigned
    std::size_t line;
    bool adds;     ///< by +=
    bool perhaps;  ///< by a statement that may not be executed, or one that computes
  };
  struct Scope {
    std::string name;  ///< of the class
    std::vector<Assignment> assignments{};
  };
  class Outline;

  std::optional<PythonValue> assigned(const Scope& scope, std::string_view name) const;
  const Scope* find_class(std::string_view name) const;

  std::string source_;
  std::string where_;
  Scope module_{};
  std::vector<Scope> classes_{};
};

}  // namespace hale
