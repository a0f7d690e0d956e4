#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/kind.hpp"

namespace hale {

/// "name version" of every library that this hale runs with, those of the kinds first.
std::vector<std::string> library_versions(std::span<const Kind* const> kinds);

}  // namespace hale
