#pragma once

#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace hale::testing {

/// Runs the binary with `words`. It finds no environment but `options.environment`, so that the machine's own
/// PGPASSWORD or NO_COLOR makes no difference.
Finished run_hale(std::vector<std::string> words, ProgramOptions options = {});

/// The whole command line and environment of run_hale, for a Program that is to be looked at while it runs.
std::vector<std::string> hale_words(std::vector<std::string> words);
ProgramOptions hale_options(ProgramOptions options = {});

/// A report without what differs between two runs: each length of time is TIME, blanks that align columns are one
/// blank.
std::string settled(const std::string& report);

/// True once no process has `variable` ("NAME=text") in its environment; waits for that, since a killed grandchild is
/// reaped by the system, not by hale.
bool nobody_left_with(const std::string& variable);

}  // namespace hale::testing
