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

namespace hale::testing {
namespace {

/// A thread that waits.
struct Wait {
  std::vector<pollfd> polled;
  std::optional<Clock::time_point> end;  ///< of a pause
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

/// Notes the calling thread's wait while it lives.
class Note {
 public:
  explicit Note(Wait wait) {
    const std::scoped_lock lock(waits().mutex);
    place_ = waits().all.insert(waits().all.end(), std::move(wait));
  }
  ~Note() {
    const std::scoped_lock lock(waits().mutex);
    waits().all.erase(place_);
  }
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;

 private:
  std::list<Wait>::iterator place_;
};

std::size_t entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// The most that the kernel holds back until it hears that earlier bytes have come (RFC 896): less than a segment,
/// which is no longer than this. Where more is unsent, the other side takes nothing.
constexpr int segment = 65536;

/// True when bytes were sent on `descriptor` of which the other side's system does not have all yet. It may hold back
/// for 40 ms that it has them; where both sides are in this process, the option has it say so before the next look.
bool is_under_way(int descriptor) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 || protocol != IPPROTO_TCP) return false;
  const int at_once = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &at_once, sizeof at_once);
  int unacknowledged = 0;
  int unsent = 0;
  return ::ioctl(descriptor, SIOCOUTQ, &unacknowledged) == 0 && ::ioctl(descriptor, SIOCOUTQNSD, &unsent) == 0 &&
         unacknowledged > unsent && unsent < segment;
}

bool anything_under_way() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  // All are looked at, for it makes the other side of one speak.
  return std::count_if(begin(all), end(all),
                       [](const auto& entry) { return is_under_way(std::stoi(entry.path().filename().string())); }) > 0;
}

bool has_come(Wait& wait, Clock::time_point now) {
  return (wait.end && *wait.end <= now) || ::poll(wait.polled.data(), wait.polled.size(), 0) != 0;
}

}  // namespace

int wait_for(std::span<pollfd> polled, std::optional<std::chrono::milliseconds> limit) {
  const Note note({{polled.begin(), polled.end()}, std::nullopt});
  return ::poll(polled.data(), polled.size(), limit ? static_cast<int>(limit->count()) : -1);
}

bool stopped_within(int stop, std::chrono::milliseconds pause) {
  pollfd polled{stop, POLLIN, 0};
  const std::optional<Clock::time_point> begin = fake_now();
  if (!begin) return wait_for({&polled, 1}, pause) > 0;
  const Note note({{polled}, *begin + pause});
  // Nobody wakes those who pause: they look at the clock again and again.
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
  return entries("/proc/self/task") == all.size() + 1 &&
         std::none_of(all.begin(), all.end(), [now](Wait& wait) { return has_come(wait, now); }) &&
         !anything_under_way();
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
