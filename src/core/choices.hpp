#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace hale {

/// The names of a table's rows, as OptionSpec::choices lists them: "table|json|nagios". `table` is a constexpr array
/// whose rows have a `name`.
template <const auto& table>
struct Choices {
  static constexpr std::size_t size = [] {
    std::size_t sum = table.size() - 1;
    for (const auto& row : table) sum += row.name.size();
    return sum;
  }();

  static constexpr std::array<char, size> characters = [] {
    std::array<char, size> joined{};
    auto* next = joined.begin();
    for (const auto& row : table) {
      if (next != joined.begin()) *next++ = '|';
      next = std::copy(row.name.begin(), row.name.end(), next);
    }
    return joined;
  }();

  static constexpr std::string_view text{characters.data(), size};
};

}  // namespace hale
