#include "probes/exec/perfdata.hpp"

#include <cmath>

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  const PluginOutput output = parse_plugin_output(text);
  check(output.text.find('\n') == std::string::npos);
  check(output.metrics.size() <= max_perfdata);
  for (const Metric& metric : output.metrics) {
    check(!trim(metric.name).empty());
    check(std::isfinite(metric.quantity.value));
    for (const auto& range : {metric.warning, metric.critical}) check(!range || range->low <= range->high);
  }
}
