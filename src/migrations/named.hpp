#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A migration that its tool knows by its name alone.
struct NamedMigration {
  std::string id;      ///< by which it is compared
  std::string shown;   ///< as the tool shows it
  std::string name{};  ///< what stands beside the id, for a tool that allows no two of the same
};

/// The migration that is compared by what is shown.
NamedMigration by_name(const std::string& name);

/// How a tool's migrations are found by their names.
struct Naming {
  /// Those in a folder. Throws UsageError for a file that the tool would stumble over.
  std::vector<NamedMigration> (*in_folder)(const std::string& folder);
  /// The one that a line of a manifest names; nothing for a line that names none.
  std::optional<NamedMigration> (*on_line)(std::string_view line);
  std::string_view wanted;       ///< in a folder: "files such as 001_create_users.up.sql"
  std::string_view wanted_line;  ///< in a manifest: "20240131093000_create_users.rb or 20240131093000"
};

/// What all `sources` hold, folders and manifests, in their order. Throws UsageError for a folder without a migration
/// and for a line that names none.
std::vector<NamedMigration> read_named(const std::vector<MigrationSource>& sources, const Naming& naming);

/// Those among the files of a folder, and of those below when `deep`, whose path from the folder on `named` knows.
std::vector<NamedMigration> named_files(const std::string& folder,
                                        std::optional<NamedMigration> (*named)(const std::string& path),
                                        bool deep = false);

/// The folders within `folder` that have the file `script`, as `named` by their own names: what prisma and diesel have.
/// Throws UsageError when only some have it; none at all when no folder has.
std::vector<NamedMigration> named_folders(const std::string& folder, const std::string& script,
                                          std::optional<NamedMigration> (*named)(std::string_view name));

/// Holds migrations in the order of the code against applied ones in the order of the history. Two expected ones with
/// one id are an error.
MigrationFindings compare_named(const std::vector<NamedMigration>& expected,
                                const std::vector<NamedMigration>& applied);

/// The migrations of a tool that knows no more than which of them are in its table: whatever is not there is pending,
/// however old it is.
class NamedMigrations : public Migrations {
 public:
  /// `expected` in the order of the code. `of_row` is what the first column of a row says.
  NamedMigrations(std::vector<NamedMigration> expected, NamedMigration (*of_row)(const std::string& text))
      : expected_(std::move(expected)), of_row_(of_row) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<NamedMigration> expected_;
  NamedMigration (*of_row_)(const std::string& text);
};

/// The last part of a path.
std::string_view last_part(std::string_view path);

/// The last part of a path when it can be a name: without blanks, quotes and control characters.
std::optional<std::string> plain_name(std::string_view text);

/// A line of `find` or `ls` without the file `script` that lies in each migration's folder.
std::string_view without_script(std::string_view line, std::string_view script);

/// Puts migrations into the byte order of their ids.
void sort_by_id(std::vector<NamedMigration>& migrations);

/// What stands in `migrations` more than once, each once, in their order.
std::vector<std::string> doubles(const std::vector<NamedMigration>& migrations, std::string NamedMigration::*part);

}  // namespace hale
