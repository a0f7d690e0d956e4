#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace hale {

/// Makes names distinct: the second "web" becomes "web (2)".
class UniqueNames {
 public:
  /// The number is put between `before` and `after`, which must outlive this.
  UniqueNames(std::string_view before, std::string_view after) : before_(before), after_(after) {}

  /// `name` if it was not used before, else `name` with the smallest number, from 2 on, that makes it new. Reserves
  /// what it returns.
  std::string unique(const std::string& name);

  /// Reserves `name`, so that unique() never returns it. False when it was already in use.
  bool reserve(const std::string& name) { return next_.try_emplace(name, 2).second; }

 private:
  std::string_view before_;
  std::string_view after_;
  std::unordered_map<std::string, int> next_;  ///< for each name in use: the next number to try
};

}  // namespace hale
