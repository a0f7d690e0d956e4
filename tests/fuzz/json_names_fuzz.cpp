#include "probes/common/json_names.hpp"

#include <array>

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

/// The first line is a JSON pointer, the rest is a body.
void hale::fuzz::fuzz_one(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string pointer(text.substr(0, end));
  const std::array<std::string, 4> names{"json:" + pointer, "json-length:" + pointer, "json-type:" + pointer,
                                         "json:/a/0/b~1c"};
  check_json_name(names[0]);
  Observation observation;
  add_json_names(names, end == std::string_view::npos ? std::string_view() : text.substr(end + 1), observation);
  check(observation.facts.size() < names.size() && observation.metrics.size() <= observation.facts.size());
  for (const Fact& fact : observation.facts) check(is_utf8(fact.text));
}
