#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "core/kind.hpp"
#include "report/formats.hpp"
#include "report/lines.hpp"
#include "report/report.hpp"

namespace hale {
namespace {

constexpr std::string_view service = "HALE ";
constexpr std::size_t fact_bytes = 120;

/// A second '|' would begin perfdata for one caller and be an error for another.
std::string without_bars(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

/// Only what no caller takes for anything else; above all no ':', of which two rename every later metric in Icinga.
std::string label(std::string_view name) {
  constexpr std::string_view plain_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./-";
  std::string text;
  for (const char c : name) {
    if (plain_characters.find(c) != std::string_view::npos) {
      text += c;
    } else if (!text.ends_with('_')) {
      text += '_';
    }
  }
  return text;
}

std::string format_metric(const std::string& name, const Metric& metric) {
  const auto range = [](const std::optional<Range>& one) { return one ? one->text() : std::string(); };
  const bool never_negative = metric.quantity.unit != Unit::none;
  return fmt::format("{}={}{};{};{};{};", name, plain(metric.quantity.value), symbol(metric.quantity.unit),
                     range(metric.warning), range(metric.critical), never_negative ? "0" : "");
}

/// What goes into perfdata, the response time first; the length of a phase only when it is judged.
std::vector<const Metric*> metrics_of(const Result& result) {
  std::vector<const Metric*> metrics;
  for (const JudgedMetric& judged : result.metrics) {
    const Metric& metric = judged.metric;
    if (!std::isfinite(metric.quantity.value)) continue;
    if (is_phase(result, metric.name) && !metric.warning && !metric.critical) continue;
    metrics.push_back(&metric);
  }
  std::stable_partition(metrics.begin(), metrics.end(),
                        [](const Metric* metric) { return metric->name == time_metric; });
  return metrics;
}

std::vector<std::string> perfdata(const Outcome& outcome) {
  std::vector<std::string> all;
  UniqueNames labels("_", "");
  for (const Result& result : outcome.results) {
    const std::string prefix = outcome.results.size() == 1 ? "" : result.name + "_";
    for (const Metric* metric : metrics_of(result))
      all.push_back(format_metric(labels.take(label(prefix + metric->name)), *metric));
  }
  return all;
}

/// The first line with its end, and as many whole metrics as fit.
std::string first_line_of(const Outcome& outcome, std::size_t limit) {
  const std::size_t room = limit == 0 ? summary_bytes : std::min(summary_bytes, limit - 1);
  std::string line = std::string(service) + without_bars(summary_line(outcome, "-", room - service.size()));
  std::string_view separator = " | ";
  for (const std::string& one : perfdata(outcome)) {
    if (limit != 0 && line.size() + separator.size() + one.size() + 1 > limit) break;
    line += separator;
    line += one;
    separator = " ";
  }
  return line + "\n";
}

std::string details(const Result& result) {
  std::string text;
  std::string phases;
  for (const Phase& phase : result.phases) {
    phases += fmt::format("{}{} {}", phases.empty() ? "" : ", ", one_line(phase.name), format_human(phase.length));
  }
  if (!phases.empty()) text += fmt::format("  phases: {}\n", phases);
  for (const Fact& fact : result.facts) {
    text += fmt::format("  {}:{}{}\n", one_line(fact.name), trim(fact.text).empty() ? "" : " ",
                        truncate_bytes(one_line(fact.text), fact_bytes));
  }
  for (const Component& component : result.components) {
    const std::string message = one_line(component.message);
    text += fmt::format("  [{}] {}{}{}\n", label(component.state), one_line(component.name),
                        message.empty() ? "" : ": ", message);
  }
  return without_bars(text);
}

std::string target_line(const Result& result, std::size_t message_bytes) {
  const std::string message = message_of(result, message_bytes);
  return without_bars(
      fmt::format("[{}] {}{}{}\n", label(result.state), one_line(result.name), message.empty() ? "" : ": ", message));
}

std::vector<std::string> target_lines(const Outcome& outcome, bool verbose, std::size_t message_bytes) {
  std::vector<std::string> lines;
  for (const Result* result : arrange(outcome, true)) {
    lines.push_back(target_line(*result, message_bytes) + (verbose ? details(*result) : ""));
  }
  if (!outcome.notice.empty()) lines.push_back(outcome.notice + "\n");
  return lines;
}

}  // namespace

std::string report_nagios(const Outcome& outcome, const Output& output) {
  std::string head = first_line_of(outcome, output.limit);
  if (output.quiet || (outcome.results.size() <= 1 && !output.verbose)) return head;
  std::vector<std::string> lines = target_lines(outcome, output.verbose, 0);
  if (exceeds(head, lines, output.limit)) lines = target_lines(outcome, false, 0);
  if (exceeds(head, lines, output.limit)) lines = target_lines(outcome, false, output.limit / message_part);
  return whole_blocks(head, lines, "[...] ", output.limit);
}

std::string nagios_usage_error(std::string_view message) {
  return truncate_bytes(without_bars(fmt::format("{}UNKNOWN: {}", service, one_line(message))), summary_bytes) + "\n";
}

}  // namespace hale
