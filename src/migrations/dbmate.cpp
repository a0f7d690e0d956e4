#include <array>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// The digits that the name of an .sql file begins with: leading zeros count.
std::optional<NamedMigration> in_file(const std::string& path) {
  const std::string_view digits = leading_digits(path);
  return digits.empty() || !path.ends_with(".sql") ? std::nullopt : std::optional(by_name(std::string(digits)));
}

std::vector<NamedMigration> in_folder(const std::string& folder) { return named_files(folder, in_file); }

std::optional<NamedMigration> on_line(std::string_view line) {
  return numbered_line(line) ? std::optional(by_name(std::string(leading_digits(last_part(line))))) : std::nullopt;
}

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 20240131093000_create_users.sql",
    .wanted_line = "20240131093000_create_users.sql or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_id(expected);
  return std::make_unique<NamedMigrations>(std::move(expected), by_name);
}

constexpr std::array<std::string_view, 1> columns{"version"};

}  // namespace

extern const MigrationTool dbmate_tool;
const MigrationTool dbmate_tool{
    .name = "dbmate",
    .path = "db/migrations",
    .files = "NUMBER_NAME.sql; the id is the number as it is written, leading zeros count",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
