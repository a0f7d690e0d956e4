#include "base/text.hpp"
#include "core/url.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  try {
    hold(percent_decode(text).size() <= text.size());
  } catch (const UsageError&) {
    // The other parser shall have its turn.
  }
  hold(unescape(text).size() <= text.size());
}
