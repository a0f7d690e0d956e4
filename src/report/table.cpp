#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/details.hpp"
#include "report/formats.hpp"
#include "report/lines.hpp"
#include "report/report.hpp"

namespace hale {
namespace {

constexpr std::size_t state_columns = 8;   // "critical"
constexpr std::size_t widest_name = 40;    // without a terminal: a longer name stands out of its column
constexpr std::size_t least_message = 16;  // columns, however narrow the terminal

std::string coloured(std::string_view text, State state, bool colour) {
  if (!colour) return std::string(text);
  const auto code = [&] {
    switch (state) {
      case State::ok: return 32;        // green
      case State::warning: return 33;   // yellow
      case State::critical: return 31;  // red
      case State::unknown: break;
    }
    return 35;  // magenta
  };
  return fmt::format("\x1b[{}m{}\x1b[0m", code(), text);
}

std::string first_line_of(const Outcome& outcome, const Output& output) {
  constexpr std::size_t colour_bytes = 9;
  const std::size_t taken = 1 + (output.colour ? colour_bytes : 0);
  const std::size_t room = output.limit > taken ? output.limit - taken : summary_bytes;
  const std::string line = summary_line(outcome, "\u2013", std::min(room, summary_bytes));
  const std::size_t end = std::min(line.find(':'), line.size());
  return coloured(line.substr(0, end), outcome.state(), output.colour) + line.substr(end) + "\n";
}

/// The columns of names and times.
struct Widths {
  std::size_t name = 0;
  std::size_t time = 0;
};

Widths widths_of(const Outcome& outcome, std::size_t columns) {
  const std::size_t widest = columns == 0 ? widest_name : std::max<std::size_t>(columns * 2 / 5, 16);
  Widths widths;
  for (const Result& result : outcome.results) {
    widths.name = std::max(widths.name, std::min(display_width(one_line(result.name)), widest));
    widths.time = std::max(widths.time, display_width(format_human(result.length)));
  }
  return widths;
}

/// The message is cut at the terminal's edge, but never from who asks for everything.
std::string row(const Result& result, const Widths& widths, const Output& output, bool verbose,
                std::size_t message_bytes) {
  std::string name = one_line(result.name);
  std::string message = message_of(result, message_bytes);
  if (output.columns != 0) {
    const std::size_t used = 2 + state_columns + 2 + widths.name + 2 + widths.time + 2;
    name = fit(name, widths.name);
    if (!verbose) message = fit(message, std::max(least_message, output.columns > used ? output.columns - used : 0));
  }
  const auto blanks = [](std::size_t columns, std::size_t taken) {
    return std::string(columns > taken ? columns - taken : 0, ' ');
  };
  const std::string time = format_human(result.length);
  return fmt::format("  {}{}  {}{}  {}{}{}{}\n", coloured(word(result.state), result.state, output.colour),
                     blanks(state_columns, word(result.state).size()), name, blanks(widths.name, display_width(name)),
                     blanks(widths.time, display_width(time)), time, message.empty() ? "" : "  ", message);
}

/// Each target's row, with all that is known of it when `verbose`. The first begins with the blank line above all rows.
std::vector<std::string> rows(const Outcome& outcome, const Output& output, bool verbose, std::size_t message_bytes) {
  const Widths widths = widths_of(outcome, output.columns);
  const PhaseColumns phases = verbose ? phase_columns(outcome, output.columns) : PhaseColumns{};
  std::vector<std::string> blocks;
  for (const Result* result : arrange(outcome, output.worst_first)) {
    const std::string above = blocks.empty() || verbose ? "\n" : "";
    blocks.push_back(above + row(*result, widths, output, verbose, message_bytes) +
                     (verbose ? details(*result, phases, output.columns) : ""));
  }
  if (!outcome.notice.empty()) blocks.push_back(fmt::format("\n  {}\n", outcome.notice));
  return blocks;
}

}  // namespace

std::string report_table(const Outcome& outcome, const Output& output) {
  const std::string head = first_line_of(outcome, output);
  std::vector<std::string> blocks = rows(outcome, output, output.verbose, 0);
  if (exceeds(head, blocks, output.limit)) blocks = rows(outcome, output, false, 0);
  if (exceeds(head, blocks, output.limit)) blocks = rows(outcome, output, false, output.limit / message_part);
  return whole_blocks(head, blocks, "  ", output.limit);
}

}  // namespace hale
