#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A changeset of a changelog.
struct LiquibaseChangeset {
  std::string path;  ///< of its changelog, relative to Liquibase's search path as far as it is known
  std::string id;
  std::string author;
  std::string file{};       ///< the absolute path of the file; empty when `path` is exact
  std::string inherited{};  ///< the logicalFilePath of an including changelog, used since Liquibase 4.31; empty if none
  std::string filter{};     ///< its contexts and labels as a key: equal for equal conditions
  bool runs = true;         ///< false when it has ignore="true" or is not for PostgreSQL

  /// "db/changelog/users.sql::1::me", as Liquibase prints it.
  std::string to_string() const { return path + "::" + id + "::" + author; }
};

/// `path` as Liquibase compares it, except for the case: with slashes, without "classpath:", leading slash, "." and
/// "..".
std::string normalize_changelog_path(std::string_view path);

/// All changesets in the order in which they would run: from changelogs with everything that they include, from folders
/// as includeAll reads them, and from manifests. A file that is included twice is read once. Blocks. Throws UsageError.
std::vector<LiquibaseChangeset> read_liquibase_changesets(const std::vector<MigrationSource>& sources);

}  // namespace hale
