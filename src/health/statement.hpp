#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/state.hpp"
#include "health/parts.hpp"

namespace hale::health {

/// What a body says, before the HTTP code is weighed.
struct Statement {
  std::optional<State> state;        ///< nothing when the body says nothing of health
  std::optional<State> whole_state;  ///< what the whole says of itself, apart from its components
  std::string whole;                 ///< the whole's word: "degraded"
  std::string reason;                ///< the whole's own, when it gives one
  Parts parts;
};

/// The statement of a whole that has no components.
Statement state_only(State state, std::string whole);

/// R3 to R10 for a JSON body. `code` is the HTTP code's own state (R9 looks at it).
Statement read_json(std::string_view json, State code);

/// R11: a text of one line that is a word or begins with one, or lines that name components.
Statement read_text(std::string_view text);

/// R11: the first of those alone.
Statement read_line(std::string_view line);

}  // namespace hale::health
