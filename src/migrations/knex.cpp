#include <algorithm>
#include <array>
#include <unordered_set>

#include "migrations/named.hpp"

namespace hale {
namespace {

/// The default of knex's option loadExtensions.
constexpr auto extensions = std::to_array<std::string_view>(
    {".co", ".coffee", ".eg", ".iced", ".js", ".cjs", ".mjs", ".litcoffee", ".ls", ".ts"});

/// The id is the name without its extension: a file may be TypeScript in development and JavaScript in production.
NamedMigration to_migration(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot > 0 &&
                             std::find(extensions.begin(), extensions.end(), file.substr(dot)) != extensions.end();
  return {std::string(has_extension ? file.substr(0, dot) : file), std::string(file)};
}

std::optional<NamedMigration> parse_file(const std::string& path) {
  NamedMigration migration = to_migration(path);
  const bool is_migration = migration.id != migration.display_id && !path.ends_with(".d.ts");
  return is_migration ? std::optional(std::move(migration)) : std::nullopt;
}

/// A source and its compiled script in the same folder are one migration.
std::vector<NamedMigration> read_folder(const std::string& folder) {
  std::vector<NamedMigration> found = parse_files(folder, parse_file);
  std::unordered_set<std::string> unique_ids;
  std::erase_if(found, [&](const NamedMigration& one) { return !unique_ids.insert(one.id).second; });
  return found;
}

std::optional<NamedMigration> parse_line(std::string_view line) {
  const auto name = parse_file_name(line);
  return name ? std::optional(to_migration(*name)) : std::nullopt;
}

NamedMigration parse_row(const std::string& text) { return to_migration(text); }

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 20240131093000_create_users.js",
    .expected_line = "20240131093000_create_users.js",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), parse_row);
}

constexpr auto columns = std::to_array<std::string_view>({"name", "batch"});

}  // namespace

extern const MigrationTool knex_tool;
const MigrationTool knex_tool{
    .name = "knex",
    .path = "migrations",
    .files =
        "files with the extension .js, .cjs, .mjs, .ts, .coffee or another that knex loads by default, but not .d.ts. "
        "The id is the name of the file; it is compared without the extension",
    .table = "knex_migrations",
    .columns = columns,
    .order = "id",
    .lock_suffix = "_lock",
    .lock_column = "is_locked",
    .read = read,
};

}  // namespace hale
