#pragma once

#include <stdexcept>
#include <string>

#include "base/usage_error.hpp"
#include "core/state.hpp"

namespace hale {

/// Thrown by a probe whose target is not healthy: ends the probe early. The runner adds the phase to the message.
class Unhealthy : public std::runtime_error {
 public:
  explicit Unhealthy(const std::string& message, State state = State::critical)
      : std::runtime_error(message), state_(state) {}

  State state() const { return state_; }

 private:
  State state_;
};

}  // namespace hale
