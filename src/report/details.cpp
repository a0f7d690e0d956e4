#include "report/details.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/lines.hpp"

namespace hale {
namespace {

constexpr std::size_t indent = 12;  // below the name of the target
constexpr std::size_t gap = 2;
constexpr std::size_t default_columns = 120;  // line length without a terminal
constexpr std::size_t max_name_columns = 24;  // of a fact or a component

std::string pad(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return width < columns ? text.append(columns - width, ' ') : text;
}

std::string detail_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ') + 1;
  return fmt::format("{:{}}{}\n", "", indent, text.substr(0, end));
}

std::string phase_lines(const Result& result, const PhaseColumns& widths) {
  std::string text;
  for (const Phase& phase : result.phases) {
    const std::string length = format_human(phase.length);
    text += detail_line(fmt::format("{}{:{}}{}{:{}}{}", pad(one_line(phase.name), widths.name), "",
                                    gap + widths.length - display_width(length), length, "", gap,
                                    render_bar(seconds(phase.start), seconds(phase.length), widths.end, widths.bar)));
  }
  return text;
}

/// When the range alerts: "300 ms" for an upper limit, otherwise "under 30", "outside 10 to 20" or "within 10 to 20".
std::string describe_range(const Range& range, Unit unit) {
  const auto value = [&](double bound) { return format_human(Quantity{bound, unit}); };
  if (range.alert_inside) {
    if (std::isinf(range.low)) return "at most " + value(range.high);
    if (std::isinf(range.high)) return "at least " + value(range.low);
    return fmt::format("within {} to {}", value(range.low), value(range.high));
  }
  if (std::isinf(range.high)) return std::isinf(range.low) ? "never" : "under " + value(range.low);
  if (std::isinf(range.low) || range.low == 0) return value(range.high);
  return fmt::format("outside {} to {}", value(range.low), value(range.high));
}

std::string format_metric(const Metric& metric) {
  std::string ranges;
  for (const auto& [range, name] : {std::pair(&metric.warning, "warning"), std::pair(&metric.critical, "critical")}) {
    if (*range)
      ranges += fmt::format("{}{} {}", ranges.empty() ? "" : ", ", name, describe_range(**range, metric.quantity.unit));
  }
  const std::string value = fmt::format("{} {}", one_line(metric.name), format_human(metric.quantity));
  return ranges.empty() ? value : fmt::format("{} ({})", value, ranges);
}

/// The metrics on one line, or on several if the terminal is too narrow. The length of a phase is omitted, because the
/// line of the phase has it, unless it has a range.
std::string metric_lines(const Result& result, std::size_t columns) {
  std::string text;
  std::string current;
  for (const auto& [metric, state] : result.metrics) {
    if (is_phase(result, metric.name) && !metric.warning && !metric.critical) continue;
    const std::string item = format_metric(metric);
    const std::string separator = current.empty() ? "" : " \u00b7 ";
    if (!current.empty() && display_width(current) + display_width(separator) + display_width(item) > columns) {
      text += detail_line(current);
      current = item;
    } else {
      current += separator + item;
    }
  }
  return current.empty() ? text : text + detail_line(current);
}

/// The width of the longest name, up to `max_name_columns`.
template <typename Named>
std::size_t name_columns(const std::vector<Named>& all) {
  std::size_t columns = 0;
  for (const Named& one : all)
    columns = std::max(columns, std::min(display_width(one_line(one.name)), max_name_columns));
  return columns;
}

/// The facts, except those that are metrics too and already shown as such.
std::string fact_lines(const Result& result, std::size_t columns) {
  std::vector<Fact> facts;
  for (const Fact& fact : result.facts) {
    const auto same = [&](const JudgedMetric& judged) { return judged.metric.name == fact.name; };
    if (std::none_of(result.metrics.begin(), result.metrics.end(), same)) facts.push_back(fact);
  }
  const std::size_t width = name_columns(facts);
  std::string text;
  for (const Fact& fact : facts) {
    const std::string name = pad(one_line(fact.name), width);
    text += detail_line(truncate_columns(fmt::format("{}{:{}}{}", name, "", gap, one_line(fact.text)), columns));
  }
  return text;
}

std::string component_lines(const Result& result) {
  const std::size_t width = name_columns(result.components);
  std::string text;
  for (const Component& component : result.components) {
    const std::string name = pad(one_line(component.name), width);
    text += detail_line(fmt::format("{:8}{:{}}{}{:{}}{}", to_string(component.state), "", gap, name, "", gap,
                                    one_line(component.message)));
  }
  return text;
}

std::string note_lines(const Result& result, std::size_t columns) {
  std::string text;
  for (const Note& note : result.notes)
    text += detail_line(truncate_columns(fmt::format("no {}: {}", one_line(note.about), one_line(note.why)), columns));
  return text;
}

}  // namespace

PhaseColumns phase_columns(const Outcome& outcome, std::size_t columns) {
  PhaseColumns widths;
  for (const Result& result : outcome.results) {
    for (const Phase& phase : result.phases) {
      widths.end = std::max(widths.end, seconds(phase.start + phase.length));
      widths.name = std::max(widths.name, display_width(one_line(phase.name)));
      widths.length = std::max(widths.length, display_width(format_human(phase.length)));
    }
  }
  const std::size_t used = indent + widths.name + gap + widths.length + gap;
  const std::size_t total = columns == 0 ? default_columns : columns;
  widths.bar = std::clamp<std::size_t>(total > used ? total - used : 0, 10, 60);
  return widths;
}

std::string render_bar(double start, double length, double end, std::size_t columns) {
  constexpr std::array<std::string_view, 9> eighths{"",       "\u258f", "\u258e", "\u258d", "\u258c",
                                                    "\u258b", "\u258a", "\u2589", "\u2588"};
  constexpr std::string_view right_half = "\u2590";
  if (end <= 0) return std::string(eighths[1]);
  const auto in_eighths = [&](double time) {
    const double fraction = std::clamp(time / end, 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(fraction * 8 * static_cast<double>(columns)));
  };
  // Even the shortest phase is at least an eighth of a column wide.
  const std::size_t first = std::min(in_eighths(start), 8 * columns - 1);
  const std::size_t last = std::max(in_eighths(start + length), first + 1);
  std::string text(first / 8, ' ');
  std::size_t cell = first / 8;
  // Unicode has no blocks that start inside a column except the right half, so a later start is rounded to it.
  if (first % 8 >= 4 && last >= 8 * (cell + 1)) {
    text += right_half;
    ++cell;
  }
  for (; last >= 8 * (cell + 1); ++cell) text += eighths[8];
  return text.append(eighths[last > 8 * cell ? last % 8 : 0]);
}

std::string render_details(const Result& result, const PhaseColumns& widths, std::size_t columns) {
  const std::size_t total = columns == 0 ? default_columns : columns;
  const std::size_t room = total > 2 * indent ? total - indent : indent;
  return phase_lines(result, widths) + metric_lines(result, room) + fact_lines(result, room) +
         note_lines(result, room) + component_lines(result);
}

}  // namespace hale
