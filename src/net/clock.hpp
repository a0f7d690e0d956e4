#pragma once

#include <chrono>

#include <asio/io_context.hpp>

namespace hale {

/// The clock of the loop and of everything it times: the system's steady clock, unless a test replaces it.
class Clock {
 public:
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  /// A test's replacement for the system's clock. All functions are called on the loop's thread.
  class Source {
   public:
    virtual time_point now() = 0;

    /// The loop's next timer expires in `remaining`. Returns how long, by the system's clock, the loop may sleep before
    /// it checks its timers again; zero or less means not at all.
    virtual duration sleep(duration remaining) = 0;

    /// Runs `context` as its own run() does: until it is stopped or has nothing left to do.
    virtual void run(asio::io_context& context) = 0;

   protected:
    ~Source() = default;
  };

  static time_point now() {
    return source == nullptr ? time_point(std::chrono::steady_clock::now().time_since_epoch()) : source->now();
  }

  /// Null for the system's clock. Not owned. Must not change while a loop runs or a timer is pending.
  static inline Source* source = nullptr;
};

}  // namespace hale
