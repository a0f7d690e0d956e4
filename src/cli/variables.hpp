#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/kind.hpp"

namespace hale {

/// The environment variables that do not belong to a kind.
std::span<const VariableSpec> general_variables();

/// A variable that kinds read.
struct KindVariable {
  VariableSpec spec;                    ///< the row of the first kind that has it
  std::vector<std::string_view> kinds;  ///< the names of all kinds that have it
};

/// The variables that kinds read, each once.
std::vector<KindVariable> kind_variables(std::span<const Kind* const> kinds);

}  // namespace hale
