#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/state.hpp"

namespace hale {

/// The user asked for something hale cannot do. what() is one line that says what to write instead.
/// Thrown only before the first packet.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The target is not well, in its own words. Ends a probe early; the runner adds the phase.
class Unhealthy : public std::runtime_error {
 public:
  explicit Unhealthy(const std::string& words, State state = State::critical)
      : std::runtime_error(words), state_(state) {}

  State state() const { return state_; }

 private:
  State state_;
};

}  // namespace hale
