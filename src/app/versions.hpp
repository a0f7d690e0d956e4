#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/kind.hpp"

namespace hale {

/// "name version" of every library that is linked into this hale, a line each: those of `kinds` first, the C++ and the
/// C library last. A static hale is compared with its link by tests/scripts/static/linked.
std::vector<std::string> library_versions(std::span<const Kind* const> kinds);

}  // namespace hale
