#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "report/formats.hpp"
#include "report/json_parts.hpp"
#include "report/lines.hpp"
#include "report/report.hpp"

namespace hale {
namespace {

/// The words of draft-inadarei-api-health-check-06, 3.1. It has none for UNKNOWN, which must not pass for anything
/// else.
std::string_view status(State state) {
  switch (state) {
    case State::ok: return "pass";
    case State::warning: return "warn";
    case State::critical: return "fail";
    case State::unknown: break;
  }
  return "unknown";
}

/// 4.: the checks of a document, a list of one under each name. Names are made harmless before they are compared.
class Checks {
 public:
  explicit Checks(std::chrono::system_clock::time_point time) : time_(json_time(time)) {}

  void add(std::string_view name, State state, std::string_view message, Json check = Json::object()) {
    check["status"] = status(state);
    check["time"] = time_;
    // 4.8: only what is not well has something to say.
    if (state != State::ok && !message.empty()) check["output"] = one_line(message);
    all_[names_.take(sanitize(name))] = Json::array({std::move(check)});
  }

  Json take() { return std::move(all_); }

 private:
  std::string time_;
  UniqueNames names_{" (", ")"};
  Json all_ = Json::object();
};

void add_target(const Result& result, Checks& checks) {
  checks.add(result.name, result.state, result.message, Json{{"componentType", result.kind}});
  for (const auto& [metric, state] : result.metrics) {
    if (!std::isfinite(metric.quantity.value)) continue;
    Json check{{"observedValue", json_number(metric.quantity.value)}};
    if (metric.quantity.unit != Unit::none) check["observedUnit"] = symbol(metric.quantity.unit);
    checks.add(fmt::format("{}:{}", result.name, metric.name), state, "", std::move(check));
  }
  for (const Component& component : result.components)
    checks.add(fmt::format("{}/{}", result.name, component.name), component.state, component.message);
}

std::string document(const Outcome& outcome, State state, const std::string& summary) {
  Checks checks(outcome.started);
  for (const Result& result : outcome.results) add_target(result, checks);
  Json whole{{"status", status(state)}, {"releaseId", outcome.version}, {"description", "hale on " + outcome.host}};
  if (state != State::ok) whole["output"] = summary;
  if (!outcome.notice.empty()) whole["notes"] = Json::array({outcome.notice});
  whole["checks"] = checks.take();
  return json_text(whole);
}

}  // namespace

std::string report_health_json(const Outcome& outcome, const Output&) {
  return document(outcome, outcome.state(), summary_line(outcome, "\u2013", summary_bytes));
}

std::string health_json_usage_error(std::string_view message, const Outcome& nothing) {
  return document(nothing, State::unknown, one_line(message));
}

}  // namespace hale
