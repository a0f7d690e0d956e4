#include "tests/support/fake_clock.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/waits.hpp"

namespace hale::testing {
namespace {

/// How long a look at the loop lasts, by the machine's clock, and after how many looks in a row that found nobody at
/// work the clock jumps. What one end of a connection says is at the other end within the system call; the looks are
/// for kernels that put it off.
constexpr std::chrono::milliseconds look(1);
constexpr int looks = 4;

/// Between two jumps, by the machine's clock, before a test is given up.
constexpr std::chrono::minutes longest_stand(5);

}  // namespace

FakeClock::FakeClock() {
  Clock::source = this;
  record_time(now_);
}

FakeClock::~FakeClock() {
  record_time(std::nullopt);
  Clock::source = nullptr;
}

Clock::duration FakeClock::sleep(Clock::duration left) {
  // A timer at the end of time is for those who wait for something else.
  next_timer_ = left < Clock::time_point::max() - now_ ? std::optional(now_ + left) : std::nullopt;
  return std::min<Clock::duration>(left, look);
}

void FakeClock::run(asio::io_context& context) {
  int quiet = 0;
  auto end = std::chrono::steady_clock::now() + longest_stand;
  while (!context.stopped()) {
    // run_one_for alone does not look at all when it was kept from it for so long.
    const bool at_work = context.poll_one() > 0 || context.run_one_for(look) > 0;
    if (at_work || !all_wait()) {
      quiet = 0;
    } else if (++quiet == 1) {
      next_timer_.reset();  // it may have been cancelled since; the loop looks again while the quiet lasts
    } else if (quiet > looks && jump()) {
      quiet = 0;
      end = std::chrono::steady_clock::now() + longest_stand;
    }
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the fake clock stands still");
  }
}

/// To the next moment at which something is due; false when nothing is.
bool FakeClock::jump() {
  std::optional<Clock::time_point> next = next_pause_end();
  if (next_timer_ && (!next || *next_timer_ < *next)) next = next_timer_;
  if (!next) return false;
  now_ = *next;
  record_time(now_);
  return true;
}

}  // namespace hale::testing
