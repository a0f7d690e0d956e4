#include "report/lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/phase.hpp"

namespace hale {

std::string one_line(std::string_view text) { return std::string(trim(sanitize(text))); }

std::vector<const Result*> arrange(const Outcome& outcome, bool worst_first) {
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

std::string message_of(const Result& result, std::size_t bytes) {
  const std::string message = one_line(result.message);
  return bytes == 0 ? message : truncate_bytes(message, bytes);
}

bool exceeds(std::string_view head, std::span<const std::string> blocks, std::size_t limit) {
  std::size_t all = head.size();
  for (const std::string& block : blocks) all += block.size();
  return limit != 0 && all > limit;
}

std::string whole_blocks(std::string head, std::span<const std::string> blocks, std::string_view mark,
                         std::size_t limit) {
  const auto more = [&](std::size_t left_out) {
    return left_out == 0 ? std::string() : fmt::format("{}and {} more\n", mark, left_out);
  };
  const bool cut = exceeds(head, blocks, limit);
  std::size_t shown = 0;
  std::string text = std::move(head);
  while (shown < blocks.size()) {
    const std::size_t after = blocks.size() - shown - 1;
    if (cut && text.size() + blocks[shown].size() + more(after).size() > limit) break;
    text += blocks[shown++];
  }
  const std::string last = more(blocks.size() - shown);
  return limit != 0 && text.size() + last.size() > limit ? text : text + last;
}

}  // namespace hale
