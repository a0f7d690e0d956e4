#pragma once

#include <chrono>

#include "core/quantity.hpp"
#include "tests/support/program.hpp"

// For tests that use the system's clock, because a process or a library with its own clock is involved.
namespace hale::testing {

/// How far past its deadline hale may end. tests/bench/deadline measures it; a test cannot, because other programs may
/// be running.
inline constexpr Duration max_overrun = std::chrono::milliseconds(50);

/// How many times longer than that it may take on a busy machine.
inline constexpr int busy_machine_factor = 10;

/// A deadline that leaves a probe enough time, even on a busy machine, to reach the step in which it is to wait.
inline constexpr Duration long_timeout = std::chrono::seconds(2);
inline constexpr const char* long_timeout_text = "2s";  ///< as the argument of -t or --deadline

/// True when something that took `length` and had this deadline exceeded it by no more than a busy machine explains.
inline bool ends_in_time(Duration length, Duration deadline) {
  return length <= busy_machine_factor * (deadline + max_overrun);
}
inline bool ends_in_time(const Finished& finished, Duration deadline) {
  return ends_in_time(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(finished.seconds)), deadline);
}

}  // namespace hale::testing
