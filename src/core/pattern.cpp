#include "core/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <pcre2.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

/// The steps that one search may still take. PCRE2's own match limit starts again at every position of the text where a
/// match might begin, so that `\d+ms` on a million digits would run for minutes.
struct StepBudget {
  std::size_t remaining = 0;
  std::size_t position = 0;  ///< in the text, at the previous callout
};

/// PCRE2 calls this before each item of the expression. It costs one step, and one more for each byte that the search
/// moved forward or back since the previous call.
int count_steps(pcre2_callout_block* item, void* data) {
  StepBudget& budget = *static_cast<StepBudget*>(data);
  const auto [first, last] = std::minmax(budget.position, item->current_position);
  const std::size_t cost = 1 + last - first;
  if (cost > budget.remaining) return PCRE2_ERROR_MATCHLIMIT;
  budget.remaining -= cost;
  budget.position = item->current_position;
  return 0;
}

}  // namespace

Pattern::Pattern(std::string_view expression) {
  const std::string text(expression);  // an empty view may have a null pointer, which PCRE2 rejects
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                   PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT,
                                   &error, &offset, nullptr);
  if (code == nullptr) {
    std::array<unsigned char, 128> reason{};
    pcre2_get_error_message(error, reason.data(), reason.size());
    throw UsageError(fmt::format("{}: invalid regular expression: {} at byte {}", sanitize(expression),
                                 reinterpret_cast<const char*>(reason.data()), offset + 1));
  }
  code_ = std::shared_ptr<const pcre2_real_code_8>(code, pcre2_code_free);
}

bool Pattern::found_in(std::string_view text) const {
  StepBudget budget{.remaining = 1'000'000 + 16 * text.size()};
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_set_callout(context, count_steps, &budget);
  pcre2_set_heap_limit(context, 65'536);  // KiB
  const char* subject = text.empty() ? "" : text.data();
  const int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(subject), text.size(), 0, 0, data, context);
  pcre2_match_data_free(data);
  pcre2_match_context_free(context);
  if (count < 0 && count != PCRE2_ERROR_NOMATCH) {
    throw Unhealthy("the regular expression needs too many steps on this answer", State::unknown);
  }
  return count >= 0;
}

std::string pattern_library() {
  std::array<char, 64> version{};
  pcre2_config(PCRE2_CONFIG_VERSION, version.data());
  // "10.42 2022-12-11": the version and its date.
  return fmt::format("PCRE2 {}",
                     std::string_view(version.data()).substr(0, std::string_view(version.data()).find(' ')));
}

}  // namespace hale
