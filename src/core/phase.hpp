#pragma once

#include <string>
#include <string_view>

namespace hale {

/// The name of the measure that is the length of `phase`: its own, with '_' for each blank ("first_byte").
std::string phase_metric(std::string_view phase);

}  // namespace hale
