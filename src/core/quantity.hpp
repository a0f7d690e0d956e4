#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hale {

using Duration = std::chrono::nanoseconds;

/// The unit of a number. Values are always in the base unit: seconds, bytes, per cent.
enum class Unit : std::uint8_t { none, seconds, bytes, percent, counter };

/// The unit as in perfdata and JSON: "", "s", "B", "%" or "c".
std::string_view symbol(Unit unit);

/// "a time", "a size in bytes", "a percentage", "a counter" or "a plain number", for messages.
std::string_view unit_noun(Unit unit);

/// A number with its unit.
struct Quantity {
  double value = 0;
  Unit unit = Unit::none;
};

/// Parses a number with an optional unit: ns us ms s m min h d w; B kB KB MB GB TB (powers of 1000), KiB MiB GiB TiB;
/// %; c. The value is in the base unit. Nothing for any other text.
std::optional<Quantity> parse_quantity(std::string_view text);

/// Parses a duration above zero and of at most a year; a number without a unit is in seconds. Nothing for any other
/// text.
std::optional<Duration> parse_duration(std::string_view text);

/// Three significant figures in a readable unit: "612 ms", "1.2 kB", "80 %", "12.4 d".
std::string format_human(Quantity quantity);
std::string format_human(Duration duration);

/// A decimal number for machines: no exponent, at most nine digits after the point, no trailing zeros.
std::string format_decimal(double value);

/// `duration` in seconds.
double seconds(Duration duration);

}  // namespace hale
