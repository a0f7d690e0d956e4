#include "judge/judge.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "judge/version.hpp"

namespace hale {
namespace {

constexpr std::size_t max_quoted_bytes = 60;

/// Why the target is not OK: a claim, or a condition or range that failed.
struct Reason {
  State state = State::unknown;
  std::string text;
};

/// What the answer has under one name: a metric, a fact or both.
struct Subject {
  std::string_view name;
  const Metric* metric = nullptr;
  const Fact* fact = nullptr;
};

template <typename Item>
const Item* find_by_name(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

const Threshold* find_threshold(const Target& target, std::string_view metric) {
  const auto& all = target.thresholds;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Threshold& one) { return one.metric == metric; });
  return found == all.end() ? nullptr : &*found;
}

Absence find_absence(std::span<const NameSpec> names, std::string_view name, Absence otherwise) {
  const NameSpec* spec = find_name(names, name);
  return spec == nullptr ? otherwise : spec->absence;
}

/// True when a bound in `unit` can be compared with `quantity`.
bool fits(Unit unit, const Quantity& quantity) { return unit == Unit::none || unit == quantity.unit; }

[[noreturn]] void refuse_unit(const Subject& subject, std::string_view what, Unit unit) {
  throw Unhealthy(fmt::format("{} is {}, the {} is {}", subject.name, unit_noun(subject.metric->quantity.unit), what,
                              unit_noun(unit)),
                  State::unknown);
}

// ---- messages

/// The value as people read it, with all its digits where rounding would make it equal to `bound`.
std::string format_near(Quantity value, double bound) {
  std::string rounded = format_human(value);
  if (value.value == bound || rounded != format_human(Quantity{bound, value.unit})) return rounded;
  return fmt::format("{}{}{}", format_decimal(value.value), value.unit == Unit::none ? "" : " ", symbol(value.unit));
}

std::string abbreviate(std::string_view text) {
  if (text.empty()) return "empty";
  const std::string_view trimmed = trim(text);
  return trimmed.empty() ? "blank" : truncate_bytes(trimmed, max_quoted_bytes);
}

std::string format_actual(const Subject& subject, const Condition& condition) {
  if (condition.bound && subject.metric != nullptr)
    return format_near(subject.metric->quantity, condition.bound->value);
  if (subject.fact != nullptr) return abbreviate(subject.fact->text);
  return format_human(subject.metric->quantity);
}

std::string format_expected(const Condition& condition) {
  switch (condition.comparison) {
    case Comparison::equal: return condition.value;
    case Comparison::matches:
    case Comparison::not_matches: return fmt::format("{}{}", operator_text(condition.comparison), condition.value);
    default: return fmt::format("{} {}", operator_text(condition.comparison), condition.value);
  }
}

/// "the answer has no lag", with the reason when the probe gave one.
std::string format_missing(std::string_view what, std::string_view name, const Observation& observation) {
  const auto& notes = observation.notes;
  const auto note = std::find_if(notes.begin(), notes.end(), [&](const Note& each) { return each.about == name; });
  return fmt::format("the answer has no {}{}{}", what, name, note == notes.end() ? "" : ": " + note->why);
}

// ---- conditions

bool between(double value, const Alternative& alternative) {
  return value >= alternative.low->value && value <= alternative.high->value;
}

bool equals_fact(const Fact& fact, const Alternative& alternative) {
  if (fact.text == alternative.text) return true;
  if (!alternative.low || alternative.low->unit != Unit::none || alternative.high->unit != Unit::none) return false;
  if (is_version_name(fact.name)) return version_between(fact.text, alternative.text);
  const auto number = parse_number(fact.text);
  return number && between(*number, alternative);
}

bool equals(const Subject& subject, const Alternative& alternative) {
  if (subject.metric != nullptr && alternative.low) {
    const Quantity& quantity = subject.metric->quantity;
    if (fits(alternative.low->unit, quantity) && fits(alternative.high->unit, quantity))
      return between(quantity.value, alternative);
    if (subject.fact == nullptr) refuse_unit(subject, "expected value", alternative.high->unit);
  }
  if (subject.fact != nullptr) return equals_fact(*subject.fact, alternative);
  return format_decimal(subject.metric->quantity.value) == alternative.text;
}

bool compare(Comparison comparison, double difference) {
  switch (comparison) {
    case Comparison::less: return difference < 0;
    case Comparison::at_most: return difference <= 0;
    case Comparison::greater: return difference > 0;
    default: return difference >= 0;
  }
}

bool compare_fact(const Fact& fact, const Condition& condition) {
  if (fact.text.empty()) return false;
  if (condition.bound && !is_version_name(fact.name)) {
    const auto quantity = parse_quantity(fact.text);
    if (quantity && quantity->unit == condition.bound->unit)
      return compare(condition.comparison, quantity->value - condition.bound->value);
  }
  if (condition.bound && condition.bound->unit != Unit::none) {
    throw Unhealthy(fmt::format("{} is \"{}\", which is not {}", fact.name, abbreviate(fact.text),
                                unit_noun(condition.bound->unit)),
                    State::unknown);
  }
  const auto difference = compare_versions(fact.text, condition.value);
  if (!difference)
    throw Unhealthy(fmt::format("{} is \"{}\", which cannot be ordered", fact.name, abbreviate(fact.text)),
                    State::unknown);
  return compare(condition.comparison, *difference);
}

bool compare_subject(const Subject& subject, const Condition& condition) {
  if (subject.metric != nullptr && condition.bound && fits(condition.bound->unit, subject.metric->quantity)) {
    return compare(condition.comparison, subject.metric->quantity.value - condition.bound->value);
  }
  if (subject.fact != nullptr) return compare_fact(*subject.fact, condition);
  if (condition.bound) refuse_unit(subject, "bound", condition.bound->unit);
  const Fact number{std::string(subject.name), format_decimal(subject.metric->quantity.value)};
  return compare_fact(number, condition);
}

/// True when the condition is met. Throws Unhealthy(UNKNOWN) when the answer cannot be compared with its value.
bool holds(const Subject& subject, const Condition& condition) {
  switch (condition.comparison) {
    case Comparison::equal:
    case Comparison::not_equal: {
      const auto& all = condition.alternatives;
      const bool equal =
          std::any_of(all.begin(), all.end(), [&](const Alternative& one) { return equals(subject, one); });
      return equal != condition.negated();
    }
    case Comparison::matches:
    case Comparison::not_matches: {
      const std::string text =
          subject.fact != nullptr ? subject.fact->text : format_decimal(subject.metric->quantity.value);
      return condition.pattern->found_in(text) != condition.negated();
    }
    default: return compare_subject(subject, condition);
  }
}

/// Why the expectation is not met; nothing when it is.
std::optional<Reason> evaluate(const Expectation& expectation, const Target& target, const Observation& observation) {
  const Condition& condition = expectation.condition;
  Subject subject{condition.name, find_by_name(observation.metrics, condition.name),
                  find_by_name(observation.facts, condition.name)};
  const Fact empty{condition.name, ""};
  if (subject.metric == nullptr && subject.fact == nullptr) {
    const Absence as_metric = find_absence(target.kind->metrics, condition.name, Absence::unknown);
    switch (find_absence(target.kind->facts, condition.name, as_metric)) {
      case Absence::unknown: return Reason{State::unknown, format_missing("", condition.name, observation)};
      case Absence::failed:
        return Reason{expectation.otherwise,
                      fmt::format("{} is absent, expected {}", condition.name, format_expected(condition))};
      case Absence::empty: subject.fact = &empty;
    }
  }
  try {
    if (holds(subject, condition)) return std::nullopt;
  } catch (const Unhealthy& problem) {
    return Reason{problem.state(), problem.what()};
  }
  return Reason{expectation.otherwise, fmt::format("{} is {}, expected {}", condition.name,
                                                   format_actual(subject, condition), format_expected(condition))};
}

// ---- ranges

/// "time 612 ms is over 500 ms": how the metric violates the range.
std::string describe_breach(const Metric& metric, const Range& range) {
  const Quantity& quantity = metric.quantity;
  const auto limit = [&](double value) { return format_human(Quantity{value, quantity.unit}); };
  if (!range.alert_inside) {
    const bool over = quantity.value > range.high;
    const double crossed = over ? range.high : range.low;
    return fmt::format("{} {} is {} {}", metric.name, format_near(quantity, crossed), over ? "over" : "under",
                       limit(crossed));
  }
  const std::string value = fmt::format("{} {}", metric.name, format_human(quantity));
  if (std::isinf(range.low)) return fmt::format("{} is at most {}", value, limit(range.high));
  if (std::isinf(range.high)) return fmt::format("{} is at least {}", value, limit(range.low));
  return fmt::format("{} is within {} to {}", value, limit(range.low), limit(range.high));
}

bool fits(const std::optional<Range>& range, const Quantity& quantity) { return !range || fits(range->unit, quantity); }

/// The ranges for a metric whose own ranges are binding: the user's; without a user's range, the metric's.
Threshold binding_ranges(const Metric& metric, const Threshold* users) {
  Threshold ranges{metric.name, metric.warning, metric.critical};
  if (users != nullptr && users->warning) ranges.warning = users->warning;
  if (users != nullptr && users->critical) ranges.critical = users->critical;
  return ranges;
}

/// Why the metric breaches the threshold; nothing when it does not.
std::optional<Reason> evaluate(const Threshold& threshold, const Target& target, const Observation& observation) {
  const Metric* metric = find_by_name(observation.metrics, threshold.metric);
  if (metric == nullptr) {
    if (find_absence(target.kind->metrics, threshold.metric, Absence::unknown) == Absence::failed) {
      return Reason{threshold.critical ? State::critical : State::warning,
                    fmt::format("{} is absent", threshold.metric)};
    }
    return Reason{State::unknown, format_missing("metric ", threshold.metric, observation)};
  }
  for (const auto& [range, state] :
       {std::pair(&threshold.critical, State::critical), std::pair(&threshold.warning, State::warning)}) {
    if (!fits(*range, metric->quantity)) {
      return Reason{State::unknown, fmt::format("{} is {}, the range is {}", metric->name,
                                                unit_noun(metric->quantity.unit), unit_noun((*range)->unit))};
    }
    if (*range && (*range)->alerts(metric->quantity.value)) return Reason{state, describe_breach(*metric, **range)};
  }
  return std::nullopt;
}

/// The metric with the ranges that apply to it. Ranges in another unit than the metric's are dropped: they cannot be
/// judged.
JudgedMetric judge_metric(const Metric& metric, const Threshold* threshold) {
  JudgedMetric judged{metric};
  const Threshold combined = binding_ranges(metric, threshold);
  if (threshold != nullptr && metric.binding) threshold = &combined;
  if (threshold != nullptr) {
    if (!fits(threshold->warning, metric.quantity) || !fits(threshold->critical, metric.quantity)) {
      judged.metric.warning = judged.metric.critical = std::nullopt;
      judged.state = State::unknown;
      return judged;
    }
    judged.metric.warning = threshold->warning;
    judged.metric.critical = threshold->critical;
  }
  const auto alerts = [&](const std::optional<Range>& range) { return range && range->alerts(metric.quantity.value); };
  judged.state = alerts(judged.metric.critical)  ? State::critical
                 : alerts(judged.metric.warning) ? State::warning
                                                 : State::ok;
  return judged;
}

// ---- the result

/// The claims of the answer, without those that a condition or range of the user replaces.
std::vector<Reason> claims_against(const Target& target, const Observation& observation) {
  const std::vector<std::string_view> requested = target.requested();
  std::vector<Reason> reasons;
  for (const Claim& claim : observation.claims) {
    if (claim.state == State::ok) continue;
    if (std::find(requested.begin(), requested.end(), claim.about) != requested.end()) continue;
    reasons.push_back({claim.state, claim.message.empty() ? observation.summary : claim.message});
  }
  return reasons;
}

std::string join_worst_first(std::vector<Reason> reasons) {
  std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) { return a.state > b.state; });
  std::string text;
  for (const Reason& reason : reasons) {
    if (reason.text.empty()) continue;
    if (!text.empty()) text += "; ";
    text += reason.text;
  }
  return text;
}

}  // namespace

Result judge(const Target& target, const Observation& observation) {
  std::vector<Reason> reasons = claims_against(target, observation);
  const bool claims_ok = reasons.empty();
  for (const Expectation& expectation : target.expectations) {
    if (auto reason = evaluate(expectation, target, observation)) reasons.push_back(*reason);
  }
  for (const Threshold& threshold : target.thresholds) {
    const Metric* metric = find_by_name(observation.metrics, threshold.metric);
    if (metric != nullptr && metric->binding) continue;
    if (auto reason = evaluate(threshold, target, observation)) reasons.push_back(*reason);
  }
  for (const Metric& metric : observation.metrics) {
    if (!metric.binding) continue;
    const Threshold ranges = binding_ranges(metric, find_threshold(target, metric.name));
    if (auto reason = evaluate(ranges, target, observation)) reasons.push_back(*reason);
  }

  Result result{target.name, std::string(target.kind->name), target.address, State::ok, observation.summary};
  for (const Reason& reason : reasons) result.state = worst(result.state, reason.state);
  if (!reasons.empty()) {
    const bool with_summary = claims_ok && !observation.summary.empty();
    result.message = (with_summary ? observation.summary + ", but " : "") + join_worst_first(reasons);
  }
  for (const Metric& metric : observation.metrics) {
    result.metrics.push_back(judge_metric(metric, find_threshold(target, metric.name)));
  }
  result.facts = observation.facts;
  result.components = observation.components;
  result.notes = observation.notes;
  return result;
}

}  // namespace hale
