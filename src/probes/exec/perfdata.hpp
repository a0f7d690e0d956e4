#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"

namespace hale {

/// At most this many metrics are read.
inline constexpr std::size_t max_perfdata = 1000;

/// Parses performance data in the format of the Monitoring Plugins Development Guidelines, "Performance data":
/// `'label'=value[UOM];[warn];[crit];[min];[max]`, separated by blanks. Values are converted to base units (ms to
/// seconds, KB to bytes); an unknown unit is dropped. Words that are not metrics are skipped, as Icinga does.
std::vector<Metric> parse_perfdata(std::string_view text);

/// The parts of a plugin's output.
struct PluginOutput {
  std::string text;             ///< of the first line that is not blank, before the first "|"
  std::vector<Metric> metrics;  ///< from the perfdata of all lines
};

/// Splits a plugin's output as Nagios does (Nagios Core documentation, "Plugin API").
PluginOutput parse_plugin_output(std::string_view output);

}  // namespace hale
