#include "net/hosts_file.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::string_view whitespace = " \t\r\f\v";

/// Removes the first word of `line` and returns it; empty at the end of the line.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(whitespace), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(whitespace));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

bool has_host(std::string_view text, std::string_view name) {
  const std::string lower_name = lower(name);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (take_word(line).empty()) continue;  // the address
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (lower(word) == lower_name) return true;
    }
  }
  return false;
}

}  // namespace hale
