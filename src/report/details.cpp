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

constexpr std::size_t indent = 12;  // beneath the target's name
constexpr std::size_t gap = 2;
constexpr std::size_t no_terminal = 120;  // where lines of measures and facts end when there is no terminal
constexpr std::size_t widest_name = 24;   // of a fact or a component

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return width < columns ? text.append(columns - width, ' ') : text;
}

std::string line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ') + 1;
  return fmt::format("{:{}}{}\n", "", indent, text.substr(0, end));
}

std::string phase_lines(const Result& result, const PhaseColumns& widths) {
  std::string text;
  for (const Phase& phase : result.phases) {
    const std::string length = format_human(phase.length);
    text += line(fmt::format("{}{:{}}{}{:{}}{}", padded(one_line(phase.name), widths.name), "",
                             gap + widths.length - display_width(length), length, "", gap,
                             bar(seconds(phase.start), seconds(phase.length), widths.end, widths.bar)));
  }
  return text;
}

/// "300 ms" for an upper limit, else "under 30", "outside 10 to 20", "within 10 to 20".
std::string limits(const Range& range, Unit unit) {
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

std::string metric_words(const Metric& metric) {
  std::string expectations;
  for (const auto& [range, name] : {std::pair(&metric.warning, "warning"), std::pair(&metric.critical, "critical")}) {
    if (*range)
      expectations +=
          fmt::format("{}{} {}", expectations.empty() ? "" : ", ", name, limits(**range, metric.quantity.unit));
  }
  const std::string words = fmt::format("{} {}", one_line(metric.name), format_human(metric.quantity));
  return expectations.empty() ? words : fmt::format("{} ({})", words, expectations);
}

/// All measures on one line, or on as many as the width asks for. A phase's length is in its own line already.
std::string metric_lines(const Result& result, std::size_t columns) {
  std::string text;
  std::string current;
  for (const auto& [metric, state] : result.metrics) {
    if (is_phase(result, metric.name) && !metric.warning && !metric.critical) continue;
    const std::string words = metric_words(metric);
    const std::string separator = current.empty() ? "" : " \u00b7 ";
    if (!current.empty() && display_width(current) + display_width(separator) + display_width(words) > columns) {
      text += line(current);
      current = words;
    } else {
      current += separator + words;
    }
  }
  return current.empty() ? text : text + line(current);
}

/// The columns of the widest name, or of the widest that still counts.
template <typename Named>
std::size_t name_columns(const std::vector<Named>& all) {
  std::size_t columns = 0;
  for (const Named& one : all) columns = std::max(columns, std::min(display_width(one_line(one.name)), widest_name));
  return columns;
}

/// A fact that is a measure too has been told among the measures.
std::string fact_lines(const Result& result, std::size_t columns) {
  std::vector<Fact> facts;
  for (const Fact& fact : result.facts) {
    const auto same = [&](const JudgedMetric& judged) { return judged.metric.name == fact.name; };
    if (std::none_of(result.metrics.begin(), result.metrics.end(), same)) facts.push_back(fact);
  }
  const std::size_t width = name_columns(facts);
  std::string text;
  for (const Fact& fact : facts) {
    const std::string name = padded(one_line(fact.name), width);
    text += line(fit(fmt::format("{}{:{}}{}", name, "", gap, one_line(fact.text)), columns));
  }
  return text;
}

std::string component_lines(const Result& result) {
  const std::size_t width = name_columns(result.components);
  std::string text;
  for (const Component& component : result.components) {
    const std::string name = padded(one_line(component.name), width);
    text += line(
        fmt::format("{:8}{:{}}{}{:{}}{}", word(component.state), "", gap, name, "", gap, one_line(component.message)));
  }
  return text;
}

std::string note_lines(const Result& result, std::size_t columns) {
  std::string text;
  for (const Note& note : result.notes)
    text += line(fit(fmt::format("no {}: {}", one_line(note.about), one_line(note.why)), columns));
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
  const std::size_t whole = columns == 0 ? no_terminal : columns;
  widths.bar = std::clamp<std::size_t>(whole > used ? whole - used : 0, 10, 60);
  return widths;
}

std::string bar(double start, double length, double end, std::size_t columns) {
  constexpr std::array<std::string_view, 9> eighths{"",       "\u258f", "\u258e", "\u258d", "\u258c",
                                                    "\u258b", "\u258a", "\u2589", "\u2588"};
  constexpr std::string_view right_half = "\u2590";
  if (end <= 0) return std::string(eighths[1]);
  const auto in_eighths = [&](double time) {
    const double part = std::clamp(time / end, 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(part * 8 * static_cast<double>(columns)));
  };
  // However short, a phase is seen.
  const std::size_t first = std::min(in_eighths(start), 8 * columns - 1);
  const std::size_t last = std::max(in_eighths(start + length), first + 1);
  std::string text(first / 8, ' ');
  std::size_t cell = first / 8;
  // There is no block that begins within a column but the right half: it is the nearest to a late beginning.
  if (first % 8 >= 4 && last >= 8 * (cell + 1)) {
    text += right_half;
    ++cell;
  }
  for (; last >= 8 * (cell + 1); ++cell) text += eighths[8];
  return text.append(eighths[last > 8 * cell ? last % 8 : 0]);
}

std::string details(const Result& result, const PhaseColumns& widths, std::size_t columns) {
  const std::size_t whole = columns == 0 ? no_terminal : columns;
  const std::size_t room = whole > 2 * indent ? whole - indent : indent;
  return phase_lines(result, widths) + metric_lines(result, room) + fact_lines(result, room) +
         note_lines(result, room) + component_lines(result);
}

}  // namespace hale
