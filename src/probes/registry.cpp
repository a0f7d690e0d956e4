#include "probes/registry.hpp"

#include <array>

namespace hale {

// cmake/kinds.cmake defines HALE_KINDS as the kinds of this build in order: KIND(http) KIND(tcp) and so on. Each kind
// defines its row, http_kind and so on, in the folder of its name.
#define KIND(name) extern const Kind name##_kind;
HALE_KINDS
#undef KIND

std::span<const Kind* const> kinds() {
#define KIND(name) &name##_kind,
  static constexpr std::array all{HALE_KINDS};
#undef KIND
  return all;
}

}  // namespace hale
