#pragma once

#include <array>
#include <cstddef>

namespace hale {

/// The elements of all `arrays` in order, as one array: for tables that share rows.
template <typename T, std::size_t... Sizes>
constexpr auto concat(const std::array<T, Sizes>&... arrays) {
  std::array<T, (Sizes + ...)> all{};
  std::size_t next = 0;
  const auto append = [&](const auto& array) {
    for (const T& element : array) all[next++] = element;
  };
  (append(arrays), ...);
  return all;
}

}  // namespace hale
