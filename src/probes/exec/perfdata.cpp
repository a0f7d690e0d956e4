#include "probes/exec/perfdata.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Removes the label and its '=' from the front of `rest`. Nothing when no metric begins here; then it has removed the
/// malformed word.
std::optional<std::string> take_label(std::string_view& rest) {
  std::string label;
  std::size_t end = 0;
  if (rest.starts_with('\'')) {
    const std::size_t quote = rest.find('\'', 1);
    end = quote == std::string_view::npos ? quote : quote + 1;
    if (quote != std::string_view::npos) label = rest.substr(1, quote - 1);
  } else {
    end = rest.find_first_of(std::string("='").append(blanks));
    label = rest.substr(0, end);
  }
  if (end >= rest.size() || rest[end] != '=' || trim(label).empty()) {
    rest.remove_prefix(std::min(rest.find_first_of(blanks), rest.size()));
    return std::nullopt;
  }
  rest.remove_prefix(end + 1);
  return label;
}

/// Divides by the inverse of a factor below 1, as parse_quantity() does for the value. No double is exactly 0.001, so a
/// product would be rounded differently, and 9ms could be below a limit of 9.
double scale(double bound, double factor) { return factor < 1 ? bound / std::round(1 / factor) : bound * factor; }

/// Parses a threshold, which is in the unit of the value, and converts it to the base unit. Nothing when it is not a
/// range.
std::optional<Range> parse_threshold(std::string_view text, double factor) {
  if (text.empty()) return std::nullopt;
  try {
    Range range = parse_range(text);
    if (range.unit != Unit::none) return std::nullopt;
    range.low = scale(range.low, factor);
    range.high = scale(range.high, factor);
    return range;
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

std::optional<Metric> parse_metric(std::string label, std::string_view fields_text) {
  const std::vector<std::string_view> fields = split(fields_text, ';');
  if (fields.size() > 6) return std::nullopt;
  const std::string_view value = fields[0];
  const std::size_t last_digit = value.find_last_of("0123456789.");
  if (last_digit == std::string_view::npos) return std::nullopt;
  const auto number = parse_number(value.substr(0, last_digit + 1));
  if (!number) return std::nullopt;
  for (std::size_t i = 3; i < fields.size(); ++i) {
    if (!fields[i].empty() && !parse_number(fields[i])) return std::nullopt;
  }
  Metric metric{std::move(label), parse_quantity(value).value_or(Quantity{*number})};
  const double factor = parse_quantity("1" + std::string(value.substr(last_digit + 1))).value_or(Quantity{1}).value;
  if (fields.size() > 1) metric.warning = parse_threshold(fields[1], factor);
  if (fields.size() > 2) metric.critical = parse_threshold(fields[2], factor);
  return metric;
}

}  // namespace

std::vector<Metric> parse_perfdata(std::string_view text) {
  std::vector<Metric> metrics;
  std::string_view rest = text;
  while (metrics.size() < max_perfdata) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    if (rest.empty()) break;
    auto label = take_label(rest);
    if (!label) continue;
    const std::size_t end = std::min(rest.find_first_of(blanks), rest.size());
    if (auto metric = parse_metric(std::move(*label), rest.substr(0, end))) metrics.push_back(std::move(*metric));
    rest.remove_prefix(end);
  }
  return metrics;
}

PluginOutput parse_plugin_output(std::string_view output) {
  PluginOutput result;
  std::string perfdata;
  bool first = true;
  bool only_perfdata = false;  // after a '|' in the long text, everything is perfdata
  for (const std::string_view line : split(output, '\n')) {
    if (first && trim(line).empty()) continue;
    const std::size_t bar = line.find('|');
    if (first) result.text = trim(line.substr(0, bar));
    if (only_perfdata) {
      perfdata.append(" ").append(line);
    } else if (bar != std::string_view::npos) {
      perfdata.append(" ").append(line.substr(bar + 1));
      only_perfdata = !first;
    }
    first = false;
  }
  result.metrics = parse_perfdata(perfdata);
  return result;
}

}  // namespace hale
