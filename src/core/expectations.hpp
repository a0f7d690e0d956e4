#pragma once

#include <optional>
#include <string_view>

#include "core/option.hpp"
#include "core/range.hpp"
#include "core/state.hpp"
#include "core/target.hpp"

// What the options of a target expect, checked against the metrics and facts of its kind.
namespace hale {

/// Adds `[METRIC=]RANGE` to the thresholds of `target`, as its `level`, which is &Threshold::warning or
/// &Threshold::critical; it replaces an earlier range of the same level and metric. Without METRIC it is the response
/// time. An empty value adds nothing. False when it is a default for a metric that the kind does not have. Throws
/// UsageError, which begins with `flag`.
bool add_threshold(Target& target, std::string_view flag, std::optional<Range> Threshold::*level,
                   std::string_view value, OptionOrigin origin);

/// Adds the condition `text` to the expectations of `target`, which gets the state `otherwise` when it does not hold.
/// False when it is a default about a name that the kind does not have. Throws UsageError, which begins with `flag`.
bool add_condition(Target& target, std::string_view flag, std::string_view text, State otherwise, OptionOrigin origin);

}  // namespace hale
