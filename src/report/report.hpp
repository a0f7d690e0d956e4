#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/environment.hpp"
#include "core/output.hpp"
#include "core/result.hpp"

namespace hale {

/// The whole report in `output.format`, ending in a line end; never longer than `output.limit`, and a caller that cuts
/// has the worst first. Text from outside is made harmless here. When `output.quiet` it is empty, or for a monitoring
/// system, which takes an empty output for a fault, the first line alone. JSON is never cut: a part of it would be no
/// JSON.
std::string report(const Outcome& outcome, const Output& output);

/// What is printed instead of a report when hale was asked for something it cannot do; also when `output.quiet`.
/// `nothing` tells when and where.
std::string report_usage_error(std::string_view message, const Outcome& nothing, const Output& output);

/// How long a summary line gets at most: what every monitoring system keeps of a first line.
inline constexpr std::size_t summary_bytes = 249;

/// "CRITICAL: 1 of 3: db – login: password authentication failed": the line that alone is enough, without a line end.
/// `dash` stands between a target's name and its message. Of several targets those in the worst state are named, as
/// many as fit into `limit` bytes.
std::string summary_line(const Outcome& outcome, std::string_view dash, std::size_t limit);

}  // namespace hale
