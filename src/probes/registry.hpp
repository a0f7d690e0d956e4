#pragma once

#include <span>

#include "core/kind.hpp"

namespace hale {

/// The kinds of target in this build, in the order of the manual. The rows live as long as the process.
std::span<const Kind* const> kinds();

}  // namespace hale
