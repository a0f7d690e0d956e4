#pragma once

#include <asio/basic_waitable_timer.hpp>

#include "net/clock.hpp"
#include "net/task.hpp"

namespace hale {

/// How long asio lets the machine sleep until a timer is due.
struct TimerWait {
  static Clock::duration to_wait_duration(Clock::duration left) {
    return Clock::source == nullptr ? left : Clock::source->sleep(left);
  }
};

/// A timer of the loop: all of hale's deadlines and pauses are of this type.
using Timer = asio::basic_waitable_timer<Clock, TimerWait, Executor>;

}  // namespace hale
