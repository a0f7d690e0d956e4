#include "report/report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/quantity.hpp"
#include "report/formats.hpp"
#include "report/lines.hpp"

namespace hale {
namespace {

std::string name_and_message(const Result& result, std::string_view dash) {
  const std::string name = one_line(result.name);
  const std::string message = one_line(result.message);
  return message.empty() ? name : fmt::format("{} {} {}", name, dash, message);
}

/// `head` and as many of `items` as fit into `limit` bytes; the first is always there, shortened if need be.
std::string list(std::string head, const std::vector<std::string>& items, std::size_t limit) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t after = items.size() - i - 1;
    const std::string more = after == 0 ? "" : fmt::format("; and {} more", after);
    const std::string separator = i == 0 ? "" : "; ";
    const std::size_t used = head.size() + separator.size() + more.size();
    if (i == 0) {
      head += truncate_bytes(items[i], limit > used ? limit - used : 0);
    } else if (used + items[i].size() <= limit) {
      head += separator + items[i];
    } else {
      return head + fmt::format("; and {} more", after + 1);
    }
  }
  return head;
}

}  // namespace

std::string summary_line(const Outcome& outcome, std::string_view dash, std::size_t limit) {
  const State state = outcome.state();
  const auto& results = outcome.results;
  if (results.empty()) return truncate_bytes("UNKNOWN: no targets", limit);
  if (results.size() == 1)
    return truncate_bytes(fmt::format("{}: {}", label(state), name_and_message(results[0], dash)), limit);
  if (state == State::ok)
    return truncate_bytes(fmt::format("OK: {} targets in {}", results.size(), format_human(outcome.length)), limit);
  std::vector<std::string> worst;
  for (const Result& result : results) {
    if (result.state == state) worst.push_back(name_and_message(result, dash));
  }
  return truncate_bytes(list(fmt::format("{}: {} of {}: ", label(state), worst.size(), results.size()), worst, limit),
                        limit);
}

std::string report(const Outcome& outcome, const Output& output) {
  if (output.format == Format::nagios) return report_nagios(outcome, output);
  if (output.quiet) return "";
  switch (output.format) {
    case Format::json: return report_json(outcome, output);
    case Format::health_json: return report_health_json(outcome, output);
    default: return report_table(outcome, output);
  }
}

std::string report_usage_error(std::string_view message, const Outcome& nothing, const Output& output) {
  switch (output.format) {
    case Format::json: return json_usage_error(message, nothing);
    case Format::health_json: return health_json_usage_error(message, nothing);
    case Format::nagios: return nagios_usage_error(message);
    case Format::table: break;
  }
  const std::string line = fmt::format("hale: {}", one_line(message));
  return (output.limit == 0 ? line : truncate_bytes(line, output.limit - 1)) + "\n";
}

}  // namespace hale
