#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/choices.hpp"
#include "core/error.hpp"
#include "core/expectations.hpp"
#include "core/option.hpp"
#include "core/run_options.hpp"
#include "core/shell.hpp"
#include "core/target.hpp"

// A new option for every kind of target, or for the run, is a row at the end of this file and the function that applies
// it. The parser, --help, the manual and the completions read the rows.
namespace hale {
namespace {

// ---- options of a target

/// -t DUR[:STATE]
bool apply_timeout(Target& target, std::string_view value, OptionOrigin /*origin*/) {
  const std::size_t colon = value.find(':');
  const auto duration = parse_duration(value.substr(0, colon));
  if (!duration) throw UsageError(fmt::format("-t {}: invalid duration; use 5s, 500ms or 5s:unknown", sanitize(value)));
  std::optional<State> state = State::critical;
  if (colon != std::string_view::npos) state = parse_state(value.substr(colon + 1));
  if (!state) {
    throw UsageError(
        fmt::format("-t {}: the state after the colon must be ok, warning, critical or unknown", sanitize(value)));
  }
  target.timeout = *duration;
  target.timeout_state = *state;
  return true;
}

bool apply_warning(Target& target, std::string_view value, OptionOrigin origin) {
  return add_threshold(target, "-w", &Threshold::warning, value, origin);
}

bool apply_critical(Target& target, std::string_view value, OptionOrigin origin) {
  return add_threshold(target, "-c", &Threshold::critical, value, origin);
}

bool apply_expect(Target& target, std::string_view value, OptionOrigin origin) {
  return add_condition(target, "--expect", value, State::critical, origin);
}

bool apply_prefer(Target& target, std::string_view value, OptionOrigin origin) {
  return add_condition(target, "--prefer", value, State::warning, origin);
}

bool apply_name(Target& target, std::string_view value, OptionOrigin origin) {
  if (origin == OptionOrigin::default_for_all)
    throw UsageError("--name belongs to one target; put it after that target");
  if (trim(value).empty()) throw UsageError("--name is empty; use a name, such as --name db");
  target.name = trim(value);
  return true;
}

bool apply_ipv4(Target& target, std::string_view /*value*/, OptionOrigin /*origin*/) {
  target.family = Family::ipv4;
  return true;
}

bool apply_ipv6(Target& target, std::string_view /*value*/, OptionOrigin /*origin*/) {
  target.family = Family::ipv6;
  return true;
}

bool apply_each_address(Target& target, std::string_view /*value*/, OptionOrigin origin) {
  target.each_address = true;
  target.host_required = target.host_required || origin == OptionOrigin::own;
  return true;
}

// ---- options of the run

struct ColorSpec {
  ColorMode mode;
  std::string_view name;
};

constexpr auto color_table = std::to_array<ColorSpec>(
    {{ColorMode::automatic, "auto"}, {ColorMode::always, "always"}, {ColorMode::never, "never"}});

/// The row called `name`. The parser knows the choices, too, so that an unknown name is rare here.
template <const auto& table>
const auto& find_choice(std::string_view option, std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return row;
  }
  throw UsageError(
      fmt::format("{} {}: use {}", option, sanitize(name), join_with_or(split(Choices<table>::text, '|'))));
}

void apply_deadline(RunOptions& run, std::string_view value) {
  run.deadline = parse_duration(value);
  if (!run.deadline) throw UsageError(fmt::format("--deadline {}: invalid duration; use 30s", sanitize(value)));
}

void apply_format(RunOptions& run, std::string_view value) {
  run.format = find_choice<format_table>("--format", value).format;
}

void apply_for(RunOptions& run, std::string_view value) { run.caller = &find_choice<caller_table>("--for", value); }

void apply_verbose(RunOptions& run, std::string_view /*value*/) { run.verbose = true; }

void apply_quiet(RunOptions& run, std::string_view /*value*/) { run.quiet = true; }

void apply_color(RunOptions& run, std::string_view value) {
  run.color = find_choice<color_table>("--color", value).mode;
}

// ---- the table

constexpr auto option_table = std::to_array<OptionSpec>({
    {.name = "timeout",
     .letter = 't',
     .value = "DUR[:STATE]",
     .meaning =
         "how long a target may take, all steps together (10s); a target that takes longer is critical, or STATE",
     .apply = apply_timeout},
    {.name = "warning",
     .letter = 'w',
     .value = "[METRIC=]RANGE",
     .meaning = "warning when METRIC, by default the response time, is outside RANGE",
     .repeatable = true,
     .empty_is_unset = true,
     .apply = apply_warning},
    {.name = "critical",
     .letter = 'c',
     .value = "[METRIC=]RANGE",
     .meaning = "critical when METRIC, by default the response time, is outside RANGE",
     .repeatable = true,
     .empty_is_unset = true,
     .apply = apply_critical},
    {.name = "expect",
     .letter = 'e',
     .value = "COND",
     .meaning = "critical unless COND holds: NAME OP VALUE, where OP is = != ~ !~ < <= > or >=",
     .repeatable = true,
     .apply = apply_expect},
    {.name = "prefer",
     .value = "COND",
     .meaning = "warning unless COND holds",
     .repeatable = true,
     .apply = apply_prefer},
    {.name = "name", .value = "NAME", .meaning = "the target's name in every report", .apply = apply_name},
    {.name = "ipv4", .letter = '4', .meaning = "use IPv4 addresses only", .apply = apply_ipv4},
    {.name = "ipv6", .letter = '6', .meaning = "use IPv6 addresses only", .apply = apply_ipv6},
    {.name = "each-address",
     .meaning = "one result for every address of the host instead of one for the first that answers",
     .apply = apply_each_address},
    {.name = "deadline",
     .value = "DUR",
     .meaning = "how long the whole run may take",
     .scope = Scope::run,
     .apply_to_run = apply_deadline},
    {.name = "format",
     .value = "FORMAT",
     .meaning = "how the report is written",
     .scope = Scope::run,
     .choices = Choices<format_table>::text,
     .apply_to_run = apply_format},
    {.name = "for",
     .value = "CALLER",
     .meaning = "format, exit code and size as this caller of hale needs them",
     .scope = Scope::run,
     .choices = Choices<caller_table>::text,
     .apply_to_run = apply_for},
    {.name = "verbose",
     .letter = 'v',
     .meaning = "show phases, metrics and facts",
     .scope = Scope::run,
     .apply_to_run = apply_verbose},
    {.name = "quiet",
     .letter = 'q',
     .meaning = "print nothing; only the exit code tells the result",
     .scope = Scope::run,
     .apply_to_run = apply_quiet},
    {.name = "color",
     .value = "WHEN",
     .meaning = "colour in the report; auto means on a terminal",
     .scope = Scope::run,
     .choices = Choices<color_table>::text,
     .apply_to_run = apply_color},
    {.name = "help",
     .letter = 'h',
     .meaning = "show help; with a kind, as in hale --help http, help for that kind",
     .scope = Scope::run},
    {.name = "version",
     .letter = 'V',
     .meaning = "show the versions of hale and of its libraries",
     .scope = Scope::run},
    {.name = "manual", .meaning = "write the manual page (mdoc)", .scope = Scope::run},
    {.name = "completion",
     .value = "SHELL",
     .meaning = "write the completions for a shell",
     .scope = Scope::run,
     .choices = Choices<shell_table>::text},
});

}  // namespace

std::span<const OptionSpec> general_options() { return option_table; }

const OptionSpec* find_option(std::span<const OptionSpec> options, std::string_view name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const OptionSpec& spec) { return spec.name == name; });
  return found == options.end() ? nullptr : &*found;
}

}  // namespace hale
