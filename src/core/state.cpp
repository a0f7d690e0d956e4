#include "core/state.hpp"

#include "base/text.hpp"

namespace hale {

std::string_view to_string(State state) {
  switch (state) {
    case State::ok: return "ok";
    case State::unknown: return "unknown";
    case State::warning: return "warning";
    case State::critical: return "critical";
  }
  return "unknown";
}

std::string_view label(State state) {
  switch (state) {
    case State::ok: return "OK";
    case State::unknown: return "UNKNOWN";
    case State::warning: return "WARNING";
    case State::critical: return "CRITICAL";
  }
  return "UNKNOWN";
}

int exit_code(State state) {
  switch (state) {
    case State::ok: return 0;
    case State::warning: return 1;
    case State::critical: return 2;
    case State::unknown: return 3;
  }
  return 3;
}

std::optional<State> parse_state(std::string_view text) {
  for (const State state : {State::ok, State::unknown, State::warning, State::critical}) {
    if (lower(text) == to_string(state)) return state;
  }
  return std::nullopt;
}

}  // namespace hale
