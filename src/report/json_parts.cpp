#include "report/json_parts.hpp"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace hale {

std::string json_time(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(whole - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Json json_number(double value) {
  constexpr double max_exact = 9007199254740992;  // 2^53: larger integers are not exact in a double
  if (std::trunc(value) == value && std::abs(value) < max_exact) return static_cast<std::int64_t>(value);
  return value;
}

std::string json_text(const Json& document) {
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace hale
