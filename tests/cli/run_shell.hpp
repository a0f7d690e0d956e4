#pragma once

#include <fmt/format.h>

#include "tests/support/program.hpp"

namespace hale::testing {

/// The output of `command` on both streams with `input` on its standard input, and a last line "exit N" unless N is 0.
inline std::string run_shell(const std::string& command, const std::string& input) {
  ProgramOptions options;
  options.input = input;
  const Finished finished = run_program({"sh", "-c", "exec 2>&1; " + command}, options);
  return finished.out + (finished.exit_code == 0 ? "" : fmt::format("exit {}\n", finished.exit_code));
}

}  // namespace hale::testing
