#include "base/unique_names.hpp"

#include <fmt/format.h>

namespace hale {

std::string UniqueNames::unique(const std::string& name) {
  if (reserve(name)) return name;
  int& number = next_.at(name);
  std::string numbered;
  do {
    numbered = fmt::format("{}{}{}{}", name, before_, number++, after_);
  } while (!reserve(numbered));
  return numbered;
}

}  // namespace hale
