#pragma once

#include <string>
#include <string_view>

#include "core/output.hpp"
#include "core/result.hpp"

// The report formats: one file each, and one row each in the table of formats.cpp.
namespace hale {

/// How one format is written: a row of the table behind --format. Its name and meaning are in core/output.hpp.
struct FormatRenderer {
  Format format;

  /// The whole report; never longer than `output.limit` unless the format cannot be cut.
  std::string (*render)(const Outcome& outcome, const Output& output);

  /// What is printed instead of a report when the command cannot be run: `message` is the reason, `outcome` has no
  /// results, only the time, host and version.
  std::string (*render_error)(std::string_view message, const Outcome& outcome, const Output& output);

  bool for_terminal = false;       ///< made for people: may be coloured and cut at the terminal's width
  bool prints_when_quiet = false;  ///< `render` is called with -q too, because the caller needs some output
};

/// The row of `format`. Every Format has one.
const FormatRenderer& find_renderer(Format format);

/// A summary line, then one aligned row per target; with `output.verbose` phases, metrics, facts and components below
/// each row.
std::string render_table(const Outcome& outcome, const Output& output);
std::string render_table_error(std::string_view message, const Outcome& outcome, const Output& output);

/// One document of schema hale.report/1 (man/hale.report.schema.json): targets in command-line order, numbers in base
/// units. It is never cut.
std::string render_json(const Outcome& outcome, const Output& output);
std::string render_json_error(std::string_view message, const Outcome& outcome, const Output& output);

/// `HALE STATE: summary | perfdata`, as the monitoring plugin guidelines require. With several targets or
/// `output.verbose` one line per target follows, worst first. There is no other '|'. Over the limit, targets are
/// dropped before perfdata. With `output.quiet` it is the first line only.
std::string render_nagios(const Outcome& outcome, const Output& output);
std::string render_nagios_error(std::string_view message, const Outcome& outcome, const Output& output);

/// application/health+json (draft-inadarei-api-health-check-06): a check for each target, each metric ("db:time") and
/// each component ("api/queue"). hale's own http probe reads it back as the same state with the same names. It is never
/// cut.
std::string render_health_json(const Outcome& outcome, const Output& output);
std::string render_health_json_error(std::string_view message, const Outcome& outcome, const Output& output);

}  // namespace hale
