#include "migrations/changelog/changelog.hpp"

namespace hale {

std::string_view ChangelogEntry::operator[](std::string_view attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

bool is_changelog_entry(std::string_view name) {
  return name == "changeSet" || name == "include" || name == "includeAll";
}

}  // namespace hale
