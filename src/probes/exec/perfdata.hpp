#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"

namespace hale {

/// The measures in performance data of the monitoring plugin guidelines:
/// `'label'=value[UOM];[warn];[crit];[min];[max]`, split by blanks. Values come back in base units (ms as seconds, KB
/// as bytes); an unknown unit is left away. What is no metric is passed over, as Icinga does; no more than
/// `perfdata_cap` metrics are read.
std::vector<Metric> parse_perfdata(std::string_view text);

inline constexpr std::size_t perfdata_cap = 1000;

/// A plugin's output, told apart as Nagios does: the text of the first line, and the perfdata of every line.
struct PluginOutput {
  std::string text;
  std::vector<Metric> metrics;
};
PluginOutput parse_plugin_output(std::string_view output);

}  // namespace hale
