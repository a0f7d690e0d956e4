#pragma once

#include <string>
#include <string_view>

namespace hale {

/// The name of the metric for the length of `phase`: the phase's name with '_' for each blank ("first_byte").
std::string phase_metric(std::string_view phase);

}  // namespace hale
