#pragma once

#include <string>
#include <vector>

#include "core/target.hpp"

namespace hale {

/// One target as typed, with the options after it.
struct ParsedTarget {
  std::string kind;  ///< "http" when named by its flag; empty for a bare URL
  std::string address;
  std::vector<OptionValue> options;
};

/// The command line, in the order typed. Only the options' names and choices have been checked.
struct Command {
  std::vector<OptionValue> run;       ///< options of the whole run
  std::vector<OptionValue> defaults;  ///< options before the first target
  std::vector<ParsedTarget> targets;
};

}  // namespace hale
