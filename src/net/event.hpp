#pragma once

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/timer.hpp"

namespace hale {

/// An event that happens once and that at most one coroutine waits for.
class Event {
 public:
  explicit Event(Executor executor) : timer_(executor, Clock::time_point::max()) {}

  /// Ends wait(), including one that begins later.
  void set() {
    set_ = true;
    timer_.cancel();
  }

  /// Returns once set() was called. Throws std::system_error at the deadline.
  Task<void> wait() {
    if (set_) co_return;
    std::error_code error;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
    // Both set() and the deadline cancel the timer's wait, so the error does not tell them apart.
    if (!set_) throw std::system_error(error);
  }

 private:
  Timer timer_;
  bool set_ = false;
};

}  // namespace hale
