#pragma once

#include <string>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// The migrations of a tool that compares what it finds on disk with what is in its table, one by one, and knows no
/// more: whatever is not in the table is pending, however old it is.
class MigrationSet : public Migrations {
 public:
  /// `ids` in the order of the code; one that is there twice is an error. A row's id is its first column.
  explicit MigrationSet(std::vector<std::string> ids) : ids_(std::move(ids)) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<std::string> ids_;
};

/// The ids that all `sources` hold, in byte order: each a manifest, or a folder in which `id_of` tells the id of a file
/// by its path from the folder on, or nothing for a file that is no migration. Throws UsageError for a folder without
/// any; `wanted` says in its words what should be there.
std::vector<std::string> read_ids(const std::vector<MigrationSource>& sources,
                                  std::optional<std::string> (*id_of)(const std::string&), std::string_view wanted);

}  // namespace hale
