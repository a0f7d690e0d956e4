#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// Whether an option is said once for the whole run or belongs to targets.
enum class Scope : std::uint8_t { run, target };

/// A word that an option's value may begin with.
struct WordSpec {
  std::string word;     ///< "django:"
  std::string meaning;  ///< sentences
  std::string block{};  ///< lines that follow as they are
};

/// One option: the row that the parser, --help, the manual and the completions read.
struct OptionSpec {
  std::string_view name;     ///< without dashes: "timeout"
  char letter = '\0';        ///< 't', or none
  std::string_view value;    ///< what stands for its value in help: "DUR[:STATE]"; empty for a switch
  std::string_view meaning;  ///< one line
  Scope scope = Scope::target;
  bool repeatable = false;                     ///< each one adds; else the last one given counts
  std::string_view choices{};                  ///< the words it takes, split by '|'; empty when open
  std::string_view condition{};                ///< the value is the right side of this condition: "banner~"
  bool secret = false;                         ///< the value may hold a secret: no error repeats it
  std::vector<WordSpec> (*words)() = nullptr;  ///< what the value begins with, when that is one of some words
};

/// The options that every kind of target has, and those of the whole run.
std::span<const OptionSpec> general_options();

}  // namespace hale
