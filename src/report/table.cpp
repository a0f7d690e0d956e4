#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/details.hpp"
#include "report/formats.hpp"
#include "report/lines.hpp"
#include "report/summary.hpp"

namespace hale {
namespace {

constexpr std::size_t state_columns = 8;         // "critical"
constexpr std::size_t max_name_columns = 40;     // without a terminal; a longer name overflows its column
constexpr std::size_t min_message_columns = 16;  // on the narrowest terminal

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

std::string render_first_line(const Outcome& outcome, const Output& output) {
  constexpr std::size_t colour_bytes = 9;
  const std::size_t used = 1 + (output.colour ? colour_bytes : 0);
  const std::size_t room = output.limit > used ? output.limit - used : max_summary_bytes;
  const std::string line = summary_line(outcome, "\u2013", std::min(room, max_summary_bytes));
  const std::size_t end = std::min(line.find(':'), line.size());
  return coloured(line.substr(0, end), outcome.state(), output.colour) + line.substr(end) + "\n";
}

/// Column widths of the names and times.
struct Widths {
  std::size_t name = 0;
  std::size_t time = 0;
};

Widths measure_widths(const Outcome& outcome, std::size_t columns) {
  const std::size_t max_name = columns == 0 ? max_name_columns : std::max<std::size_t>(columns * 2 / 5, 16);
  Widths widths;
  for (const Result& result : outcome.results) {
    widths.name = std::max(widths.name, std::min(display_width(one_line(result.name)), max_name));
    widths.time = std::max(widths.time, display_width(format_human(result.length)));
  }
  return widths;
}

/// The message is cut at the edge of the terminal, unless `verbose`.
std::string render_row(const Result& result, const Widths& widths, const Output& output, bool verbose,
                       std::size_t max_message_bytes) {
  std::string name = one_line(result.name);
  std::string message = message_line(result, max_message_bytes);
  if (output.columns != 0) {
    const std::size_t used = 2 + state_columns + 2 + widths.name + 2 + widths.time + 2;
    name = truncate_columns(name, widths.name);
    if (!verbose)
      message =
          truncate_columns(message, std::max(min_message_columns, output.columns > used ? output.columns - used : 0));
  }
  const auto blanks = [](std::size_t columns, std::size_t used) {
    return std::string(columns > used ? columns - used : 0, ' ');
  };
  const std::string time = format_human(result.length);
  return fmt::format("  {}{}  {}{}  {}{}{}{}\n", coloured(to_string(result.state), result.state, output.colour),
                     blanks(state_columns, to_string(result.state).size()), name,
                     blanks(widths.name, display_width(name)), blanks(widths.time, display_width(time)), time,
                     message.empty() ? "" : "  ", message);
}

/// One block per target: its row, and its details when `verbose`. The first starts with the blank line above all rows.
std::vector<std::string> render_rows(const Outcome& outcome, const Output& output, bool verbose,
                                     std::size_t max_message_bytes) {
  const Widths widths = measure_widths(outcome, output.columns);
  const PhaseColumns phases = verbose ? phase_columns(outcome, output.columns) : PhaseColumns{};
  std::vector<std::string> blocks;
  for (const Result* result : sort_results(outcome, output.worst_first)) {
    const std::string above = blocks.empty() || verbose ? "\n" : "";
    blocks.push_back(above + render_row(*result, widths, output, verbose, max_message_bytes) +
                     (verbose ? render_details(*result, phases, output.columns) : ""));
  }
  if (!outcome.notice.empty()) blocks.push_back(fmt::format("\n  {}\n", outcome.notice));
  return blocks;
}

}  // namespace

/// A summary line, then one aligned row per target; with `output.verbose` phases, metrics, facts and components below
/// each row.
std::string render_table(const Outcome& outcome, const Output& output) {
  const std::string head = render_first_line(outcome, output);
  std::vector<std::string> blocks = render_rows(outcome, output, output.verbose, 0);
  if (!fits(head, blocks, output.limit)) blocks = render_rows(outcome, output, false, 0);
  if (!fits(head, blocks, output.limit)) blocks = render_rows(outcome, output, false, output.limit / message_divisor);
  return join_blocks(head, blocks, "  ", output.limit);
}

std::string render_table_error(std::string_view message, const Outcome&, const Output& output) {
  const std::string line = fmt::format("hale: {}", one_line(message));
  return (output.limit == 0 ? line : truncate_bytes(line, output.limit - 1)) + "\n";
}

}  // namespace hale
