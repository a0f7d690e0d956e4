#include "report/summary.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/quantity.hpp"
#include "report/lines.hpp"

namespace hale {
namespace {

std::string name_and_message(const Result& result, std::string_view dash) {
  const std::string name = one_line(result.name);
  const std::string message = one_line(result.message);
  return message.empty() ? name : fmt::format("{} {} {}", name, dash, message);
}

/// `head` and as many of `items` as fit into `limit` bytes. The first is always there, truncated if necessary.
std::string append_items(std::string head, const std::vector<std::string>& items, std::size_t limit) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t remaining = items.size() - i - 1;
    const std::string more = remaining == 0 ? "" : fmt::format("; and {} more", remaining);
    const std::string separator = i == 0 ? "" : "; ";
    const std::size_t used = head.size() + separator.size() + more.size();
    if (i == 0) {
      head += truncate_bytes(items[i], limit > used ? limit - used : 0);
    } else if (used + items[i].size() <= limit) {
      head += separator + items[i];
    } else {
      return head + fmt::format("; and {} more", remaining + 1);
    }
  }
  return head;
}

std::string format_summary(const Outcome& outcome, std::string_view dash, std::size_t limit) {
  const State state = outcome.state();
  const auto& results = outcome.results;
  if (results.empty()) return "UNKNOWN: no targets";
  if (results.size() == 1) return fmt::format("{}: {}", label(state), name_and_message(results[0], dash));
  if (state == State::ok) return fmt::format("OK: {} targets in {}", results.size(), format_human(outcome.length));
  std::vector<std::string> worst;
  for (const Result& result : results) {
    if (result.state == state) worst.push_back(name_and_message(result, dash));
  }
  return append_items(fmt::format("{}: {} of {}: ", label(state), worst.size(), results.size()), worst, limit);
}

}  // namespace

std::string summary_line(const Outcome& outcome, std::string_view dash, std::size_t limit) {
  return truncate_bytes(format_summary(outcome, dash, limit), limit);
}

}  // namespace hale
