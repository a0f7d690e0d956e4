#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "net/context.hpp"

namespace hale {

/// How a child process ended and what it wrote.
struct ChildResult {
  int exit_code = 0;            ///< meaningless when a signal killed it
  std::optional<int> signal{};  ///< that killed it
  std::string output;           ///< its standard output, at most `max_child_output` bytes
  std::string errors;           ///< its standard error, at most `max_child_output` bytes
};

inline constexpr std::size_t max_child_output = 65536;

/// Runs the program `arguments[0]`, searched for in PATH, with `arguments` as its argv, in its own process group, with
/// an empty standard input and none of our descriptors. Waits for the process to exit, but not for the end of its
/// output, which a grandchild may keep open. Then, or at the deadline, the whole group is killed with SIGKILL and
/// reaped by reap_children() or at the end of the loop. Enters the phase "run". Throws Unhealthy (UNKNOWN, with the
/// system's message) when the program cannot be started.
Task<ChildResult> run_child(ProbeContext& context, std::vector<std::string> arguments);

/// Reaps the groups that run_child() has killed so far. Waits up to 20 ms for them; a process that is still alive then
/// is stuck in the kernel and is left to the system.
void reap_children(Loop& loop);

}  // namespace hale
