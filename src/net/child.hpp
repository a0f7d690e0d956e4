#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/context.hpp"

namespace hale {

/// How a child process ended and what it said.
struct ChildEnd {
  int exit_code = 0;
  std::optional<int> signal{};  ///< that killed it; then there is no exit code
  std::string output;           ///< its standard output, at most `child_output_cap` bytes
  std::string errors;           ///< its standard error, likewise
};

inline constexpr std::size_t child_output_cap = 65536;

/// Runs `words[0]`, looked up in PATH, with the arguments `words`, in a process group of its own, standard input empty,
/// no descriptor of ours open. Waits for the process, not for the end of its output, which a grandchild may hold open;
/// then, as at the deadline, kills the whole group, which reap_children() or the loop's end reaps. Enters the phase
/// "run". Throws Unhealthy (UNKNOWN, with the system's words) when it cannot be started.
Task<ChildEnd> run_child(ProbeContext& context, std::vector<std::string> words);

/// Reaps the groups that were killed so far. What has not died within 20 ms is stuck in the kernel and left to die
/// later.
void reap_children(Loop& loop);

}  // namespace hale
