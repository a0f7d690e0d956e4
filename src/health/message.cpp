#include "health/message.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace hale::health {
namespace {

constexpr std::size_t max_named = 5;

std::string with_reason(std::string text, const std::string& reason) {
  return reason.empty() ? text : fmt::format("{}: {}", text, reason);
}

/// Names the components whose state is at least `min_state`, the worst first; a single one with its message.
std::string describe_components(const std::vector<ReportedComponent>& components, State min_state) {
  std::vector<const ReportedComponent*> named;
  for (const ReportedComponent& component : components) {
    if (component.state >= min_state) named.push_back(&component);
  }
  std::stable_sort(named.begin(), named.end(),
                   [](const ReportedComponent* a, const ReportedComponent* b) { return a->state > b->state; });
  std::string text;
  for (std::size_t i = 0; i < std::min(named.size(), max_named); ++i)
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", named[i]->name, named[i]->word);
  if (named.size() > max_named) text += fmt::format(" and {} more", named.size() - max_named);
  return named.size() == 1 ? with_reason(text, named[0]->message) : text;
}

}  // namespace

std::string summarize(const BodyReport& report) {
  // An UNKNOWN without an overall state comes from a component, which must be named.
  const bool is_from_component = report.state == State::unknown && !report.overall_state;
  std::string named = describe_components(report.components.all(), is_from_component ? State::unknown : State::warning);
  if (!named.empty() && report.overall.empty()) return named;
  if (!named.empty())
    return fmt::format("{}{}{}", report.overall, report.overall_state == State::ok ? ", but " : ": ", named);
  if (report.overall.empty() && report.state) return std::string(to_string(*report.state));
  return with_reason(report.overall, report.reason);
}

}  // namespace hale::health
