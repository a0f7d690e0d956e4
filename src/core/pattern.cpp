#include "core/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <array>

#include <fmt/format.h>
#include <pcre2.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace hale {

struct Pattern::Code {
  explicit Code(pcre2_code* compiled) : code(compiled) { pcre2_set_match_limit(context, 1'000'000); }
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() {
    pcre2_match_context_free(context);
    pcre2_code_free(code);
  }

  pcre2_code* code;
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
};

Pattern::Pattern(std::string_view expression) {
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
  if (code == nullptr) {
    std::array<unsigned char, 128> reason{};
    pcre2_get_error_message(error, reason.data(), reason.size());
    throw UsageError(fmt::format("{}: no regular expression: {} at character {}", harmless(expression),
                                 reinterpret_cast<const char*>(reason.data()), offset + 1));
  }
  code_ = std::make_shared<const Code>(code);
}

bool Pattern::found_in(std::string_view text) const {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  const int count =
      pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data, code_->context);
  pcre2_match_data_free(data);
  if (count < 0 && count != PCRE2_ERROR_NOMATCH) {
    throw Unhealthy("the regular expression needs too many steps on this answer", State::unknown);
  }
  return count >= 0;
}

}  // namespace hale
