#include "judge/version.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hale {
namespace {

std::string_view version_prefix(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
}

bool begins_with_digit(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

bool is_lower_case(char c) { return c >= 'a' && c <= 'z'; }

/// Compares numbers of any length, longer than any integer type.
int compare_digits(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

bool is_version_name(std::string_view name) {
  if (name.ends_with("Version") || name == "version") return true;
  // "conversion" is not a version.
  return name.ends_with("version") && !is_lower_case(name[name.size() - std::string_view("_version").size()]);
}

std::optional<int> compare_versions(std::string_view a, std::string_view b) {
  if (!begins_with_digit(a) || !begins_with_digit(b)) return std::nullopt;
  const auto left = split(version_prefix(a), '.');
  const auto right = split(version_prefix(b), '.');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const int order = compare_digits(i < left.size() ? left[i] : "", i < right.size() ? right[i] : "");
    if (order != 0) return order;
  }
  return 0;
}

bool version_between(std::string_view text, std::string_view bounds) {
  const std::size_t dash = bounds.find('-');
  const std::string_view low = bounds.substr(0, dash);
  const std::string_view high = dash == std::string_view::npos ? low : bounds.substr(dash + 1);
  const auto above = compare_versions(text, low);
  const auto below = compare_versions(text, high);
  return above && below && *above >= 0 && *below <= 0;
}

}  // namespace hale
