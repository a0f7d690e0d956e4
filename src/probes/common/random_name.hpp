#pragma once

#include <string>

namespace hale {

/// Sixteen hexadecimal digits that nobody else draws.
std::string random_name();

}  // namespace hale
