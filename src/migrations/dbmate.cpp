#include <array>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// The id is the number as written: dbmate compares versions as text.
std::optional<NamedMigration> parse_file(const std::string& path) {
  const std::string_view digits = leading_digits(path);
  return digits.empty() || !path.ends_with(".sql") ? std::nullopt : std::optional(named_migration(std::string(digits)));
}

std::vector<NamedMigration> read_folder(const std::string& folder) { return parse_files(folder, parse_file); }

std::optional<NamedMigration> parse_line(std::string_view line) {
  return parse_numbered_line(line) ? std::optional(named_migration(std::string(leading_digits(base_name(line)))))
                                   : std::nullopt;
}

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 20240131093000_create_users.sql",
    .expected_line = "20240131093000_create_users.sql or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), named_migration);
}

constexpr auto columns = std::to_array<std::string_view>({"version"});

}  // namespace

extern const MigrationTool dbmate_tool;
const MigrationTool dbmate_tool{
    .name = "dbmate",
    .path = "db/migrations",
    .files = "NUMBER_NAME.sql. The id is the number as written, with its leading zeros",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
