#include "core/range.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  const Range range = parse_range(text);
  hold(range.low <= range.high);
  hold(range.alerts(range.low) == range.alert_inside);
  // What is printed is read back as the same range; perfdata carries no unit.
  Range again = parse_range(range.text());
  hold(again.unit == Unit::none);
  hold(again.alert_inside == range.alert_inside);
}
