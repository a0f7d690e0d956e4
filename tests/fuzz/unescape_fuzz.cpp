#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/url.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  try {
    check(percent_decode(text).size() <= text.size());
  } catch (const UsageError&) {
    // The second parser still gets the text.
  }
  check(unescape(text).size() <= text.size());
}
