#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A migration that its tool identifies by a name or number alone.
struct NamedMigration {
  std::string id;          ///< what is compared
  std::string display_id;  ///< the id as the tool prints it
  std::string name{};      ///< what follows the id, for tools that refuse two migrations with the same name
};

/// A migration whose id is printed as it is.
NamedMigration named_migration(const std::string& id);

/// How a tool's migrations are named in folders and manifests.
struct NamingRules {
  /// The migrations in a folder. Throws UsageError for a file that the tool would fail on.
  std::vector<NamedMigration> (*read_folder)(const std::string& folder);
  /// The migration on a line of a manifest; nullopt for an invalid line.
  std::optional<NamedMigration> (*parse_line)(std::string_view line);
  std::string_view expected_files;  ///< for error messages: "files such as 001_create_users.up.sql"
  std::string_view expected_line;   ///< for error messages: "20240131093000_create_users.rb or 20240131093000"
};

/// The migrations of all `sources`, folders and manifests, in their order. Blocks. Throws UsageError for a folder
/// without migrations and for an invalid line.
std::vector<NamedMigration> read_named_migrations(const std::vector<MigrationSource>& sources,
                                                  const NamingRules& rules);

/// Applies `parse` to the path, relative to `folder`, of each file in it, with `recursive` also of files further down.
/// Returns the results other than nullopt.
std::vector<NamedMigration> parse_files(const std::string& folder,
                                        std::optional<NamedMigration> (*parse)(const std::string& path),
                                        bool recursive = false);

/// Applies `parse` to the names of the folders within `folder` that contain the file `script`: the layout of prisma and
/// diesel. Throws UsageError when only some folders are migrations; returns nothing when no folder is one.
std::vector<NamedMigration> parse_folders(const std::string& folder, const std::string& script,
                                          std::optional<NamedMigration> (*parse)(std::string_view name));

/// Compares migrations in the order of the code with applied ones in the order of the history. Two expected migrations
/// with the same id are an error.
MigrationFindings compare_named(const std::vector<NamedMigration>& expected,
                                const std::vector<NamedMigration>& applied);

/// The migrations of a tool whose table has one row for each applied migration: an id without a row is pending, however
/// old it is.
class NamedMigrations : public Migrations {
 public:
  /// `expected` in the order of the code. `parse_row` turns the first column of a row into a migration.
  NamedMigrations(std::vector<NamedMigration> expected, NamedMigration (*parse_row)(const std::string& text))
      : expected_(std::move(expected)), parse_row_(parse_row) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<NamedMigration> expected_;
  NamedMigration (*parse_row_)(const std::string& text);
};

/// The last component of a path.
std::string_view base_name(std::string_view path);

/// The last component of a path; nullopt when it is unlikely to be a file name: empty, or with blanks, quotes or
/// control characters.
std::optional<std::string> parse_file_name(std::string_view path);

/// `line` without a last component `script`: the folder of a migration in the output of find or ls.
std::string_view strip_script(std::string_view line, std::string_view script);

/// Sorts migrations by the bytes of their ids.
void sort_by_id(std::vector<NamedMigration>& migrations);

/// The values of `part` that more than one migration has, each once.
std::vector<std::string> find_duplicates(const std::vector<NamedMigration>& migrations,
                                         std::string NamedMigration::*part);

}  // namespace hale
