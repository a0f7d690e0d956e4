#include "report/report.hpp"

#include "report/formats.hpp"

namespace hale {

std::string report(const Outcome& outcome, const Output& output) {
  const FormatSpec& format = format_spec(output.format);
  if (output.quiet && !format.prints_when_quiet) return "";
  Output shown = output;
  if (!format.for_terminal) {
    shown.colour = false;
    shown.columns = 0;
  }
  return find_renderer(output.format).render(outcome, shown);
}

std::string report_usage_error(std::string_view message, const Outcome& outcome, const Output& output) {
  return find_renderer(output.format).render_error(message, outcome, output);
}

}  // namespace hale
