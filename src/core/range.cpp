#include "core/range.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::string_view forms = "not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit";

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw UsageError(fmt::format("{}: {}", sanitize(text), why));
}

Quantity parse_bound(std::string_view number, std::string_view range) {
  const auto quantity = parse_quantity(number);
  if (!quantity && number.starts_with('/')) {
    refuse(range, "the shell expanded an unquoted ~; quote the range: '~:10'");
  }
  if (!quantity) refuse(range, forms);
  return *quantity;
}

}  // namespace

bool Range::alerts(double value) const {
  const bool inside = value >= low && value <= high;
  return inside == alert_inside;
}

std::string Range::text() const {
  const std::string start = low == -infinity ? "~:" : low == 0 && high != infinity ? "" : format_decimal(low) + ":";
  return fmt::format("{}{}{}", alert_inside ? "@" : "", start, high == infinity ? "" : format_decimal(high));
}

Range parse_range(std::string_view text) {
  if (text.empty()) throw UsageError("empty range; use 10, 10:, ~:10, 10:20 or @10:20");
  Range range;
  std::string_view rest = text;
  if (rest.starts_with('@')) {
    range.alert_inside = true;
    rest.remove_prefix(1);
  }
  const std::size_t colon = rest.find(':');
  const std::string_view start = colon == std::string_view::npos ? std::string_view() : rest.substr(0, colon);
  const std::string_view end = colon == std::string_view::npos ? rest : rest.substr(colon + 1);
  if (start.empty() && end.empty()) refuse(text, forms);
  const Quantity low = start == "~" ? Quantity{-infinity} : start.empty() ? Quantity{0} : parse_bound(start, text);
  const Quantity high = end.empty() ? Quantity{infinity} : parse_bound(end, text);
  range.low = low.value;
  range.high = high.value;
  range.unit = high.unit != Unit::none ? high.unit : low.unit;
  const auto fits = [&](Quantity q) {
    return q.unit == range.unit || (q.unit == Unit::none && (q.value == 0 || std::isinf(q.value)));
  };
  if (!fits(low) || !fits(high)) refuse(text, "both ends of a range must have the same unit; use 10ms:20ms");
  if (range.low > range.high) {
    if (start.empty()) {
      refuse(text, fmt::format("0 to {0} is empty; use {0}: to alert below it, or ~:{0} to alert above it", end));
    }
    refuse(text, fmt::format("a range goes from low to high; use {0}:{1}, or @{0}:{1} to alert inside it", end, start));
  }
  return range;
}

}  // namespace hale
