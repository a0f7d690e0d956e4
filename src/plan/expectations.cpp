#include "plan/expectations.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/phase.hpp"

namespace hale {
namespace {

/// A measure or fact that a kind knows, as the catalogue describes it.
struct Known {
  bool is_metric = false;
  Unit unit = Unit::none;
  bool unit_is_open = false;  // a family's unit shows only in the answer
};

std::optional<Known> find_metric(const Kind& kind, std::string_view name) {
  if (name == time_metric) return Known{true, Unit::seconds};
  const auto names_it = [&](std::string_view phase) { return phase_metric(phase) == name; };
  if (std::any_of(kind.phases.begin(), kind.phases.end(), names_it)) return Known{true, Unit::seconds};
  if (const NameSpec* spec = find_name(kind.metrics, name)) return Known{true, spec->unit, spec->is_family()};
  return std::nullopt;
}

std::optional<Known> find_any(const Kind& kind, std::string_view name) {
  if (const auto metric = find_metric(kind, name)) return metric;
  if (find_name(kind.facts, name) != nullptr) return Known{};
  return std::nullopt;
}

/// Throws: the kind has no measure (or fact) of that name.
[[noreturn]] void refuse_name(const Kind& kind, std::string_view name, bool metrics_only) {
  std::vector<std::string> names{std::string(time_metric)};
  const auto add = [&](std::string_view known) {
    if (std::find(names.begin(), names.end(), known) == names.end()) names.emplace_back(known);
  };
  for (const std::string_view phase : kind.phases) add(phase_metric(phase));
  for (const NameSpec& spec : kind.metrics) add(fmt::format("{}{}", spec.name, spec.example));
  for (const NameSpec& spec : kind.facts) {
    if (!metrics_only) add(fmt::format("{}{}", spec.name, spec.example));
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view meant = closest_match(name, candidates);
  const std::string lead =
      fmt::format("{} targets have no {} {}", kind.name, metrics_only ? "measure" : "measure or fact", sanitize(name));
  if (!meant.empty()) throw UsageError(fmt::format("{}; did you mean {}?", lead, meant));
  throw UsageError(fmt::format("{}; they have {} (hale --help {})", lead, fmt::join(names, ", "), kind.name));
}

void check_unit(const Known& known, Unit unit, std::string_view name, std::string_view text) {
  if (unit == Unit::none || known.unit_is_open || unit == known.unit) return;
  throw UsageError(
      fmt::format("{}: {} is {}, not {}", sanitize(text), sanitize(name), unit_noun(known.unit), unit_noun(unit)));
}

void check_units(const Kind& kind, const Known& known, const Condition& condition) {
  if (condition.bound) check_unit(known, condition.bound->unit, condition.name, condition.text);
  // 80% may be a number or the text of a fact.
  if (find_name(kind.facts, condition.name) != nullptr) return;
  for (const Alternative& one : condition.alternatives) {
    if (one.high) check_unit(known, one.high->unit, condition.name, condition.text);
  }
}

/// [MEASURE=]RANGE in two; the measure is the response time when none is named.
std::pair<std::string, std::string> split_threshold(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return {std::string(time_metric), std::string(text)};
  return {std::string(trim(text.substr(0, equals))), std::string(text.substr(equals + 1))};
}

Threshold& threshold_for(Target& target, std::string_view metric) {
  for (Threshold& threshold : target.thresholds) {
    if (threshold.metric == metric) return threshold;
  }
  return target.thresholds.emplace_back(Threshold{std::string(metric)});
}

bool add_range(Target& target, const OptionValue& given, ExpectationOrigin origin) {
  const std::string flag = given.option == "warning" ? "-w" : "-c";
  const auto [metric, text] = split_threshold(given.value);
  try {
    if (metric.empty()) throw UsageError(fmt::format("={}: write MEASURE=RANGE, or the range alone", sanitize(text)));
    const Range range = parse_range(text);
    const auto known = find_metric(*target.kind, metric);
    if (!known && origin == ExpectationOrigin::default_for_all) return false;
    if (!known) refuse_name(*target.kind, metric, true);
    check_unit(*known, range.unit, metric, text);
    Threshold& threshold = threshold_for(target, metric);
    (given.option == "warning" ? threshold.warning : threshold.critical) = range;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{} {}", flag, error.what()));
  }
  return true;
}

bool add_condition(Target& target, const OptionValue& given, ExpectationOrigin origin) {
  try {
    Condition condition = parse_condition(given.value);
    const auto known = find_any(*target.kind, condition.name);
    if (!known && origin == ExpectationOrigin::default_for_all) return false;
    if (!known) refuse_name(*target.kind, condition.name, false);
    if (known->is_metric) check_units(*target.kind, *known, condition);
    target.expectations.push_back(
        Expectation{std::move(condition), given.option == "prefer" ? State::warning : State::critical});
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--{}: {}", given.option, error.what()));
  }
  return true;
}

}  // namespace

bool add_expectation(Target& target, const OptionValue& given, ExpectationOrigin origin) {
  if (given.option != "warning" && given.option != "critical") return add_condition(target, given, origin);
  return given.value.empty() || add_range(target, given, origin);
}

}  // namespace hale
