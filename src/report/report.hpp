#pragma once

#include <string>
#include <string_view>

#include "core/output.hpp"
#include "core/result.hpp"

namespace hale {

/// The whole report in `output.format`, ending with a newline. Text from outside is sanitized here. With
/// `output.limit` the report is never longer, except JSON, which is useless when cut. With `output.quiet` it is empty,
/// or only its first line for a monitoring system, which treats empty output as a plugin failure.
std::string report(const Outcome& outcome, const Output& output);

/// What is printed instead of a report when the command cannot be run; printed even with `output.quiet`. `outcome` has
/// no results, only the time, host and version.
std::string report_usage_error(std::string_view message, const Outcome& outcome, const Output& output);

}  // namespace hale
