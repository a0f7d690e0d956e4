#include "migrations/numbers.hpp"

#include <algorithm>
#include <tuple>

namespace hale {

std::string_view leading_digits(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

std::string plain_number(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

bool smaller(std::string_view one, std::string_view other) {
  return std::tuple(one.size(), one) < std::tuple(other.size(), other);
}

void sort_by_number(std::vector<NamedMigration>& migrations) {
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const NamedMigration& a, const NamedMigration& b) { return smaller(a.id, b.id); });
}

std::optional<NamedMigration> numbered(std::string_view file) {
  const std::string_view digits = leading_digits(file);
  std::string_view rest = file.substr(digits.size());
  if (digits.empty() || (!rest.empty() && rest[0] != '_' && rest[0] != '.')) return std::nullopt;
  rest = rest.substr(0, rest.rfind('.'));
  const std::string number = plain_number(digits);
  return NamedMigration{number, number, std::string(rest)};
}

std::optional<NamedMigration> numbered_line(std::string_view line) {
  const auto name = plain_name(line);
  return name ? numbered(*name) : std::nullopt;
}

NamedMigration numbered_row(const std::string& text) {
  // What is no number, by someone's hand, stays what it is.
  const bool is_number = !text.empty() && leading_digits(text).size() == text.size();
  return {is_number ? plain_number(text) : text, text};
}

}  // namespace hale
