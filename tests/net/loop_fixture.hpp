#pragma once

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>

#include "net/context.hpp"

namespace hale::testing {

/// A loop and the context of one probe, with a deadline that no test reaches.
struct LoopFixture {
  explicit LoopFixture(Family family = Family::any, Duration time = std::chrono::seconds(10))
      : context(loop, family, Clock::now(), Clock::now() + time) {}

  /// Runs `task` to its end and returns its result; throws what it throws.
  template <typename T>
  T run(Task<T> task) {
    std::exception_ptr failure;
    T result{};
    asio::co_spawn(loop.io(), std::move(task), [&](std::exception_ptr thrown, T value) {
      failure = thrown;
      result = std::move(value);
    });
    loop.io().restart();
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return result;
  }

  Loop loop;
  ProbeContext context;
};

}  // namespace hale::testing
