#pragma once

#include <functional>
#include <optional>

#include "net/loop.hpp"

namespace hale {

/// Serves a foreign library that says which descriptors and which timer it waits for: a private epoll and a timerfd, so
/// that the loop itself watches one descriptor, whatever the library opens and closes.
class FdWatcher {
 public:
  /// `on_ready(descriptor, readable, writable)`; `on_time()` when the timer is due.
  FdWatcher(Loop& loop, std::function<void(int, bool, bool)> on_ready, std::function<void()> on_time);
  FdWatcher(const FdWatcher&) = delete;
  FdWatcher& operator=(const FdWatcher&) = delete;
  ~FdWatcher();

  /// From now on `descriptor` is waited for; both false ends that.
  void want(int descriptor, bool readable, bool writable);

  /// The timer is due after `delay`; nothing stops it.
  void set_timer(std::optional<std::chrono::milliseconds> delay);

  /// Keeps the watch going while at least one holder stands; each start() is followed by one stop().
  void start();
  void stop();

 private:
  Task<void> serve();
  void handle_events();

  Loop& loop_;
  std::function<void(int, bool, bool)> on_ready_;
  std::function<void()> on_time_;
  int events_;
  int timer_;
  int holders_ = 0;
  bool serving_ = false;
};

}  // namespace hale
