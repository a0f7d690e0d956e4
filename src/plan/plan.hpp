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
#include "core/target.hpp"
#include "probes/probe.hpp"

namespace hale {

/// A target and the probe that will ask it.
struct Planned {
  Target target;
  std::unique_ptr<Probe> probe;
};

/// What was decided: nothing later looks at the command line or the environment.
struct Plan {
  std::vector<Planned> targets;
  std::optional<Duration> deadline;
  Output output;
  std::string host{};  ///< the machine or container that hale runs on
};

/// Decides everything that can be decided before the first packet. Throws UsageError with what to write instead.
Plan make_plan(const Command& command, std::span<const Kind* const> kinds, const Environment& environment);

/// How the report shall look. Throws UsageError for an unknown format or caller.
Output plan_output(std::span<const OptionValue> run_options, const Environment& environment);

/// The same for an error: when the options are themselves at fault, as if they had not been given.
Output error_output(std::span<const OptionValue> run_options, const Environment& environment);

/// What hale exits with after --help and --version: 0, but 3 as a plugin (monitoring plugin guidelines).
int question_exit_code(const Environment& environment);

}  // namespace hale
