#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/kind.hpp"

namespace hale {

/// "name version" of every library that is linked into this hale: the libraries of `kinds` first, the C++ and the C
/// library last. tests/scripts/static/linked compares the list with what the static hale was linked from.
std::vector<std::string> library_versions(std::span<const Kind* const> kinds);

}  // namespace hale
