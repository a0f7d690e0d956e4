#pragma once

#include <span>

#include "core/kind.hpp"

namespace hale {

/// Every kind of target, in the order of the manual.
std::span<const Kind* const> kinds();

}  // namespace hale
