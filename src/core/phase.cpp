#include "core/phase.hpp"

#include <algorithm>

namespace hale {

std::string phase_metric(std::string_view phase) {
  std::string name(phase);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

}  // namespace hale
