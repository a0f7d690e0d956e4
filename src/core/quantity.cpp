#include "core/quantity.hpp"

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

// Longest step first: scaled() takes the first that fits.
constexpr std::array<Suffix, 7> times{{{"d", Unit::seconds, 86400},
                                       {"h", Unit::seconds, 3600},
                                       {"min", Unit::seconds, 60},
                                       {"s", Unit::seconds, 1},
                                       {"ms", Unit::seconds, 1e-3},
                                       {"\u00b5s", Unit::seconds, 1e-6},
                                       {"ns", Unit::seconds, 1e-9}}};
constexpr std::array<Suffix, 5> sizes{{{"TB", Unit::bytes, 1e12},
                                       {"GB", Unit::bytes, 1e9},
                                       {"MB", Unit::bytes, 1e6},
                                       {"kB", Unit::bytes, 1e3},
                                       {"B", Unit::bytes, 1}}};
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

/// Three significant figures; whole digits are never lost.
std::string three_figures(double value) {
  const double size = std::abs(value);
  const double step = size >= 100 ? 1 : size >= 10 ? 10 : size >= 1 ? 100 : 1000;
  return plain(std::round(value * step) / step);
}

std::string scaled(double value, std::span<const Suffix> suffixes, std::string_view base) {
  if (value == 0) return fmt::format("0 {}", base);
  for (const Suffix& suffix : suffixes) {
    // Rounding must not push a value over its own unit: 999.7 ms is 1 s.
    const bool last = &suffix == &suffixes.back();
    if (last || std::abs(value) >= suffix.factor * 0.9995)
      return fmt::format("{} {}", three_figures(value / suffix.factor), suffix.text);
  }
  return {};
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

std::string_view spoken(Unit unit) {
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
  return Quantity{*number * suffix->factor, suffix->unit};
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr double year = 366.0 * 86400;
  const auto quantity = parse_quantity(text);
  if (!quantity || (quantity->unit != Unit::none && quantity->unit != Unit::seconds)) return std::nullopt;
  if (quantity->value <= 0 || quantity->value > year) return std::nullopt;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(quantity->value));
}

std::string for_person(Quantity quantity) {
  switch (quantity.unit) {
    case Unit::seconds: return scaled(quantity.value, times, "s");
    case Unit::bytes: return scaled(quantity.value, sizes, "B");
    case Unit::percent: return three_figures(quantity.value) + " %";
    case Unit::none:
    case Unit::counter: break;
  }
  return plain(quantity.value);
}

std::string for_person(Duration duration) { return for_person(Quantity{seconds(duration), Unit::seconds}); }

std::string plain(double value) {
  std::string text = fmt::format("{:.9f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace hale
