#include "core/quantity.hpp"

#include <cmath>

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  if (const auto number = parse_number(text)) {
    hold(std::isfinite(*number));
    hold(parse_number(plain(*number)).has_value());
  }
  if (const auto quantity = parse_quantity(text)) {
    hold(std::isfinite(quantity->value));
    hold(!format_human(*quantity).empty());
  }
  if (const auto duration = parse_duration(text)) {
    hold(*duration > Duration::zero() && *duration <= std::chrono::hours(24 * 366));
    hold(!format_human(*duration).empty());
  }
}
