#include <array>

#include "migrations/named.hpp"

namespace hale {
namespace {

constexpr std::string_view script = "up.sql";

/// The version is the folder's name up to the first '_', without '-'.
std::optional<NamedMigration> parse_name(std::string_view name) {
  std::string version(name.substr(0, name.find('_')));
  std::erase(version, '-');
  return version.empty() ? std::nullopt : std::optional(NamedMigration{version, std::string(name)});
}

std::vector<NamedMigration> read_folder(const std::string& folder) {
  return parse_folders(folder, std::string(script), parse_name);
}

std::optional<NamedMigration> parse_line(std::string_view line) {
  const auto name = parse_file_name(strip_script(line, script));
  return name && !name->ends_with(".sql") ? parse_name(*name) : std::nullopt;
}

NamedMigration parse_row(const std::string& text) { return {text, text}; }

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "folders such as 2024-01-31-093000_create_users with an up.sql in each",
    .expected_line = "2024-01-31-093000_create_users or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), parse_row);
}

constexpr auto columns = std::to_array<std::string_view>({"version", "run_on"});

}  // namespace

extern const MigrationTool diesel_tool;
const MigrationTool diesel_tool{
    .name = "diesel",
    .path = "migrations",
    .files =
        "a folder for each migration that contains up.sql. The id is the folder's name up to the first _, without -",
    .table = "__diesel_schema_migrations",
    .columns = columns,
    .order = "version",
    .table_is_fixed = true,
    .read = read,
};

}  // namespace hale
