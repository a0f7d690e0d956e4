#pragma once

#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace hale::testing {

/// Runs the binary with `words`. Its environment is only `options.environment`, so that a PGPASSWORD or NO_COLOR of the
/// caller makes no difference.
Finished run_hale(std::vector<std::string> words, ProgramOptions options = {});

/// The command line and environment that run_hale() uses, for a Program that a test inspects while it runs.
std::vector<std::string> hale_command(std::vector<std::string> words);
ProgramOptions hale_options(ProgramOptions options = {});

/// `report` without what differs between two runs: durations become TIME, several blanks become one.
std::string normalize_report(const std::string& report);

/// Waits until no process has `variable` ("NAME=text") in its environment; false when one still does after `max_wait`.
/// It has to wait because a killed grandchild may be reaped by the system and not by hale.
bool no_process_with(const std::string& variable);

}  // namespace hale::testing
