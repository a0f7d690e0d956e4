#pragma once

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>

#include "net/context.hpp"

namespace hale::testing {

/// A loop and one probe's view of it, without a deadline that a test would reach.
struct Bench {
  explicit Bench(Family family = Family::any, Duration time = std::chrono::seconds(10))
      : context(loop, family, Clock::now(), Clock::now() + time) {}

  /// Runs `task` to its end; throws what it throws.
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
