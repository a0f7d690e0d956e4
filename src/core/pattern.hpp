#pragma once

#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;  // what PCRE2 calls pcre2_code

namespace hale {

/// A compiled regular expression (PCRE2, UTF-8, invalid bytes never match). Copies share the compiled form.
class Pattern {
 public:
  /// Throws UsageError that names the place of the mistake.
  explicit Pattern(std::string_view expression);

  /// True when the expression matches somewhere in `text`. Throws Unhealthy(UNKNOWN) when the match would cost more
  /// than the limits allow, so that a hostile answer cannot spend the deadline.
  bool found_in(std::string_view text) const;

 private:
  std::shared_ptr<const pcre2_real_code_8> code_;
};

/// "PCRE2 10.42".
std::string pattern_library();

}  // namespace hale
