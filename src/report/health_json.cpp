#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "report/formats.hpp"
#include "report/json_parts.hpp"
#include "report/lines.hpp"
#include "report/summary.hpp"

namespace hale {
namespace {

/// The status values of draft-inadarei-api-health-check-06, 3.1. It defines no value for UNKNOWN; "unknown" keeps it
/// from being read as pass or fail.
std::string_view status(State state) {
  switch (state) {
    case State::ok: return "pass";
    case State::warning: return "warn";
    case State::critical: return "fail";
    case State::unknown: break;
  }
  return "unknown";
}

/// The `checks` object (section 4): an array with one check under each name. Names are sanitized before they are
/// compared.
class Checks {
 public:
  explicit Checks(std::chrono::system_clock::time_point time) : time_(json_time(time)) {}

  void add(std::string_view name, State state, std::string_view message, Json check = Json::object()) {
    check["status"] = status(state);
    check["time"] = time_;
    // Section 4.8: `output` should be omitted for "pass".
    if (state != State::ok && !message.empty()) check["output"] = one_line(message);
    all_[names_.unique(sanitize(name))] = Json::array({std::move(check)});
  }

  Json release() { return std::move(all_); }

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
  Json report{{"status", status(state)}, {"releaseId", outcome.version}, {"description", "hale on " + outcome.host}};
  if (state != State::ok) report["output"] = summary;
  if (!outcome.notice.empty()) report["notes"] = Json::array({outcome.notice});
  report["checks"] = checks.release();
  return json_text(report);
}

}  // namespace

/// application/health+json (draft-inadarei-api-health-check-06): a check for each target, each metric ("db:time") and
/// each component ("api/queue"). hale's own http probe reads it back as the same state with the same names. It is never
/// cut.
std::string render_health_json(const Outcome& outcome, const Output&) {
  return document(outcome, outcome.state(), summary_line(outcome, "\u2013", max_summary_bytes));
}

std::string render_health_json_error(std::string_view message, const Outcome& outcome, const Output&) {
  return document(outcome, State::unknown, one_line(message));
}

}  // namespace hale
