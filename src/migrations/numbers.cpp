#include "migrations/numbers.hpp"

#include <algorithm>
#include <tuple>

namespace hale {

std::string_view leading_digits(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

std::string strip_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

bool is_smaller_number(std::string_view a, std::string_view b) {
  return std::tuple(a.size(), a) < std::tuple(b.size(), b);
}

void sort_by_number(std::vector<NamedMigration>& migrations) {
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const NamedMigration& a, const NamedMigration& b) { return is_smaller_number(a.id, b.id); });
}

std::optional<NamedMigration> parse_numbered(std::string_view file) {
  const std::string_view digits = leading_digits(file);
  std::string_view rest = file.substr(digits.size());
  if (digits.empty() || (!rest.empty() && rest[0] != '_' && rest[0] != '.')) return std::nullopt;
  rest = rest.substr(0, rest.rfind('.'));
  const std::string number = strip_leading_zeros(digits);
  return NamedMigration{number, number, std::string(rest)};
}

std::optional<NamedMigration> parse_numbered_line(std::string_view line) {
  const auto name = parse_file_name(line);
  return name ? parse_numbered(*name) : std::nullopt;
}

NamedMigration parse_numbered_row(const std::string& text) {
  // Only manual changes to the table give a version that is not a number.
  const bool is_number = !text.empty() && leading_digits(text).size() == text.size();
  return {is_number ? strip_leading_zeros(text) : text, text};
}

}  // namespace hale
