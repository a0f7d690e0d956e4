#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "core/kind.hpp"
#include "report/formats.hpp"
#include "report/lines.hpp"
#include "report/summary.hpp"

namespace hale {
namespace {

constexpr std::string_view service_prefix = "HALE ";
constexpr std::size_t max_fact_bytes = 120;

/// A second '|' starts more perfdata for some callers and is an error for others.
std::string replace_bars(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

/// `name` with only the characters that every caller accepts in a label. In particular no ':': "::" in one label makes
/// Icinga rename all later metrics.
std::string perfdata_label(std::string_view name) {
  constexpr std::string_view safe_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./-";
  std::string text;
  for (const char c : name) {
    if (safe_characters.find(c) != std::string_view::npos) {
      text += c;
    } else if (!text.ends_with('_')) {
      text += '_';
    }
  }
  return text;
}

std::string format_metric(const std::string& name, const Metric& metric) {
  const auto range_text = [](const std::optional<Range>& range) { return range ? range->text() : std::string(); };
  const std::string_view min = metric.quantity.unit == Unit::none ? "" : "0";  // a plain number may be negative
  return fmt::format("{}={}{};{};{};{};", name, format_decimal(metric.quantity.value), symbol(metric.quantity.unit),
                     range_text(metric.warning), range_text(metric.critical), min);
}

/// The metrics for perfdata, the response time first. The length of a phase is included only if it has a range.
std::vector<const Metric*> perfdata_metrics(const Result& result) {
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
    for (const Metric* metric : perfdata_metrics(result))
      all.push_back(format_metric(labels.unique(perfdata_label(prefix + metric->name)), *metric));
  }
  return all;
}

/// The first line, with as many whole metrics as fit.
std::string render_first_line(const Outcome& outcome, std::size_t limit) {
  const std::size_t room = limit == 0 ? max_summary_bytes : std::min(max_summary_bytes, limit - 1);
  std::string line =
      std::string(service_prefix) + replace_bars(summary_line(outcome, "-", room - service_prefix.size()));
  std::string_view separator = " | ";
  for (const std::string& one : perfdata(outcome)) {
    if (limit != 0 && line.size() + separator.size() + one.size() + 1 > limit) break;
    line += separator;
    line += one;
    separator = " ";
  }
  return line + "\n";
}

std::string render_details(const Result& result) {
  std::string text;
  std::string phases;
  for (const Phase& phase : result.phases) {
    phases += fmt::format("{}{} {}", phases.empty() ? "" : ", ", one_line(phase.name), format_human(phase.length));
  }
  if (!phases.empty()) text += fmt::format("  phases: {}\n", phases);
  for (const Fact& fact : result.facts) {
    text += fmt::format("  {}:{}{}\n", one_line(fact.name), trim(fact.text).empty() ? "" : " ",
                        truncate_bytes(one_line(fact.text), max_fact_bytes));
  }
  for (const Component& component : result.components) {
    const std::string message = one_line(component.message);
    text += fmt::format("  [{}] {}{}{}\n", label(component.state), one_line(component.name),
                        message.empty() ? "" : ": ", message);
  }
  return replace_bars(text);
}

std::string render_target(const Result& result, std::size_t max_message_bytes) {
  const std::string message = message_line(result, max_message_bytes);
  return replace_bars(
      fmt::format("[{}] {}{}{}\n", label(result.state), one_line(result.name), message.empty() ? "" : ": ", message));
}

std::vector<std::string> render_targets(const Outcome& outcome, bool verbose, std::size_t max_message_bytes) {
  std::vector<std::string> lines;
  for (const Result* result : sort_results(outcome, true)) {
    lines.push_back(render_target(*result, max_message_bytes) + (verbose ? render_details(*result) : ""));
  }
  if (!outcome.notice.empty()) lines.push_back(outcome.notice + "\n");
  return lines;
}

}  // namespace

/// `HALE STATE: summary | perfdata`, as the monitoring plugin guidelines require. With several targets or
/// `output.verbose` one line per target follows, worst first. There is no other '|'. Over the limit, targets are
/// dropped before perfdata. With `output.quiet` it is the first line only.
std::string render_nagios(const Outcome& outcome, const Output& output) {
  std::string head = render_first_line(outcome, output.limit);
  if (output.quiet || (outcome.results.size() <= 1 && !output.verbose)) return head;
  std::vector<std::string> lines = render_targets(outcome, output.verbose, 0);
  if (!fits(head, lines, output.limit)) lines = render_targets(outcome, false, 0);
  if (!fits(head, lines, output.limit)) lines = render_targets(outcome, false, output.limit / message_divisor);
  return join_blocks(head, lines, "[...] ", output.limit);
}

std::string render_nagios_error(std::string_view message, const Outcome&, const Output&) {
  const std::string line = replace_bars(fmt::format("{}UNKNOWN: {}", service_prefix, one_line(message)));
  return truncate_bytes(line, max_summary_bytes) + "\n";
}

}  // namespace hale
