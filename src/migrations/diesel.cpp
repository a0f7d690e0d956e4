#include <array>

#include "migrations/named.hpp"

namespace hale {
namespace {

constexpr std::string_view script = "up.sql";

/// The folder's name up to the first '_', without '-'.
std::optional<NamedMigration> in_name(std::string_view name) {
  std::string version(name.substr(0, name.find('_')));
  std::erase(version, '-');
  return version.empty() ? std::nullopt : std::optional(NamedMigration{version, std::string(name)});
}

std::vector<NamedMigration> in_folder(const std::string& folder) {
  return named_folders(folder, std::string(script), in_name);
}

std::optional<NamedMigration> on_line(std::string_view line) {
  const auto name = plain_name(without_script(line, script));
  return name && !name->ends_with(".sql") ? in_name(*name) : std::nullopt;
}

NamedMigration in_row(const std::string& text) { return {text, text}; }

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "folders such as 2024-01-31-093000_create_users with an up.sql in each",
    .wanted_line = "2024-01-31-093000_create_users or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), in_row);
}

constexpr std::array<std::string_view, 2> columns{"version", "run_on"};

}  // namespace

extern const MigrationTool diesel_tool;
const MigrationTool diesel_tool{
    .name = "diesel",
    .path = "migrations",
    .files = "a folder for each migration, with up.sql in it; the id is the folder's name up to the first _, without -",
    .table = "__diesel_schema_migrations",
    .columns = columns,
    .order = "version",
    .table_is_fixed = true,
    .read = read,
};

}  // namespace hale
