#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hale {

/// The state of a target, ordered by severity: OK < UNKNOWN < WARNING < CRITICAL. UNKNOWN means that hale cannot tell.
enum class State : std::uint8_t { ok, unknown, warning, critical };

/// The more severe of the two.
constexpr State worst(State a, State b) { return std::max(a, b); }

/// "ok", "unknown", "warning" or "critical", as in JSON and in `-t 5s:unknown`.
std::string_view to_string(State state);

/// "OK", "UNKNOWN", "WARNING" or "CRITICAL", as at the beginning of a summary line.
std::string_view label(State state);

/// The exit code of the monitoring plugin guidelines: 0, 1, 2 or 3.
int exit_code(State state);

/// The state that `text` names, in upper or lower case; nothing for any other text.
std::optional<State> parse_state(std::string_view text);

}  // namespace hale
