#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

struct RunOptions;
struct Target;

/// Whether an option is for the whole run or for targets.
enum class Scope : std::uint8_t { run, target };

/// Where an option for targets was typed.
enum class OptionOrigin : std::uint8_t {
  own,              ///< after a target: it must make sense there
  default_for_all,  ///< before the first target: it goes to every target that it makes sense for
};

/// A prefix that an option's value may begin with.
struct ValuePrefix {
  std::string text;     ///< "django:"
  std::string meaning;  ///< sentences
  std::string block{};  ///< lines to print below, unchanged
};

/// One option: the row that the parser, --help, the manual and the completions read. All texts are static.
struct OptionSpec {
  std::string_view name;     ///< without dashes: "timeout"
  char letter = '\0';        ///< 't'; '\0' without a short form
  std::string_view value{};  ///< the value's placeholder in help: "DUR[:STATE]"; empty for a switch
  std::string_view meaning;  ///< one line
  Scope scope = Scope::target;
  bool repeatable = false;                           ///< every occurrence counts, not only the last one
  std::string_view choices{};                        ///< the values it accepts, separated by '|'; empty for any value
  std::string_view condition{};                      ///< the value is the right side of this condition: "banner~"
  bool secret = false;                               ///< the value may hold a secret: no error repeats it
  std::vector<ValuePrefix> (*prefixes)() = nullptr;  ///< what a value may begin with; null when there is no list
  bool empty_is_unset = false;  ///< an empty value counts as not given: monitoring configurations pass '' for that

  /// Applies a general option to a target; null for a kind's own option, which the kind reads itself. False when it is
  /// a default that makes no sense for this target. Throws UsageError.
  bool (*apply)(Target& target, std::string_view value, OptionOrigin origin) = nullptr;

  /// Applies an option of the run; null for the questions, such as --help, which are answered without a run. Throws
  /// UsageError.
  void (*apply_to_run)(RunOptions& run, std::string_view value) = nullptr;
};

/// The options that every kind of target has, and those of the whole run.
std::span<const OptionSpec> general_options();

/// The option `name` in `options`; null when it is not there.
const OptionSpec* find_option(std::span<const OptionSpec> options, std::string_view name);

}  // namespace hale
