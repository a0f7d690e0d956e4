#pragma once

#include <stdexcept>
#include <string>

#include "base/usage_error.hpp"
#include "core/state.hpp"

namespace hale {

/// The target is not healthy, in its own words. Ends a probe early; the runner adds the phase.
class Unhealthy : public std::runtime_error {
 public:
  explicit Unhealthy(const std::string& words, State state = State::critical)
      : std::runtime_error(words), state_(state) {}

  State state() const { return state_; }

 private:
  State state_;
};

}  // namespace hale
