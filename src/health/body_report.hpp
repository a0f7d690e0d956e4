#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/state.hpp"
#include "health/component_set.hpp"

namespace hale::health {

/// What a body reports, before the HTTP code is taken into account. "Overall" is what it reports for the service as a
/// whole, as opposed to its components.
struct BodyReport {
  std::optional<State> state;          ///< the body's state, components included; nothing when it reports no health
  std::optional<State> overall_state;  ///< the overall state alone, when the body has one
  std::string overall;                 ///< the overall state in the body's own words: "degraded"
  std::string reason;                  ///< the body's reason for the overall state; may be empty
  ComponentSet components;
};

/// A report without components.
BodyReport state_only(State state, std::string overall);

/// R3 to R10 for a JSON body. `code` is the state of the HTTP code, which R9 needs. Invalid JSON is UNKNOWN.
BodyReport read_json(std::string_view json, State code);

/// R11: one line that is a state word or begins with one, or lines that each name a component.
BodyReport read_text(std::string_view text);

/// The first half of R11: one line that is a state word or begins with one.
BodyReport read_line(std::string_view line);

}  // namespace hale::health
