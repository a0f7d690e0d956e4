#include "core/output.hpp"

namespace hale {

int exit_code(State state, const Output& output) {
  if (!output.binary_exit) return exit_code(state);
  return state == State::ok || state == State::warning ? 0 : 1;
}

}  // namespace hale
