#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hale {

/// How well a target is, ordered by severity: OK < UNKNOWN < WARNING < CRITICAL. UNKNOWN is hale's own trouble.
enum class State : std::uint8_t { ok, unknown, warning, critical };

/// The more severe of the two.
constexpr State worst(State a, State b) { return std::max(a, b); }

/// "ok", "unknown", "warning" or "critical", as JSON and `-t 5s:unknown` spell it.
std::string_view word(State state);

/// "OK", "UNKNOWN", "WARNING" or "CRITICAL", as a summary line begins.
std::string_view label(State state);

/// The plugin convention's number: 0, 1, 2 or 3.
int exit_code(State state);

/// The state that `text` spells in any case, or nothing.
std::optional<State> parse_state(std::string_view text);

}  // namespace hale
