#include "tests/support/waits.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "base/number.hpp"

namespace hale::testing {
namespace {

/// What one thread waits for.
struct Wait {
  std::vector<pollfd> polled;
  std::optional<Clock::time_point> end;  ///< of a pause, by the fake clock
};

struct Waits {
  std::mutex mutex;
  std::list<Wait> all;
  std::optional<Clock::time_point> now;
};

Waits& waits() {
  static Waits waits;
  return waits;
}

std::optional<Clock::time_point> fake_now() {
  const std::scoped_lock lock(waits().mutex);
  return waits().now;
}

/// Records the wait of the calling thread while it exists.
class RecordedWait {
 public:
  explicit RecordedWait(Wait wait) {
    const std::scoped_lock lock(waits().mutex);
    position_ = waits().all.insert(waits().all.end(), std::move(wait));
  }
  ~RecordedWait() {
    const std::scoped_lock lock(waits().mutex);
    waits().all.erase(position_);
  }
  RecordedWait(const RecordedWait&) = delete;
  RecordedWait& operator=(const RecordedWait&) = delete;

 private:
  std::list<Wait>::iterator position_;
};

std::size_t count_entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// The kernel may hold back less than one segment until earlier data is acknowledged (Nagle's algorithm, RFC 896), and
/// no segment is larger than this. If more is unsent, the peer does not read.
constexpr int max_segment = 65536;

/// True when data sent on `descriptor` has not reached the peer's kernel yet. The peer's kernel may delay its
/// acknowledgement by 40 ms; TCP_QUICKACK, set on the peer's socket if that is in this process, makes it send it before
/// the next check.
bool is_in_flight(int descriptor) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 || protocol != IPPROTO_TCP) return false;
  const int enabled = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &enabled, sizeof enabled);
  int unacknowledged = 0;
  int unsent = 0;
  return ::ioctl(descriptor, SIOCOUTQ, &unacknowledged) == 0 && ::ioctl(descriptor, SIOCOUTQNSD, &unsent) == 0 &&
         unacknowledged > unsent && unsent < max_segment;
}

bool is_anything_in_flight() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  // count_if and not any_of: checking one end of a connection also acknowledges for the other end.
  return std::count_if(begin(all), end(all), [](const auto& entry) {
           return is_in_flight(parse_integer<int>(entry.path().filename().string()).value_or(-1));
         }) > 0;
}

bool has_happened(Wait& wait, Clock::time_point now) {
  return (wait.end && *wait.end <= now) || ::poll(wait.polled.data(), wait.polled.size(), 0) != 0;
}

}  // namespace

int wait_for(std::span<pollfd> polled, std::optional<std::chrono::milliseconds> limit) {
  const RecordedWait wait({{polled.begin(), polled.end()}, std::nullopt});
  return ::poll(polled.data(), polled.size(), limit ? static_cast<int>(limit->count()) : -1);
}

bool stopped_within(int stop, std::chrono::milliseconds pause) {
  pollfd polled{stop, POLLIN, 0};
  const std::optional<Clock::time_point> begin = fake_now();
  if (!begin) return wait_for({&polled, 1}, pause) > 0;
  const RecordedWait wait({{polled}, *begin + pause});
  // Nothing wakes this thread when the fake clock jumps, so it polls the clock.
  for (auto now = begin; now && *now < *begin + pause; now = fake_now()) {
    if (::poll(&polled, 1, 1) > 0) return true;
  }
  return false;
}

void record_time(std::optional<Clock::time_point> now) {
  const std::scoped_lock lock(waits().mutex);
  waits().now = now;
}

bool all_wait() {
  const std::scoped_lock lock(waits().mutex);
  std::list<Wait>& all = waits().all;
  const Clock::time_point now = waits().now.value_or(Clock::time_point::min());
  return count_entries("/proc/self/task") == all.size() + 1 &&
         std::none_of(all.begin(), all.end(), [now](Wait& wait) { return has_happened(wait, now); }) &&
         !is_anything_in_flight();
}

std::optional<Clock::time_point> next_pause_end() {
  const std::scoped_lock lock(waits().mutex);
  std::optional<Clock::time_point> next;
  for (const Wait& wait : waits().all) {
    if (wait.end && (!next || *wait.end < *next)) next = wait.end;
  }
  return next;
}

}  // namespace hale::testing
