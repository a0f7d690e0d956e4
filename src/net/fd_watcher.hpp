#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "base/fd.hpp"
#include "net/loop.hpp"

namespace hale {

/// Watches the descriptors and the timer of a library that does its own I/O and says which descriptors it waits for
/// (libcurl's multi interface, c-ares). The callbacks run on the loop's thread.
class FdWatcher {
 public:
  /// Calls `on_ready(descriptor, readable, writable)` as long as a descriptor is ready (level-triggered); an error or a
  /// hang-up counts as both. Calls `on_timer()` when the timer expires.
  FdWatcher(Loop& loop, std::function<void(int, bool, bool)> on_ready, std::function<void()> on_timer);

  /// Watches `descriptor`, which stays the library's, for these events from now on, instead of those of an earlier
  /// call. Both false ends that, and may come after the descriptor was closed.
  void watch(int descriptor, bool readable, bool writable);

  /// The timer expires once after `delay`; nothing stops it. Replaces an earlier delay.
  void set_timer(std::optional<std::chrono::milliseconds> delay);

  /// Each start() must be followed by one stop(). The loop has something to wait for, and callbacks are called, while
  /// more have started than stopped.
  void start();
  void stop();

 private:
  Task<void> serve();
  void handle_events();

  Loop& loop_;
  std::function<void(int, bool, bool)> on_ready_;
  std::function<void()> on_timer_;
  Fd epoll_;
  Fd timer_;
  int users_ = 0;
  bool serving_ = false;
};

}  // namespace hale
