#include "core/quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/number.hpp"

namespace hale {
namespace {

/// A unit as typed, with its factor to the base unit.
struct Suffix {
  std::string_view text;
  Unit unit;
  double factor;
};

// Units for output, in ascending order: format_scaled() takes the largest that fits.
constexpr auto times = std::to_array<Suffix>({{"ns", Unit::seconds, 1e-9},
                                              {"\u00b5s", Unit::seconds, 1e-6},
                                              {"ms", Unit::seconds, 1e-3},
                                              {"s", Unit::seconds, 1},
                                              {"min", Unit::seconds, 60},
                                              {"h", Unit::seconds, 3600},
                                              {"d", Unit::seconds, 86400}});
constexpr auto sizes = std::to_array<Suffix>({{"B", Unit::bytes, 1},
                                              {"kB", Unit::bytes, 1e3},
                                              {"MB", Unit::bytes, 1e6},
                                              {"GB", Unit::bytes, 1e9},
                                              {"TB", Unit::bytes, 1e12}});
// Units for input only.
constexpr auto others = std::to_array<Suffix>({{"w", Unit::seconds, 604800},
                                               {"m", Unit::seconds, 60},
                                               {"us", Unit::seconds, 1e-6},
                                               {"KB", Unit::bytes, 1e3},
                                               {"KiB", Unit::bytes, 1024.0},
                                               {"MiB", Unit::bytes, 1024.0 * 1024},
                                               {"GiB", Unit::bytes, 1024.0 * 1024 * 1024},
                                               {"TiB", Unit::bytes, 1024.0 * 1024 * 1024 * 1024},
                                               {"%", Unit::percent, 1},
                                               {"c", Unit::counter, 1}});

std::optional<Suffix> find_suffix(std::string_view text) {
  for (const std::span<const Suffix> table :
       {std::span<const Suffix>(times), std::span<const Suffix>(sizes), std::span<const Suffix>(others)}) {
    for (const Suffix& suffix : table) {
      if (suffix.text == text) return suffix;
    }
  }
  return std::nullopt;
}

/// `value` with three significant figures, but all of its integer digits; format_decimal() shows at most nine others.
double round_for_display(double value) {
  if (value == 0) return 0;
  const double digits = std::clamp(2 - std::floor(std::log10(std::abs(value))), 0.0, 9.0);
  const double step = std::pow(10, digits);
  return digits == 0 ? std::round(value) : std::round(value * step) / step;
}

/// `value` in the largest unit in which it is at least 1 after rounding: 999.7 ms is 1 s.
std::string format_scaled(double value, std::span<const Suffix> suffixes, std::string_view base) {
  if (value == 0) return fmt::format("0 {}", base);
  const Suffix* suffix = &suffixes.front();
  for (const Suffix& greater : suffixes.subspan(1)) {
    if (std::abs(round_for_display(value / suffix->factor)) < std::round(greater.factor / suffix->factor)) break;
    suffix = &greater;
    value = std::copysign(std::max(std::abs(value), greater.factor), value);
  }
  return fmt::format("{} {}", format_decimal(round_for_display(value / suffix->factor)), suffix->text);
}

}  // namespace

std::string_view symbol(Unit unit) {
  switch (unit) {
    case Unit::none: return "";
    case Unit::seconds: return "s";
    case Unit::bytes: return "B";
    case Unit::percent: return "%";
    case Unit::counter: return "c";
  }
  return "";
}

std::string_view unit_noun(Unit unit) {
  switch (unit) {
    case Unit::none: return "a plain number";
    case Unit::seconds: return "a time";
    case Unit::bytes: return "a size in bytes";
    case Unit::percent: return "a percentage";
    case Unit::counter: return "a counter";
  }
  return "";
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  // An exponent's "e" belongs to the number, so the suffix is what follows the last digit or point.
  const std::size_t end = text.find_last_of("0123456789.");
  if (end == std::string_view::npos) return std::nullopt;
  const auto number = parse_number(text.substr(0, end + 1));
  const std::string_view suffix_text = text.substr(end + 1);
  if (!number) return std::nullopt;
  if (suffix_text.empty()) return Quantity{*number, Unit::none};
  const auto suffix = find_suffix(suffix_text);
  if (!suffix) return std::nullopt;
  // 1e-3 has no exact double. Dividing by 1000 gives exactly 0.7 for 700ms, multiplying by 1e-3 does not.
  const double value = suffix->factor < 1 ? *number / std::round(1 / suffix->factor) : *number * suffix->factor;
  if (!std::isfinite(value)) return std::nullopt;
  return Quantity{value, suffix->unit};
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr double year = 366.0 * 86400;
  const auto quantity = parse_quantity(text);
  if (!quantity || (quantity->unit != Unit::none && quantity->unit != Unit::seconds)) return std::nullopt;
  if (quantity->value <= 0 || quantity->value > year) return std::nullopt;
  const auto duration = std::chrono::round<Duration>(std::chrono::duration<double>(quantity->value));
  return std::max(duration, Duration(1));
}

std::string format_human(Quantity quantity) {
  switch (quantity.unit) {
    case Unit::seconds: return format_scaled(quantity.value, times, "s");
    case Unit::bytes: return format_scaled(quantity.value, sizes, "B");
    case Unit::percent: return format_decimal(round_for_display(quantity.value)) + " %";
    case Unit::none:
    case Unit::counter: break;
  }
  return format_decimal(quantity.value);
}

std::string format_human(Duration duration) { return format_human(Quantity{seconds(duration), Unit::seconds}); }

std::string format_decimal(double value) {
  std::string text = fmt::format("{:.9f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace hale
