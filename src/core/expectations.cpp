#include "core/expectations.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/phase.hpp"

namespace hale {
namespace {

/// How a kind declares a metric or a fact.
struct Declared {
  bool is_metric = false;
  Unit unit = Unit::none;
  bool has_any_unit = false;  ///< of a family: the unit is known only with the answer
};

std::optional<Declared> find_metric(const Kind& kind, std::string_view name) {
  if (name == time_metric) return Declared{.is_metric = true, .unit = Unit::seconds};
  const auto is_its_metric = [&](std::string_view phase) { return phase_metric(phase) == name; };
  if (std::any_of(kind.phases.begin(), kind.phases.end(), is_its_metric))
    return Declared{.is_metric = true, .unit = Unit::seconds};
  if (const NameSpec* spec = find_name(kind.metrics, name))
    return Declared{.is_metric = true, .unit = spec->unit, .has_any_unit = spec->is_family()};
  return std::nullopt;
}

std::optional<Declared> find_metric_or_fact(const Kind& kind, std::string_view name) {
  if (const auto metric = find_metric(kind, name)) return metric;
  if (find_name(kind.facts, name) != nullptr) return Declared{};
  return std::nullopt;
}

/// Throws: the kind has no metric (or fact) of that name.
[[noreturn]] void refuse_name(const Kind& kind, std::string_view name, bool metrics_only) {
  std::vector<std::string> names{std::string(time_metric)};
  const auto add = [&](std::string_view declared) {
    if (std::find(names.begin(), names.end(), declared) == names.end()) names.emplace_back(declared);
  };
  for (const std::string_view phase : kind.phases) add(phase_metric(phase));
  for (const NameSpec& spec : kind.metrics) add(fmt::format("{}{}", spec.name, spec.example));
  for (const NameSpec& spec : kind.facts) {
    if (!metrics_only) add(fmt::format("{}{}", spec.name, spec.example));
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view closest = closest_match(name, candidates);
  const std::string problem =
      fmt::format("{} targets have no {} {}", kind.name, metrics_only ? "metric" : "metric or fact", sanitize(name));
  if (!closest.empty()) throw UsageError(fmt::format("{}; did you mean {}?", problem, closest));
  throw UsageError(fmt::format("{}; they have {} (hale --help {})", problem, fmt::join(names, ", "), kind.name));
}

void check_unit(const Declared& declared, Unit unit, std::string_view name, std::string_view text) {
  if (unit == Unit::none || declared.has_any_unit || unit == declared.unit) return;
  throw UsageError(
      fmt::format("{}: {} is {}, not {}", sanitize(text), sanitize(name), unit_noun(declared.unit), unit_noun(unit)));
}

void check_units(const Kind& kind, const Declared& declared, const Condition& condition) {
  if (condition.bound) check_unit(declared, condition.bound->unit, condition.name, condition.text);
  // 80% may be a number or the text of a fact.
  if (find_name(kind.facts, condition.name) != nullptr) return;
  for (const Alternative& alternative : condition.alternatives) {
    if (alternative.high) check_unit(declared, alternative.high->unit, condition.name, condition.text);
  }
}

/// The metric and the range of [METRIC=]RANGE. The last '=' separates them: a JSON pointer may hold more.
std::pair<std::string, std::string> split_threshold(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return {std::string(time_metric), std::string(text)};
  return {std::string(trim(text.substr(0, equals))), std::string(text.substr(equals + 1))};
}

Threshold& threshold_for(Target& target, std::string_view metric) {
  for (Threshold& threshold : target.thresholds) {
    if (threshold.metric == metric) return threshold;
  }
  return target.thresholds.emplace_back(Threshold{.metric = std::string(metric)});
}

}  // namespace

bool add_threshold(Target& target, std::string_view flag, std::optional<Range> Threshold::*level,
                   std::string_view value, OptionOrigin origin) {
  if (value.empty()) return true;
  const auto [metric, text] = split_threshold(value);
  try {
    if (metric.empty())
      throw UsageError(fmt::format("={}: missing metric before \"=\"; use METRIC=RANGE or RANGE", sanitize(text)));
    const Range range = parse_range(text);
    const auto declared = find_metric(*target.kind, metric);
    if (!declared && origin == OptionOrigin::default_for_all) return false;
    if (!declared) refuse_name(*target.kind, metric, true);
    check_unit(*declared, range.unit, metric, text);
    threshold_for(target, metric).*level = range;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{} {}", flag, error.what()));
  }
  return true;
}

bool add_condition(Target& target, std::string_view flag, std::string_view text, State otherwise, OptionOrigin origin) {
  try {
    Condition condition = parse_condition(text);
    const auto declared = find_metric_or_fact(*target.kind, condition.name);
    if (!declared && origin == OptionOrigin::default_for_all) return false;
    if (!declared) refuse_name(*target.kind, condition.name, false);
    if (declared->is_metric) check_units(*target.kind, *declared, condition);
    target.expectations.push_back(Expectation{std::move(condition), otherwise});
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", flag, error.what()));
  }
  return true;
}

}  // namespace hale
