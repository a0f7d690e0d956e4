#include "core/result.hpp"

namespace hale {

State Outcome::state() const {
  if (results.empty()) return State::unknown;
  State state = State::ok;
  for (const Result& result : results) state = worst(state, result.state);
  return state;
}

}  // namespace hale
