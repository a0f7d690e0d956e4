#pragma once

#include <chrono>

#include <asio/io_context.hpp>

namespace hale {

/// The clock of the loop and of all that it times: the machine's steady clock, unless a test puts another in its place.
class Clock {
 public:
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  /// What a test puts in the machine's place. All is called on the loop's thread.
  class Source {
   public:
    virtual time_point now() = 0;

    /// The first of the loop's timers is due in `left`. Returns for how long, by the machine's clock, the loop may
    /// sleep before it looks at its timers again; no time is zero or less.
    virtual duration sleep(duration left) = 0;

    /// Runs `context` until it is stopped or has nothing left to do, as its own run() does.
    virtual void run(asio::io_context& context) = 0;

   protected:
    ~Source() = default;
  };

  static time_point now() {
    return source == nullptr ? time_point(std::chrono::steady_clock::now().time_since_epoch()) : source->now();
  }

  /// Null for the machine's clock. Not owned; it may change only while no loop runs and no timer waits.
  static inline Source* source = nullptr;
};

}  // namespace hale
