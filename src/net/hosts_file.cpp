#include "net/hosts_file.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

/// The first word of `line`, which is taken off it; empty at its end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

bool has_host(std::string_view text, std::string_view name) {
  const std::string wanted = lower(name);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (take_word(line).empty()) continue;  // the address
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (lower(word) == wanted) return true;
    }
  }
  return false;
}

}  // namespace hale
