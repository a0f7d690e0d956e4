#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "core/quantity.hpp"

namespace hale {

/// A threshold range of the monitoring plugin guidelines: `10`, `10:`, `~:10`, `10:20`, `@10:20`; the alert is outside
/// the closed interval, with `@` inside it. Numbers may carry a unit (`500ms:2s`); bounds are kept in the base unit.
struct Range {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool alert_inside = false;
  Unit unit = Unit::none;  ///< none when no number carried a unit: then the measure's own base unit is meant

  /// True when `value`, in the base unit, is a reason to alert.
  bool alerts(double value) const;

  /// The shortest equal range in base units, which perfdata and JSON carry: an upper limit is a plain number.
  std::string text() const;

  friend bool operator==(const Range&, const Range&) = default;
};

/// Throws UsageError with what to write instead.
Range parse_range(std::string_view text);

}  // namespace hale
