#pragma once

#include <fmt/format.h>

#include "tests/support/program.hpp"

namespace hale::testing {

/// What `command` wrote to both streams with `input` on its standard input, and "exit N" in a last line unless N is 0.
inline std::string run_shell(const std::string& command, const std::string& input) {
  ProgramOptions options;
  options.input = input;
  const Finished finished = run_program({"sh", "-c", "exec 2>&1; " + command}, options);
  return finished.out + (finished.exit_code == 0 ? "" : fmt::format("exit {}\n", finished.exit_code));
}

}  // namespace hale::testing
