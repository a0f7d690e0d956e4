#include "base/unique_names.hpp"

#include <fmt/format.h>

namespace hale {

std::string UniqueNames::take(const std::string& wanted) {
  if (reserve(wanted)) return wanted;
  int& number = next_.at(wanted);
  std::string name;
  do {
    name = fmt::format("{}{}{}{}", wanted, before_, number++, after_);
  } while (!reserve(name));
  return name;
}

}  // namespace hale
