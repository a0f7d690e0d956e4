#pragma once

#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;  // what PCRE2 calls pcre2_code

namespace hale {

/// A compiled regular expression: PCRE2 in UTF-8, where invalid bytes never match. Copies share the compiled form.
class Pattern {
 public:
  /// Throws UsageError, which gives the position of the mistake.
  explicit Pattern(std::string_view expression);

  /// True when the expression matches somewhere in `text`. Throws Unhealthy(UNKNOWN) when the search takes too many
  /// steps, so that a hostile answer cannot block the run.
  bool found_in(std::string_view text) const;

 private:
  std::shared_ptr<const pcre2_real_code_8> code_;
};

/// The name and version of the library: "PCRE2 10.42".
std::string pattern_library();

}  // namespace hale
