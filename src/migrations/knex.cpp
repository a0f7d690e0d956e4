#include <algorithm>
#include <array>
#include <unordered_set>

#include "migrations/named.hpp"

namespace hale {
namespace {

/// What knex loads unless told otherwise.
constexpr std::array<std::string_view, 10> endings{".co",  ".coffee", ".eg",        ".iced", ".js",
                                                   ".cjs", ".mjs",    ".litcoffee", ".ls",   ".ts"};

/// Sources in TypeScript are JavaScript in production: what is compared is the name without its ending.
NamedMigration named(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  const bool known = dot != std::string_view::npos && dot > 0 &&
                     std::find(endings.begin(), endings.end(), file.substr(dot)) != endings.end();
  return {std::string(known ? file.substr(0, dot) : file), std::string(file)};
}

std::optional<NamedMigration> in_file(const std::string& path) {
  NamedMigration migration = named(path);
  const bool is_one = migration.id != migration.shown && !path.ends_with(".d.ts");
  return is_one ? std::optional(std::move(migration)) : std::nullopt;
}

/// A migration may lie beside what was compiled of it.
std::vector<NamedMigration> in_folder(const std::string& folder) {
  std::vector<NamedMigration> found = named_files(folder, in_file);
  std::unordered_set<std::string> seen;
  std::erase_if(found, [&](const NamedMigration& one) { return !seen.insert(one.id).second; });
  return found;
}

std::optional<NamedMigration> on_line(std::string_view line) {
  const auto name = plain_name(line);
  return name ? std::optional(named(*name)) : std::nullopt;
}

NamedMigration in_row(const std::string& text) { return named(text); }

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 20240131093000_create_users.js",
    .wanted_line = "20240131093000_create_users.js",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), in_row);
}

constexpr std::array<std::string_view, 2> columns{"name", "batch"};

}  // namespace

extern const MigrationTool knex_tool;
const MigrationTool knex_tool{
    .name = "knex",
    .path = "migrations",
    .files =
        "files that end in .js, .cjs, .mjs, .ts, .coffee and the like, .d.ts left out; the id is the file's name, "
        "compared without that ending",
    .table = "knex_migrations",
    .columns = columns,
    .order = "id",
    .lock_suffix = "_lock",
    .lock_column = "is_locked",
    .read = read,
};

}  // namespace hale
