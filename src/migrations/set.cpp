#include "migrations/set.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "migrations/files.hpp"

namespace hale {

MigrationFindings MigrationSet::compare(const std::vector<MigrationRow>& rows) const {
  std::vector<std::string> applied;
  for (const MigrationRow& row : rows) {
    if (!row.empty() && row[0]) applied.push_back(*row[0]);
  }
  std::vector<std::string> once;
  std::vector<std::string> twice;
  std::unordered_set<std::string_view> seen;
  for (const std::string& id : ids_) (seen.insert(id).second ? once : twice).push_back(id);
  MigrationFindings findings = compare_ids(once, applied);
  if (!twice.empty()) findings.errors.push_back(fmt::format("two migrations have the same id: {}", first_ids(twice)));
  return findings;
}

std::vector<std::string> read_ids(const std::vector<MigrationSource>& sources,
                                  std::optional<std::string> (*id_of)(const std::string&), std::string_view wanted) {
  std::vector<std::string> ids;
  for (const MigrationSource& source : sources) {
    if (!is_folder(source.path)) {
      for (std::string& id : read_manifest(source.path)) ids.push_back(std::move(id));
      continue;
    }
    const std::size_t before = ids.size();
    for (const std::string& file : files_below(source.path)) {
      if (auto id = id_of(file)) ids.push_back(std::move(*id));
    }
    if (ids.size() == before)
      throw UsageError(fmt::format("{} holds no migration; there should be {}", harmless(source.path), wanted));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace hale
