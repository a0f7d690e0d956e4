#include "core/kind.hpp"

namespace hale {

const NameSpec* find_name(std::span<const NameSpec> names, std::string_view name) {
  for (const NameSpec& spec : names) {
    const bool in_family =
        spec.is_family() && (spec.name == "*" || (name.starts_with(spec.name) && name.size() > spec.name.size()));
    if (spec.name == name || in_family) return &spec;
  }
  return nullptr;
}

}  // namespace hale
