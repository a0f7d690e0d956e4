#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/quantity.hpp"
#include "net/timer.hpp"

namespace hale {

/// Calls `on_expiry` once, on the loop's thread, when `delay` has passed, unless the timer is destroyed first.
class OneShotTimer {
 public:
  OneShotTimer(Executor executor, Duration delay, std::function<void()> on_expiry)
      : timer_(executor, delay), state_(std::make_shared<State>(State{false, std::move(on_expiry)})) {
    timer_.async_wait([state = std::weak_ptr(state_)](std::error_code error) {
      const auto alive = state.lock();
      if (error || !alive) return;
      alive->expired = true;
      alive->on_expiry();
    });
  }

  /// True once `on_expiry` was called.
  bool expired() const { return state_->expired; }

 private:
  /// Shared with the handler, which asio may call after the timer is destroyed.
  struct State {
    bool expired;
    std::function<void()> on_expiry;
  };

  Timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace hale
