#pragma once

#include <optional>

#include "net/clock.hpp"

namespace hale::testing {

/// While it lives, hale in this process has this clock: it stands still while anybody has something to do, and jumps to
/// the next timer of the loop, or the next byte of a dripping server, when everybody waits. So a test knows every
/// length of time to the nanosecond, however slow the machine is. Make it before the fake servers.
///
/// It knows what FakeServer and FakeNameServer wait for and takes any other thread to be at work. It does not know when
/// a process has something to do. libcurl and c-ares have timers by the machine's clock, which follow from the target's
/// time: it must be so long there that the machine does not come to it while the fake clock jumps. A peer that never
/// stops talking makes it stand still for ever.
class FakeClock final : private Clock::Source {
 public:
  FakeClock();
  ~FakeClock();
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

 private:
  Clock::time_point now() override { return now_; }
  Clock::duration sleep(Clock::duration left) override;
  void run(asio::io_context& context) override;
  bool jump();

  Clock::time_point now_{};
  std::optional<Clock::time_point> next_timer_{};  ///< of the loop, when it has looked since everybody waits
};

}  // namespace hale::testing
