#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "core/environment.hpp"
#include "core/kind.hpp"
#include "core/output.hpp"
#include "core/run_options.hpp"
#include "core/target.hpp"
#include "probes/probe.hpp"

namespace hale {

/// A target and its probe.
struct Planned {
  Target target;
  std::unique_ptr<Probe> probe;
};

/// Everything that is decided before the first packet: later code reads neither the command line nor the environment.
struct Plan {
  std::vector<Planned> targets;        ///< in the order typed; at least one
  std::optional<Duration> deadline{};  ///< of the whole run
  Output output{};
  std::string host{};  ///< the name of the machine or container that hale runs on
};

/// Makes the plan of a command; sends nothing. Throws UsageError, which says what to use instead.
Plan make_plan(const Command& command, std::span<const Kind* const> kinds, const Environment& environment);

/// What the options of the run say, the last one of a name counting. Throws UsageError for an invalid value.
RunOptions read_run_options(std::span<const OptionValue> given);

/// How the report is written: `run`, completed by the program's name and the terminal.
Output plan_output(const RunOptions& run, const Environment& environment);

/// How an error is written. Options with an invalid value are ignored, all of them: the error may be about them.
Output error_output(std::span<const OptionValue> run_options, const Environment& environment);

/// The exit code after --help, --version and the like: 0, but 3 as a plugin, as the monitoring plugin guidelines ask.
int question_exit_code(const Environment& environment);

}  // namespace hale
