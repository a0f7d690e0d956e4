#pragma once

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/timer.hpp"

namespace hale {

/// Something that happens once and that one coroutine waits for.
class Event {
 public:
  explicit Event(Executor executor) : timer_(executor, Clock::time_point::max()) {}

  /// Ends the wait, also one that has not begun.
  void set() {
    happened_ = true;
    timer_.cancel();
  }

  Task<void> wait() {
    if (happened_) co_return;
    std::error_code error;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
    // Both set() and the deadline end the timer's wait by cancelling it.
    if (!happened_) throw std::system_error(error);
  }

 private:
  Timer timer_;
  bool happened_ = false;
};

}  // namespace hale
