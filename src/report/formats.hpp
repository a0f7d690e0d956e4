#pragma once

#include <string>
#include <string_view>

#include "core/output.hpp"
#include "core/result.hpp"

// One file per format; report() chooses.
namespace hale {

/// The summary line, then an aligned row a target; with `verbose` phases, measures, facts and components below each
/// row.
std::string report_table(const Outcome& outcome, const Output& output);

/// One document of schema hale.report/1 (man/hale.report.schema.json), in the order typed, in base units.
std::string report_json(const Outcome& outcome, const Output& output);

/// The same document for a command that could not be run: state unknown, exit code 3, no targets.
std::string json_usage_error(std::string_view message, const Outcome& nothing);

/// application/health+json (draft-inadarei-api-health-check-06): a check for every target, every measure ("db:time")
/// and every component ("api/queue"). What hale's own http probe makes of it is the same state with the same names.
std::string report_health_json(const Outcome& outcome, const Output& output);

/// The same document for a command that could not be run.
std::string health_json_usage_error(std::string_view message, const Outcome& nothing);

/// `HALE STATE: summary | perfdata`, then, of several targets or with `verbose`, one line a target, worst first; no
/// other
/// '|' (monitoring plugin guidelines). Targets are left out before perfdata is. With `quiet` the first line alone.
std::string report_nagios(const Outcome& outcome, const Output& output);

/// The plugin's line for a command that could not be run.
std::string nagios_usage_error(std::string_view message);

}  // namespace hale
