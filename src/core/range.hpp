#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "core/quantity.hpp"

namespace hale {

/// A threshold range of the monitoring plugin guidelines: `10`, `10:`, `~:10`, `10:20`, `@10:20`. It alerts outside the
/// closed interval, with `@` inside it. Bounds may have a unit (`500ms:2s`); they are stored in the base unit.
struct Range {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool alert_inside = false;
  Unit unit = Unit::none;  ///< none when no bound has a unit: it is then the base unit of the metric

  /// True when `value`, in the base unit, raises the alert.
  bool alerts(double value) const;

  /// The shortest spelling of the range in base units, for perfdata and JSON.
  std::string text() const;

  friend bool operator==(const Range&, const Range&) = default;
};

/// Parses a range. Throws UsageError, which says what to use instead.
Range parse_range(std::string_view text);

}  // namespace hale
