#pragma once

#include <string>
#include <string_view>

#include "core/environment.hpp"
#include "core/output.hpp"
#include "core/result.hpp"

namespace hale {

/// The whole report in `output.format`, ending in a line end; never longer than `output.limit`, and a caller that cuts
/// has the worst first. Text from outside is made harmless here. Empty when `output.quiet`.
std::string report(const Outcome& outcome, const Output& output);

/// What is printed instead of a report when hale was asked for something it cannot do.
std::string report_usage_error(std::string_view message, const Outcome& nothing, const Output& output);

/// "CRITICAL: 1 of 3: db – login: password authentication failed": the line that alone is enough, without a line end.
/// `dash` stands between a target's name and its message.
std::string summary_line(const Outcome& outcome, std::string_view dash, std::size_t limit);

}  // namespace hale
