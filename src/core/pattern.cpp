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

/// What one search may still cost. PCRE2's own limit begins anew at every place of the text where a match might start,
/// so that `\d+ms` on a million digits would run for minutes.
struct Work {
  std::size_t offset = 0;
  std::size_t left = 0;
};

/// Called before every item of the expression: each costs a step, and one for each byte it went forth or back.
int spend(pcre2_callout_block* item, void* data) {
  Work& work = *static_cast<Work*>(data);
  const auto [first, last] = std::minmax(work.offset, item->current_position);
  const std::size_t cost = 1 + last - first;
  if (cost > work.left) return PCRE2_ERROR_MATCHLIMIT;
  work.left -= cost;
  work.offset = item->current_position;
  return 0;
}

}  // namespace

Pattern::Pattern(std::string_view expression) {
  const std::string text(expression);  // an empty view may point nowhere, which PCRE2 refuses
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                   PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT,
                                   &error, &offset, nullptr);
  if (code == nullptr) {
    std::array<unsigned char, 128> reason{};
    pcre2_get_error_message(error, reason.data(), reason.size());
    throw UsageError(fmt::format("{}: no regular expression: {} at byte {}", sanitize(expression),
                                 reinterpret_cast<const char*>(reason.data()), offset + 1));
  }
  code_ = std::shared_ptr<const pcre2_real_code_8>(code, pcre2_code_free);
}

bool Pattern::found_in(std::string_view text) const {
  Work work{0, 1'000'000 + 16 * text.size()};
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_set_callout(context, spend, &work);
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
  // "10.42 2022-12-11"
  return fmt::format("PCRE2 {}",
                     std::string_view(version.data()).substr(0, std::string_view(version.data()).find(' ')));
}

}  // namespace hale
