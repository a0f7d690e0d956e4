#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/quantity.hpp"
#include "net/timer.hpp"

namespace hale {

/// Calls `ring` once when `delay` has passed, unless the alarm ends first.
class Alarm {
 public:
  Alarm(Executor executor, Duration delay, std::function<void()> ring)
      : timer_(executor, delay), state_(std::make_shared<State>(State{false, std::move(ring)})) {
    timer_.async_wait([state = std::weak_ptr(state_)](std::error_code error) {
      const auto alive = state.lock();
      if (error || !alive) return;
      alive->rang = true;
      alive->ring();
    });
  }

  bool rang() const { return state_->rang; }

 private:
  struct State {
    bool rang;
    std::function<void()> ring;
  };

  Timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace hale
