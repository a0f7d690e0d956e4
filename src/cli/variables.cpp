#include "cli/variables.hpp"

#include <algorithm>
#include <array>

namespace hale {
namespace {

constexpr auto general_table = std::to_array<VariableSpec>({
    {.name = "NO_COLOR", .meaning = "if not empty, the report has no colour; overrides CLICOLOR_FORCE"},
    {.name = "CLICOLOR_FORCE",
     .meaning = "if neither empty nor 0, the report has colour even if the output is not a terminal"},
    {.name = "TERM", .meaning = "if unset or dumb, the report has no colour"},
});

}  // namespace

std::span<const VariableSpec> general_variables() { return general_table; }

std::vector<KindVariable> kind_variables(std::span<const Kind* const> kinds) {
  std::vector<KindVariable> all;
  for (const Kind* kind : kinds) {
    for (const VariableSpec& spec : kind->environment) {
      auto found =
          std::find_if(all.begin(), all.end(), [&](const KindVariable& other) { return other.spec.name == spec.name; });
      if (found == all.end()) found = all.insert(found, {.spec = spec, .kinds = {}});
      found->kinds.push_back(kind->name);
    }
  }
  return all;
}

}  // namespace hale
