#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/json_parts.hpp"
#include "report/lines.hpp"
#include "report/summary.hpp"

namespace hale {
namespace {

constexpr std::size_t max_fact_bytes = 1024;  // the schema says so

Json range_or_null(const std::optional<Range>& range) { return range ? Json(range->text()) : Json(nullptr); }

Json phases_json(const Result& result) {
  Json phases = Json::array();
  for (const Phase& phase : result.phases)
    phases.push_back({{"name", phase.name}, {"seconds", json_number(seconds(phase.length))}});
  return phases;
}

/// Keys are sanitized before they are compared, so that no key is repeated. The first metric of a name wins.
Json metrics_json(const Result& result) {
  Json metrics = Json::object();
  for (const auto& [metric, state] : result.metrics) {
    if (!std::isfinite(metric.quantity.value)) continue;
    metrics.emplace(sanitize(metric.name), Json{{"value", json_number(metric.quantity.value)},
                                                {"unit", symbol(metric.quantity.unit)},
                                                {"state", to_string(state)},
                                                {"warning", range_or_null(metric.warning)},
                                                {"critical", range_or_null(metric.critical)}});
  }
  return metrics;
}

Json facts_json(const Result& result) {
  Json facts = Json::object();
  for (const Fact& fact : result.facts) facts.emplace(sanitize(fact.name), truncate_bytes(fact.text, max_fact_bytes));
  return facts;
}

Json components_json(const Result& result) {
  Json components = Json::array();
  for (const Component& component : result.components) {
    components.push_back(
        {{"name", component.name}, {"state", to_string(component.state)}, {"message", component.message}});
  }
  return components;
}

Json target_json(const Result& result) {
  return {{"name", result.name},
          {"kind", result.kind},
          {"address", result.address},
          {"state", to_string(result.state)},
          {"message", result.message},
          {"phase", result.failed_phase ? Json(*result.failed_phase) : Json(nullptr)},
          {"seconds", json_number(seconds(result.length))},
          {"phases", phases_json(result)},
          {"metrics", metrics_json(result)},
          {"facts", facts_json(result)},
          {"components", components_json(result)}};
}

std::string document(const Outcome& outcome, State state, int code, std::string_view summary, Json targets) {
  const Json report{{"schema", "hale.report/1"},
                    {"state", to_string(state)},
                    {"exit_code", code},
                    {"summary", summary},
                    {"started", json_time(outcome.started)},
                    {"seconds", json_number(seconds(outcome.length))},
                    {"host", outcome.host},
                    {"version", outcome.version},
                    {"notice", outcome.notice.empty() ? Json(nullptr) : Json(outcome.notice)},
                    {"targets", std::move(targets)}};
  return json_text(report);
}

}  // namespace

/// One document of schema hale.report/1 (man/hale.report.schema.json): targets in command-line order, numbers in base
/// units. It is never cut.
std::string render_json(const Outcome& outcome, const Output& output) {
  Json targets = Json::array();
  for (const Result& result : outcome.results) targets.push_back(target_json(result));
  const State state = outcome.state();
  return document(outcome, state, exit_code(state, output), summary_line(outcome, "\u2013", max_summary_bytes),
                  std::move(targets));
}

std::string render_json_error(std::string_view message, const Outcome& outcome, const Output&) {
  return document(outcome, State::unknown, exit_code(State::unknown), one_line(message), Json::array());
}

}  // namespace hale
