#include "core/output.hpp"

#include <array>

namespace hale {
namespace {

constexpr std::array<FormatSpec, 4> format_table{{
    {Format::table, "table", "a summary line, then one row a target"},
    {Format::json, "json", "one JSON document, schema hale.report/1"},
    {Format::nagios, "nagios", "the monitoring plugin line with perfdata, then one line a target"},
    {Format::health_json, "health+json",
     "application/health+json (draft-inadarei-api-health-check-06), every measure a check"},
}};

constexpr std::array<Caller, 4> caller_table{{
    {"shell", "a person or a script: table, exit code 0 to 3", Format::table, false, false, 0, false},
    {"docker", "HEALTHCHECK: exit 0 for OK and WARNING, else 1; worst first, under 4096 bytes", Format::table, true,
     true, 4095, true},
    {"nagios", "Nagios, Icinga, NRPE, monit: plugin output on stdout alone, exit code 0 to 3, under 4096 bytes",
     Format::nagios, false, true, 4095, true},
    {"kubernetes", "exec probes: exit 0 for OK and WARNING, else 1; worst first, under 10 KiB", Format::table, true,
     true, 10239, true},
}};

}  // namespace

std::span<const FormatSpec> formats() { return format_table; }
std::span<const Caller> callers() { return caller_table; }

int exit_code(State state, const Output& output) {
  if (!output.binary_exit) return exit_code(state);
  return state == State::ok || state == State::warning ? 0 : 1;
}

}  // namespace hale
