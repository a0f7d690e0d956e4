#include "probes/registry.hpp"

#include <array>

namespace hale {

// HALE_KINDS is what cmake/kinds.cmake makes of the kinds in this build: KIND(http) KIND(tcp) and so on, in order.
// Each is defined in the folder of its name.
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
