#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hale {

using Duration = std::chrono::nanoseconds;

/// What a number counts. Values are always kept in the base unit: seconds, bytes, per cent.
enum class Unit : std::uint8_t { none, seconds, bytes, percent, counter };

/// The unit as perfdata and JSON write it: "", "s", "B", "%" or "c".
std::string_view symbol(Unit unit);

/// "a time", "a size in bytes", "a percentage", "a counter" or "a plain number": how a sentence names the unit.
std::string_view unit_noun(Unit unit);

/// A number and what it counts.
struct Quantity {
  double value = 0;
  Unit unit = Unit::none;
};

/// Reads a finite decimal number: sign, digits, point, exponent; no blanks, no hexadecimal. Nothing when `text` is
/// anything else.
std::optional<double> parse_number(std::string_view text);

/// Reads a number with an optional unit: ns us ms s m min h d w; B kB KB MB GB TB (powers of 1000), KiB MiB GiB TiB; %;
/// c. The value comes back in the base unit. Nothing when `text` is anything else.
std::optional<Quantity> parse_quantity(std::string_view text);

/// Reads a length of time above zero and at most a year; a bare number is in seconds. Nothing when `text` is anything
/// else.
std::optional<Duration> parse_duration(std::string_view text);

/// Three significant figures in a person's unit: "612 ms", "1.2 kB", "80 %", "12.4 d".
std::string format_human(Quantity quantity);
std::string format_human(Duration duration);

/// A plain decimal for machines: point, no exponent, at most nine digits behind it, no trailing zeros.
std::string plain(double value);

/// `duration` in seconds.
double seconds(Duration duration);

}  // namespace hale
