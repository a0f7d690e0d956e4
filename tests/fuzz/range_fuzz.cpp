#include "core/range.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  const Range range = parse_range(text);
  check(range.low <= range.high);
  check(range.alerts(range.low) == range.alert_inside);
  // The text of a range parses to the same range, without a unit, as perfdata needs it.
  Range again = parse_range(range.text());
  check(again.unit == Unit::none);
  check(again.alert_inside == range.alert_inside);
}
