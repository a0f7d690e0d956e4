#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/files.hpp"
#include "migrations/named.hpp"

namespace hale {
namespace {

/// A timestamp of 14 digits, '_' and a name.
bool is_id(std::string_view text) {
  constexpr std::size_t digits = 14;
  return text.size() > digits + 1 && text[digits] == '_' && text.find_first_not_of("0123456789") == digits &&
         text.find_first_of(" \t.") == std::string_view::npos;
}

void add_manifest(const std::string& path, std::vector<NamedMigration>& ids) {
  constexpr std::string_view pending = " (Pending)";
  const std::size_t count_before = ids.size();
  for (const std::string& line : read_manifest(path)) {
    std::string_view id = line;
    // The messages of dotnet ef while it builds.
    if (id == "Build started..." || id == "Build succeeded.") continue;
    if (id.ends_with(pending)) id.remove_suffix(pending.size());
    if (!is_id(id)) {
      throw UsageError(
          fmt::format("{}: '{}' is not a migration id; use lines such as 20240131093000_AddUsers, as printed by dotnet "
                      "ef migrations list --no-connect",
                      sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    ids.push_back(named_migration(std::string(id)));
  }
  if (ids.size() == count_before)
    throw UsageError(fmt::format("{}: the manifest contains no migration; use one id per line", sanitize(path)));
}

void add_folder(const std::string& path, std::vector<NamedMigration>& ids) {
  const std::size_t count_before = ids.size();
  for (const FolderEntry& entry : list_folder(path)) {
    constexpr std::string_view suffix = ".cs";
    std::string_view id = entry.name;
    if (entry.is_folder || !id.ends_with(suffix)) continue;
    id.remove_suffix(suffix.size());
    // ID.Designer.cs, next to ID.cs, is not a migration.
    if (is_id(id)) ids.push_back(named_migration(std::string(id)));
  }
  if (ids.size() == count_before) {
    throw UsageError(
        fmt::format("{} contains no migration; expected files such as 20240131093000_AddUsers.cs", sanitize(path)));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> ids;
  for (const MigrationSource& source : sources) (is_folder(source.path) ? add_folder : add_manifest)(source.path, ids);
  sort_by_id(ids);
  return std::make_unique<NamedMigrations>(std::move(ids), named_migration);
}

// migration_id is the name with the package EFCore.NamingConventions.
constexpr auto columns = std::to_array<std::string_view>({"MigrationId|migration_id"});

}  // namespace

extern const MigrationTool efcore_tool;
const MigrationTool efcore_tool{
    .name = "efcore",
    .path = "Migrations",
    .files =
        "YYYYMMDDHHMMSS_NAME.cs in the folder, without subfolders. The id is the name without .cs. If only the DLL "
        "has the migrations, use the output of dotnet ef migrations list --no-connect as a manifest",
    .table = "__EFMigrationsHistory",
    .columns = columns,
    .read = read,
};

}  // namespace hale
