#pragma once

#include <string>
#include <vector>

#include "core/target.hpp"

namespace hale {

/// One target as typed, with the options that stand behind it.
struct TargetWords {
  std::string kind;  ///< "http" when named by its flag; empty for a bare URL
  std::string place;
  std::vector<Given> options;
};

/// What was typed. Nothing in it has been judged yet but the options' names.
struct Command {
  std::vector<Given> run;       ///< options of the whole run
  std::vector<Given> defaults;  ///< options before the first target
  std::vector<TargetWords> targets;
};

}  // namespace hale
