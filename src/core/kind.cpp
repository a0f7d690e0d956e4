#include "core/kind.hpp"

namespace hale {

const NameSpec* find_name(std::span<const NameSpec> names, std::string_view name) {
  const NameSpec* family = nullptr;
  for (const NameSpec& spec : names) {
    if (!spec.is_family()) {
      if (spec.name == name) return &spec;
      continue;
    }
    const std::string_view prefix = spec.name == "*" ? std::string_view() : spec.name;
    if (family == nullptr && name.starts_with(prefix) && name.size() > prefix.size()) family = &spec;
  }
  return family;
}

}  // namespace hale
