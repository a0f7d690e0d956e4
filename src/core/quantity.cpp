#include "core/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include <fmt/format.h>

namespace hale {
namespace {

struct Suffix {
  std::string_view text;
  Unit unit;
  double factor;
};

constexpr std::array<Suffix, 7> times{{{"ns", Unit::seconds, 1e-9},
                                       {"\u00b5s", Unit::seconds, 1e-6},
                                       {"ms", Unit::seconds, 1e-3},
                                       {"s", Unit::seconds, 1},
                                       {"min", Unit::seconds, 60},
                                       {"h", Unit::seconds, 3600},
                                       {"d", Unit::seconds, 86400}}};
constexpr std::array<Suffix, 5> sizes{{{"B", Unit::bytes, 1},
                                       {"kB", Unit::bytes, 1e3},
                                       {"MB", Unit::bytes, 1e6},
                                       {"GB", Unit::bytes, 1e9},
                                       {"TB", Unit::bytes, 1e12}}};
constexpr std::array<Suffix, 10> others{{{"w", Unit::seconds, 604800},
                                         {"m", Unit::seconds, 60},
                                         {"us", Unit::seconds, 1e-6},
                                         {"KB", Unit::bytes, 1e3},
                                         {"KiB", Unit::bytes, 1024.0},
                                         {"MiB", Unit::bytes, 1024.0 * 1024},
                                         {"GiB", Unit::bytes, 1024.0 * 1024 * 1024},
                                         {"TiB", Unit::bytes, 1024.0 * 1024 * 1024 * 1024},
                                         {"%", Unit::percent, 1},
                                         {"c", Unit::counter, 1}}};

std::optional<Suffix> find_suffix(std::string_view text) {
  for (const std::span<const Suffix> table :
       {std::span<const Suffix>(times), std::span<const Suffix>(sizes), std::span<const Suffix>(others)}) {
    for (const Suffix& suffix : table) {
      if (suffix.text == text) return suffix;
    }
  }
  return std::nullopt;
}

/// Three significant figures; whole digits are never lost, and plain() shows nine others at most.
double rounded(double value) {
  if (value == 0) return 0;
  const double digits = std::clamp(2 - std::floor(std::log10(std::abs(value))), 0.0, 9.0);
  const double step = std::pow(10, digits);
  return digits == 0 ? std::round(value) : std::round(value * step) / step;
}

/// `value` in the greatest of `suffixes` that it fills once it is rounded: 999.7 ms is 1 s.
std::string scaled(double value, std::span<const Suffix> suffixes, std::string_view base) {
  if (value == 0) return fmt::format("0 {}", base);
  const Suffix* suffix = &suffixes.front();
  for (const Suffix& greater : suffixes.subspan(1)) {
    if (std::abs(rounded(value / suffix->factor)) < std::round(greater.factor / suffix->factor)) break;
    suffix = &greater;
    value = std::copysign(std::max(std::abs(value), greater.factor), value);
  }
  return fmt::format("{} {}", plain(rounded(value / suffix->factor)), suffix->text);
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

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
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
  // Divided rather than multiplied by a fraction that no double holds: 700ms is 0.7 and nothing beside it.
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
    case Unit::seconds: return scaled(quantity.value, times, "s");
    case Unit::bytes: return scaled(quantity.value, sizes, "B");
    case Unit::percent: return plain(rounded(quantity.value)) + " %";
    case Unit::none:
    case Unit::counter: break;
  }
  return plain(quantity.value);
}

std::string format_human(Duration duration) { return format_human(Quantity{seconds(duration), Unit::seconds}); }

std::string plain(double value) {
  std::string text = fmt::format("{:.9f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace hale
