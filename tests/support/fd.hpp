#pragma once

#include <chrono>
#include <string>

#include "base/fd.hpp"

namespace hale::testing {

/// The longest time that a test waits for anything; a longer wait is a failure.
inline constexpr std::chrono::seconds max_wait(10);

/// Throws std::runtime_error "WHAT: MESSAGE" with the system's message for `errno`.
[[noreturn]] void throw_errno(const std::string& what);

/// Both ends of a pipe, close-on-exec.
struct Pipe {
  Pipe();
  Fd read_end;
  Fd write_end;
};

/// The milliseconds until `end`, never below zero, as a timeout for poll(2).
int left_until(std::chrono::steady_clock::time_point end);

}  // namespace hale::testing
