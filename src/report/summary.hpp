#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hale {

/// The maximum length of a summary line in bytes: monitoring systems keep at least this much of a first line.
inline constexpr std::size_t max_summary_bytes = 249;

/// "CRITICAL: 1 of 3: db – login: password authentication failed": one sanitized line of at most `limit` bytes, without
/// a newline. `dash` separates a target's name from its message. With several targets it names those in the worst
/// state, as many as fit.
std::string summary_line(const Outcome& outcome, std::string_view dash, std::size_t limit);

}  // namespace hale
