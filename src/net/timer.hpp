#pragma once

#include <asio/basic_waitable_timer.hpp>

#include "net/clock.hpp"
#include "net/task.hpp"

namespace hale {

/// Tells asio how long to sleep until a timer expires.
struct TimerWait {
  static Clock::duration to_wait_duration(Clock::duration remaining) {
    return Clock::source == nullptr ? remaining : Clock::source->sleep(remaining);
  }
};

/// A timer of the loop, the type of all of hale's deadlines and pauses.
using Timer = asio::basic_waitable_timer<Clock, TimerWait, Executor>;

}  // namespace hale
