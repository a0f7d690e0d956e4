#include <algorithm>
#include <string>

#include "core/error.hpp"
#include "core/option.hpp"
#include "core/run_options.hpp"
#include "plan/plan.hpp"

namespace hale {
namespace {

/// Terminals narrower than this get lines that wrap: there is no room for a table.
constexpr int min_columns = 20;

/// --color overrides NO_COLOR, which overrides CLICOLOR_FORCE. Without them a terminal that supports colour gets it.
/// https://no-color.org, https://bixense.com/clicolors
bool wants_colour(ColorMode mode, const Environment& environment) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  if (environment.variable("NO_COLOR")) return false;
  const auto force = environment.variable("CLICOLOR_FORCE");
  if (force && *force != "0") return true;
  return environment.stdout_is_terminal && environment.variable("TERM").value_or("dumb") != "dumb";
}

/// Called as check_hale, as monitoring plugins are.
bool is_plugin(const Environment& environment) { return environment.program.starts_with("check_"); }

const Caller& default_caller(const Environment& environment) {
  const std::string_view name = is_plugin(environment) ? "nagios" : "shell";
  return *std::find_if(caller_table.begin(), caller_table.end(), [&](const Caller& one) { return one.name == name; });
}

}  // namespace

RunOptions read_run_options(std::span<const OptionValue> given) {
  RunOptions run;
  for (const OptionValue& one : given) {
    const OptionSpec* spec = find_option(general_options(), one.option);
    if (spec != nullptr && spec->apply_to_run != nullptr) spec->apply_to_run(run, one.value);
  }
  return run;
}

Output plan_output(const RunOptions& run, const Environment& environment) {
  const Caller& caller = run.caller != nullptr ? *run.caller : default_caller(environment);
  Output output;
  output.format = run.format.value_or(caller.format);
  output.verbose = run.verbose;
  output.quiet = run.quiet;
  output.worst_first = caller.worst_first;
  output.binary_exit = caller.binary_exit;
  output.limit = caller.limit;
  output.errors_on_stdout = caller.errors_on_stdout || !format_spec(output.format).for_terminal;
  const bool for_person = format_spec(output.format).for_terminal && caller.limit == 0;
  output.colour = for_person && wants_colour(run.color, environment);
  if (for_person && environment.stdout_is_terminal)
    output.columns = static_cast<std::size_t>(std::max(environment.columns, min_columns));
  return output;
}

Output error_output(std::span<const OptionValue> run_options, const Environment& environment) {
  try {
    return plan_output(read_run_options(run_options), environment);
  } catch (const UsageError&) {
    return plan_output({}, environment);
  }
}

int question_exit_code(const Environment& environment) { return is_plugin(environment) ? 3 : 0; }

}  // namespace hale
