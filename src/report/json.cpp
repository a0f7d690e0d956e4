#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/json_parts.hpp"
#include "report/lines.hpp"
#include "report/report.hpp"

namespace hale {
namespace {

/// More of a fact than this is for nobody who reads a health report.
constexpr std::size_t fact_bytes = 1024;

Json range(const std::optional<Range>& one) { return one ? Json(one->text()) : Json(nullptr); }

Json phases_of(const Result& result) {
  Json phases = Json::array();
  for (const Phase& phase : result.phases)
    phases.push_back({{"name", phase.name}, {"seconds", json_number(seconds(phase.length))}});
  return phases;
}

/// Keys are made harmless before they are compared, so that none is there twice; the first of a name counts.
Json metrics_of(const Result& result) {
  Json metrics = Json::object();
  for (const auto& [metric, state] : result.metrics) {
    if (!std::isfinite(metric.quantity.value)) continue;
    metrics.emplace(sanitize(metric.name), Json{{"value", json_number(metric.quantity.value)},
                                                {"unit", symbol(metric.quantity.unit)},
                                                {"state", word(state)},
                                                {"warning", range(metric.warning)},
                                                {"critical", range(metric.critical)}});
  }
  return metrics;
}

Json facts_of(const Result& result) {
  Json facts = Json::object();
  for (const Fact& fact : result.facts) facts.emplace(sanitize(fact.name), truncate_bytes(fact.text, fact_bytes));
  return facts;
}

Json components_of(const Result& result) {
  Json components = Json::array();
  for (const Component& component : result.components) {
    components.push_back({{"name", component.name}, {"state", word(component.state)}, {"message", component.message}});
  }
  return components;
}

Json target_of(const Result& result) {
  return {{"name", result.name},
          {"kind", result.kind},
          {"address", result.address},
          {"state", word(result.state)},
          {"message", result.message},
          {"phase", result.failed_phase ? Json(*result.failed_phase) : Json(nullptr)},
          {"seconds", json_number(seconds(result.length))},
          {"phases", phases_of(result)},
          {"measures", metrics_of(result)},
          {"facts", facts_of(result)},
          {"components", components_of(result)}};
}

std::string document(const Outcome& outcome, State state, int code, std::string_view summary, Json targets) {
  const Json whole{{"schema", "hale.report/1"},
                   {"state", word(state)},
                   {"exit_code", code},
                   {"summary", summary},
                   {"started", json_time(outcome.started)},
                   {"seconds", json_number(seconds(outcome.length))},
                   {"host", outcome.host},
                   {"version", outcome.version},
                   {"notice", outcome.notice.empty() ? Json(nullptr) : Json(outcome.notice)},
                   {"targets", std::move(targets)}};
  return json_text(whole);
}

}  // namespace

std::string report_json(const Outcome& outcome, const Output& output) {
  Json targets = Json::array();
  for (const Result& result : outcome.results) targets.push_back(target_of(result));
  const State state = outcome.state();
  return document(outcome, state, exit_code(state, output), summary_line(outcome, "\u2013", summary_bytes),
                  std::move(targets));
}

std::string json_usage_error(std::string_view message, const Outcome& nothing) {
  return document(nothing, State::unknown, exit_code(State::unknown), one_line(message), Json::array());
}

}  // namespace hale
