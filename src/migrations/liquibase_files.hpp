#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A changeset that the code has.
struct LiquibaseChangeset {
  std::string path;  ///< of its changelog, from the folder on in which Liquibase searches, as far as it is known
  std::string id;
  std::string author;
  std::string file{};       ///< where it was read, from the root of the file system on; empty when `path` is exact
  std::string inherited{};  ///< the logical path of what includes it, which Liquibase takes from 4.31 on; else empty
  std::string filter{};     ///< its contexts and labels, in words that are the same for the same ones
  bool runs = true;         ///< false when it is to be ignored or not for PostgreSQL

  /// "db/changelog/users.sql::1::me", as Liquibase shows it.
  std::string shown() const { return path + "::" + id + "::" + author; }
};

/// A path as Liquibase compares it, but for the case: without "classpath:" and the slash before it, dots resolved.
std::string normal_changelog_path(std::string_view path);

/// Every changeset in the order in which they would run: of changelogs with all that they include, of folders as
/// includeAll reads them, and of manifests. A file that is included twice is read once. Throws UsageError.
std::vector<LiquibaseChangeset> read_liquibase_changesets(const std::vector<MigrationSource>& sources);

}  // namespace hale
