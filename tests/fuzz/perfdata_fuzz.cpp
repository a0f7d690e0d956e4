#include "probes/exec/perfdata.hpp"

#include <cmath>

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  const PluginOutput output = parse_plugin_output(text);
  hold(output.text.find('\n') == std::string::npos);
  hold(output.measures.size() <= perfdata_cap);
  for (const Measure& measure : output.measures) {
    hold(!trim(measure.name).empty());
    hold(std::isfinite(measure.quantity.value));
    for (const auto& range : {measure.warning, measure.critical}) hold(!range || range->low <= range->high);
  }
}
