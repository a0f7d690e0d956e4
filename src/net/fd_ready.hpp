#pragma once

#include <cstdint>
#include <optional>

#include "net/context.hpp"

namespace hale {

/// What a foreign descriptor is waited for.
enum class Readiness : std::uint8_t { readable, writable };

/// Waits until `descriptor`, which stays its owner's, is ready. Only a duplicate is watched, so that its owner may
/// close it at any time. False when `limit` passed first.
Task<bool> ready(ProbeContext& context, int descriptor, Readiness readiness,
                 std::optional<Duration> limit = std::nullopt);

}  // namespace hale
