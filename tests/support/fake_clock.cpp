#include "tests/support/fake_clock.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/waits.hpp"

namespace hale::testing {
namespace {

/// The loop is checked for this long, in real time, and the clock jumps after so many checks in a row that found all
/// threads waiting. On Linux loopback data arrives within the sender's system call; the repeated checks are for kernels
/// that delay it.
constexpr std::chrono::milliseconds check_time(1);
constexpr int idle_checks = 4;

/// The longest real time between two jumps; then the test fails.
constexpr std::chrono::minutes max_standstill(5);

}  // namespace

FakeClock::FakeClock() {
  Clock::source = this;
  record_time(now_);
}

FakeClock::~FakeClock() {
  record_time(std::nullopt);
  Clock::source = nullptr;
}

Clock::duration FakeClock::sleep(Clock::duration remaining) {
  // An Event waits with a timer that never expires.
  next_timer_ = remaining < Clock::time_point::max() - now_ ? std::optional(now_ + remaining) : std::nullopt;
  return std::min<Clock::duration>(remaining, check_time);
}

void FakeClock::run(asio::io_context& context) {
  int idle = 0;
  auto end = std::chrono::steady_clock::now() + max_standstill;
  while (!context.stopped()) {
    // run_one_for() does nothing when the thread was suspended for longer than its limit, so poll_one() comes first.
    const bool busy = context.poll_one() > 0 || context.run_one_for(check_time) > 0;
    if (busy || !all_wait()) {
      idle = 0;
    } else if (++idle == 1) {
      next_timer_.reset();  // it may have been cancelled; the loop sets it again during the next checks
    } else if (idle > idle_checks && jump()) {
      idle = 0;
      end = std::chrono::steady_clock::now() + max_standstill;
    }
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the fake clock does not move");
  }
}

/// Moves the clock to the next event; false when there is none.
bool FakeClock::jump() {
  std::optional<Clock::time_point> next = next_pause_end();
  if (next_timer_ && (!next || *next_timer_ < *next)) next = next_timer_;
  if (!next) return false;
  now_ = *next;
  record_time(now_);
  return true;
}

}  // namespace hale::testing
