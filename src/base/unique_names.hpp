#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace hale {

/// Tells names apart: the second of the same gets a number, "web (2)".
class UniqueNames {
 public:
  /// The number stands between `before` and `after`, which live as long as this.
  UniqueNames(std::string_view before, std::string_view after) : before_(before), after_(after) {}

  /// `wanted`, or with the least number from 2 on that makes it new.
  std::string take(const std::string& wanted);

  /// False when `name` is taken; else it is from now on.
  bool reserve(const std::string& name) { return next_.try_emplace(name, 2).second; }

 private:
  std::string_view before_;
  std::string_view after_;
  std::unordered_map<std::string, int> next_;  ///< of each name that is taken: the number to try next
};

}  // namespace hale
