#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "plan/plan.hpp"

namespace hale {
namespace {

template <typename Row>
const Row& find_row(std::span<const Row> rows, std::string_view option, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Row& row : rows) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  throw UsageError(fmt::format("--{} {}: write {}", option, sanitize(name), join_with_or(names)));
}

/// --color beats NO_COLOR, which beats CLICOLOR_FORCE; else colour is for terminals that can show it.
bool wants_colour(std::string_view when, const Environment& environment) {
  if (when == "always" || when == "never") return when == "always";
  if (environment.variable("NO_COLOR")) return false;
  const auto force = environment.variable("CLICOLOR_FORCE");
  if (force && *force != "0") return true;
  return environment.stdout_is_terminal && environment.variable("TERM").value_or("dumb") != "dumb";
}

bool is_plugin(const Environment& environment) { return environment.program.starts_with("check_"); }

}  // namespace

Output plan_output(std::span<const OptionValue> run_options, const Environment& environment) {
  std::string_view caller_name = is_plugin(environment) ? "nagios" : "shell";
  std::string_view format_name;
  std::string_view colour = "auto";
  Output output;
  for (const OptionValue& given : run_options) {
    if (given.option == "for") caller_name = given.value;
    if (given.option == "format") format_name = given.value;
    if (given.option == "color") colour = given.value;
    if (given.option == "verbose") output.verbose = true;
    if (given.option == "quiet") output.quiet = true;
  }
  const Caller& caller = find_row(callers(), "for", caller_name);
  output.format = format_name.empty() ? caller.format : find_row(formats(), "format", format_name).format;
  output.worst_first = caller.worst_first;
  output.binary_exit = caller.binary_exit;
  output.limit = caller.limit;
  output.errors_on_stdout = caller.errors_on_stdout || output.format != Format::table;
  const bool for_eyes = output.format == Format::table && caller.limit == 0;
  output.colour = for_eyes && wants_colour(colour, environment);
  output.columns =
      for_eyes && environment.stdout_is_terminal ? static_cast<std::size_t>(std::max(environment.columns, 20)) : 0;
  return output;
}

Output error_output(std::span<const OptionValue> run_options, const Environment& environment) {
  try {
    return plan_output(run_options, environment);
  } catch (const UsageError&) {
    return plan_output({}, environment);
  }
}

int question_exit_code(const Environment& environment) { return is_plugin(environment) ? 3 : 0; }

}  // namespace hale
