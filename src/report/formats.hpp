#pragma once

#include <string>

#include "core/output.hpp"
#include "core/result.hpp"

// One file per format; report() chooses.
namespace hale {

/// The summary line, then an aligned row a target; with `verbose` phases, measures and facts below each row.
std::string report_table(const Outcome& outcome, const Output& output);

/// One document of schema hale.report/1 (man/hale.report.schema.json), in the order typed, in base units.
std::string report_json(const Outcome& outcome, const Output& output);

/// `HALE STATE: summary | perfdata`, then one line a target; no other '|' (monitoring plugin guidelines).
std::string report_nagios(const Outcome& outcome, const Output& output);

}  // namespace hale
