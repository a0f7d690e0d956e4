#pragma once

#include <optional>

#include "net/clock.hpp"

namespace hale::testing {

/// While it exists, this process's hale uses this clock. It stands still while any thread has something to do, and
/// jumps to the next timer of the loop, or the next byte of a dripping server, when all threads wait. So a test knows
/// every duration to the nanosecond, however slow the machine is. Create it before the fake servers.
///
/// It knows what FakeServer and FakeNameServer wait for; any other thread counts as busy. It does not know what other
/// processes do. libcurl and c-ares have timers by the system's clock, derived from the target's timeout: such a
/// timeout must be so long that it does not expire in real time while the fake clock jumps. With a peer that never
/// stops sending the clock never moves.
class FakeClock final : private Clock::Source {
 public:
  FakeClock();
  ~FakeClock();
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

 private:
  Clock::time_point now() override { return now_; }
  Clock::duration sleep(Clock::duration remaining) override;
  void run(asio::io_context& context) override;
  bool jump();

  Clock::time_point now_{};
  std::optional<Clock::time_point> next_timer_{};  ///< of the loop; set once the loop has checked it while all wait
};

}  // namespace hale::testing
