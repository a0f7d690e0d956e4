#include "report/lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/phase.hpp"

namespace hale {

std::string one_line(std::string_view text) { return std::string(trim(sanitize(text))); }

std::vector<const Result*> sort_results(const Outcome& outcome, bool worst_first) {
  std::vector<const Result*> results;
  for (const Result& result : outcome.results) results.push_back(&result);
  if (worst_first) {
    std::stable_sort(results.begin(), results.end(),
                     [](const Result* a, const Result* b) { return a->state > b->state; });
  }
  return results;
}

bool is_phase(const Result& result, std::string_view metric) {
  return std::any_of(result.phases.begin(), result.phases.end(),
                     [&](const Phase& phase) { return phase_metric(phase.name) == metric; });
}

std::string message_line(const Result& result, std::size_t max_bytes) {
  const std::string message = one_line(result.message);
  return max_bytes == 0 ? message : truncate_bytes(message, max_bytes);
}

bool fits(std::string_view head, std::span<const std::string> blocks, std::size_t limit) {
  std::size_t total = head.size();
  for (const std::string& block : blocks) total += block.size();
  return limit == 0 || total <= limit;
}

std::string join_blocks(std::string head, std::span<const std::string> blocks, std::string_view prefix,
                        std::size_t limit) {
  const auto more = [&](std::size_t dropped) {
    return dropped == 0 ? std::string() : fmt::format("{}and {} more\n", prefix, dropped);
  };
  const bool cut = !fits(head, blocks, limit);
  std::size_t count = 0;
  std::string text = std::move(head);
  while (count < blocks.size()) {
    const std::size_t remaining = blocks.size() - count - 1;
    if (cut && text.size() + blocks[count].size() + more(remaining).size() > limit) break;
    text += blocks[count++];
  }
  const std::string last = more(blocks.size() - count);
  return limit != 0 && text.size() + last.size() > limit ? text : text + last;
}

}  // namespace hale
