#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hale {

/// Whether an option is said once for the whole run or belongs to targets.
enum class Scope : std::uint8_t { run, target };

/// One option: the row that the parser, --help, the manual and the completions read.
struct OptionSpec {
  std::string_view name;     ///< without dashes: "timeout"
  char letter = '\0';        ///< 't', or none
  std::string_view value;    ///< what stands for its value in help: "DUR[:STATE]"; empty for a switch
  std::string_view meaning;  ///< one line
  Scope scope = Scope::target;
  bool repeatable = false;       ///< each one adds; else the last one given counts
  std::string_view choices{};    ///< the words it takes, split by '|'; empty when open
  std::string_view condition{};  ///< the value is the right side of this condition: "banner~"
  bool secret = false;           ///< the value may hold a secret: no error repeats it
};

/// The options that every kind of target has, and those of the whole run.
std::span<const OptionSpec> general_options();

}  // namespace hale
