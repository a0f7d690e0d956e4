#include "judge/judge.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "judge/version.hpp"

namespace hale {
namespace {

constexpr std::size_t quoted_bytes = 60;

/// A demand or claim that speaks against the target.
struct Reason {
  State state = State::unknown;
  std::string phrase;
};

/// What the answer holds under one name.
struct Subject {
  std::string_view name;
  const Metric* metric = nullptr;
  const Fact* fact = nullptr;
};

template <typename Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Threshold* find_threshold(const Target& target, std::string_view metric) {
  const auto& all = target.thresholds;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Threshold& one) { return one.metric == metric; });
  return found == all.end() ? nullptr : &*found;
}

Absence absence(std::span<const NameSpec> names, std::string_view name, Absence otherwise) {
  const NameSpec* spec = find_name(names, name);
  return spec == nullptr ? otherwise : spec->absence;
}

bool fits(Unit expected, const Quantity& measured) { return expected == Unit::none || expected == measured.unit; }

[[noreturn]] void cannot_compare(const Subject& subject, std::string_view expectation, Unit expected) {
  throw Unhealthy(fmt::format("{} is {}, the {} is {}", subject.name, unit_noun(subject.metric->quantity.unit),
                              expectation, unit_noun(expected)),
                  State::unknown);
}

// ---- what a sentence says

/// The value for a person, unless rounding would hide on which side of `bound` it lies.
std::string beside(Quantity value, double bound) {
  std::string rounded = format_human(value);
  if (value.value == bound || rounded != format_human(Quantity{bound, value.unit})) return rounded;
  return fmt::format("{}{}{}", plain(value.value), value.unit == Unit::none ? "" : " ", symbol(value.unit));
}

std::string abbreviate(std::string_view text) {
  if (text.empty()) return "empty";
  const std::string_view words = trim(text);
  return words.empty() ? "blank" : truncate_bytes(words, quoted_bytes);
}

std::string seen(const Subject& subject, const Condition& condition) {
  if (condition.bound && subject.metric != nullptr) return beside(subject.metric->quantity, condition.bound->value);
  if (subject.fact != nullptr) return abbreviate(subject.fact->text);
  return format_human(subject.metric->quantity);
}

std::string expected(const Condition& condition) {
  switch (condition.comparison) {
    case Comparison::equal: return condition.value;
    case Comparison::matches:
    case Comparison::not_matches: return fmt::format("{}{}", sign(condition.comparison), condition.value);
    default: return fmt::format("{} {}", sign(condition.comparison), condition.value);
  }
}

/// "the answer has no lag", and why when the probe knows.
std::string missing(std::string_view what, std::string_view name, const Observation& observation) {
  const auto& notes = observation.notes;
  const auto note = std::find_if(notes.begin(), notes.end(), [&](const Note& one) { return one.about == name; });
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
    if (subject.fact == nullptr) cannot_compare(subject, "expected value", alternative.high->unit);
  }
  if (subject.fact != nullptr) return equals_fact(*subject.fact, alternative);
  return plain(subject.metric->quantity.value) == alternative.text;
}

bool ordered(Comparison comparison, double difference) {
  switch (comparison) {
    case Comparison::less: return difference < 0;
    case Comparison::at_most: return difference <= 0;
    case Comparison::greater: return difference > 0;
    default: return difference >= 0;
  }
}

bool fact_ordered(const Fact& fact, const Condition& condition) {
  if (fact.text.empty()) return false;
  if (condition.bound && !is_version_name(fact.name)) {
    const auto quantity = parse_quantity(fact.text);
    if (quantity && quantity->unit == condition.bound->unit)
      return ordered(condition.comparison, quantity->value - condition.bound->value);
  }
  if (condition.bound && condition.bound->unit != Unit::none) {
    throw Unhealthy(fmt::format("{} is \"{}\", which is not {}", fact.name, abbreviate(fact.text),
                                unit_noun(condition.bound->unit)),
                    State::unknown);
  }
  const auto difference = compare_versions(fact.text, condition.value);
  if (!difference)
    throw Unhealthy(fmt::format("{} is \"{}\", which has no order", fact.name, abbreviate(fact.text)), State::unknown);
  return ordered(condition.comparison, *difference);
}

bool is_ordered(const Subject& subject, const Condition& condition) {
  if (subject.metric != nullptr && condition.bound && fits(condition.bound->unit, subject.metric->quantity)) {
    return ordered(condition.comparison, subject.metric->quantity.value - condition.bound->value);
  }
  if (subject.fact != nullptr) return fact_ordered(*subject.fact, condition);
  if (condition.bound) cannot_compare(subject, "bound", condition.bound->unit);
  const Fact number{std::string(subject.name), plain(subject.metric->quantity.value)};
  return fact_ordered(number, condition);
}

/// Throws Unhealthy(UNKNOWN) when the answer cannot be held against the condition.
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
      const std::string text = subject.fact != nullptr ? subject.fact->text : plain(subject.metric->quantity.value);
      return condition.pattern->found_in(text) != condition.negated();
    }
    default: return is_ordered(subject, condition);
  }
}

/// What speaks against the target when `condition` is held against its answer.
std::optional<Reason> weigh(const Expectation& expectation, const Target& target, const Observation& observation) {
  const Condition& condition = expectation.condition;
  Subject subject{condition.name, find_named(observation.metrics, condition.name),
                  find_named(observation.facts, condition.name)};
  const Fact nothing{condition.name, ""};
  if (subject.metric == nullptr && subject.fact == nullptr) {
    switch (
        absence(target.kind->facts, condition.name, absence(target.kind->metrics, condition.name, Absence::unknown))) {
      case Absence::unknown: return Reason{State::unknown, missing("", condition.name, observation)};
      case Absence::failed:
        return Reason{expectation.otherwise,
                      fmt::format("{} is absent, expected {}", condition.name, expected(condition))};
      case Absence::empty: subject.fact = &nothing;
    }
  }
  try {
    if (holds(subject, condition)) return std::nullopt;
  } catch (const Unhealthy& trouble) {
    return Reason{trouble.state(), trouble.what()};
  }
  return Reason{expectation.otherwise,
                fmt::format("{} is {}, expected {}", condition.name, seen(subject, condition), expected(condition))};
}

// ---- ranges

std::string outside(const Metric& metric, const Range& range) {
  const Quantity& quantity = metric.quantity;
  const auto limit = [&](double value) { return format_human(Quantity{value, quantity.unit}); };
  if (!range.alert_inside) {
    const bool over = quantity.value > range.high;
    const double crossed = over ? range.high : range.low;
    return fmt::format("{} {} is {} {}", metric.name, beside(quantity, crossed), over ? "over" : "under",
                       limit(crossed));
  }
  const std::string value = fmt::format("{} {}", metric.name, format_human(quantity));
  if (std::isinf(range.low)) return fmt::format("{} is at most {}", value, limit(range.high));
  if (std::isinf(range.high)) return fmt::format("{} is at least {}", value, limit(range.low));
  return fmt::format("{} is within {} to {}", value, limit(range.low), limit(range.high));
}

bool fits(const std::optional<Range>& range, const Quantity& measured) { return !range || fits(range->unit, measured); }

/// The ranges that count for a measure which carries some of its own: the user's, and where there is none the
/// measure's.
Threshold binding_ranges(const Metric& metric, const Threshold* users) {
  Threshold both{metric.name, metric.warning, metric.critical};
  if (users != nullptr && users->warning) both.warning = users->warning;
  if (users != nullptr && users->critical) both.critical = users->critical;
  return both;
}

std::optional<Reason> weigh(const Threshold& threshold, const Target& target, const Observation& observation) {
  const Metric* metric = find_named(observation.metrics, threshold.metric);
  if (metric == nullptr) {
    if (absence(target.kind->metrics, threshold.metric, Absence::unknown) == Absence::failed) {
      return Reason{threshold.critical ? State::critical : State::warning,
                    fmt::format("{} is absent", threshold.metric)};
    }
    return Reason{State::unknown, missing("measure ", threshold.metric, observation)};
  }
  for (const auto& [range, state] :
       {std::pair(&threshold.critical, State::critical), std::pair(&threshold.warning, State::warning)}) {
    if (!fits(*range, metric->quantity)) {
      return Reason{State::unknown, fmt::format("{} is {}, the range is {}", metric->name,
                                                unit_noun(metric->quantity.unit), unit_noun((*range)->unit))};
    }
    if (*range && (*range)->alerts(metric->quantity.value)) return Reason{state, outside(*metric, **range)};
  }
  return std::nullopt;
}

/// A range in another unit than the measure's is not shown: it was not judged.
JudgedMetric beside_ranges(const Metric& metric, const Threshold* threshold) {
  JudgedMetric judged{metric};
  const Threshold both = binding_ranges(metric, threshold);
  if (threshold != nullptr && metric.binding) threshold = &both;
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

// ---- the whole

/// The target's own claims but those that a demand of the user's replaces.
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

std::string joined(std::vector<Reason> reasons) {
  std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) { return a.state > b.state; });
  std::string text;
  for (const Reason& reason : reasons) {
    if (reason.phrase.empty()) continue;
    if (!text.empty()) text += "; ";
    text += reason.phrase;
  }
  return text;
}

}  // namespace

Result judge(const Target& target, const Observation& observation) {
  std::vector<Reason> reasons = claims_against(target, observation);
  const bool well = reasons.empty();
  for (const Expectation& expectation : target.expectations) {
    if (auto reason = weigh(expectation, target, observation)) reasons.push_back(*reason);
  }
  for (const Threshold& threshold : target.thresholds) {
    const Metric* metric = find_named(observation.metrics, threshold.metric);
    if (metric != nullptr && metric->binding) continue;
    if (auto reason = weigh(threshold, target, observation)) reasons.push_back(*reason);
  }
  for (const Metric& metric : observation.metrics) {
    if (!metric.binding) continue;
    const Threshold both = binding_ranges(metric, find_threshold(target, metric.name));
    if (auto reason = weigh(both, target, observation)) reasons.push_back(*reason);
  }

  Result result{target.name, std::string(target.kind->name), target.address, State::ok, observation.summary};
  for (const Reason& reason : reasons) result.state = worst(result.state, reason.state);
  if (!reasons.empty()) {
    const bool introduce = well && !observation.summary.empty();
    result.message = (introduce ? observation.summary + ", but " : "") + joined(reasons);
  }
  for (const Metric& metric : observation.metrics) {
    result.metrics.push_back(beside_ranges(metric, find_threshold(target, metric.name)));
  }
  result.facts = observation.facts;
  result.components = observation.components;
  result.notes = observation.notes;
  return result;
}

}  // namespace hale
