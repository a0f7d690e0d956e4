#pragma once

#include <string_view>

namespace hale {

/// The version of hale: "0.1.0".
std::string_view version();

}  // namespace hale
