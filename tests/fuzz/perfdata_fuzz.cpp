#include "probes/exec/perfdata.hpp"

#include <cmath>

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  const PluginOutput output = parse_plugin_output(text);
  hold(output.text.find('\n') == std::string::npos);
  hold(output.metrics.size() <= perfdata_cap);
  for (const Metric& metric : output.metrics) {
    hold(!trim(metric.name).empty());
    hold(std::isfinite(metric.quantity.value));
    for (const auto& range : {metric.warning, metric.critical}) hold(!range || range->low <= range->high);
  }
}
