#include "core/quantity.hpp"

#include <cmath>

#include "base/number.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  if (const auto number = parse_number(text)) {
    check(std::isfinite(*number));
    check(parse_number(format_decimal(*number)).has_value());
  }
  if (const auto quantity = parse_quantity(text)) {
    check(std::isfinite(quantity->value));
    check(!format_human(*quantity).empty());
  }
  if (const auto duration = parse_duration(text)) {
    check(*duration > Duration::zero() && *duration <= std::chrono::hours(24 * 366));
    check(!format_human(*duration).empty());
  }
}
