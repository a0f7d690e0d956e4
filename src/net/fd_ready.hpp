#pragma once

#include <cstdint>
#include <optional>

#include "net/context.hpp"

namespace hale {

enum class FdEvent : std::uint8_t { readable, writable };

/// Waits until `descriptor` is readable or writable, or has an error. Returns false when `limit` passes first. Throws
/// std::system_error at the deadline. For the descriptor of a library: it is not taken over, and because only a
/// duplicate is watched, the library may close it at any time.
Task<bool> wait_ready(ProbeContext& context, int descriptor, FdEvent event,
                      std::optional<Duration> limit = std::nullopt);

}  // namespace hale
