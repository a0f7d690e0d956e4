#include <array>

#include <fmt/format.h>

#include "migrations/named.hpp"

namespace hale {
namespace {

constexpr std::string_view script = "migration.sql";

std::optional<NamedMigration> parse_name(std::string_view name) { return named_migration(std::string(name)); }

std::vector<NamedMigration> read_folder(const std::string& folder) {
  return parse_folders(folder, std::string(script), parse_name);
}

std::optional<NamedMigration> parse_line(std::string_view line) {
  const auto name = parse_file_name(strip_script(line, script));
  // migration_lock.toml is next to the migrations.
  return name && !name->ends_with(".toml") && !name->ends_with(".sql") ? parse_name(*name) : std::nullopt;
}

class PrismaMigrations : public Migrations {
 public:
  explicit PrismaMigrations(std::vector<NamedMigration> expected) : expected_(std::move(expected)) {}

  /// A migration has a row for each attempt. Rows with rolled_back_at do not count: `prisma migrate resolve
  /// --rolled-back` sets it on a failed attempt, so that the migration can be applied again.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    std::vector<NamedMigration> applied;
    std::vector<std::string> failed;
    for (const MigrationRow& row : rows) {
      const std::string name = row[0].value_or("");
      if (row[2]) continue;
      if (row[1]) applied.push_back(named_migration(name));
      if (!row[1]) failed.push_back(name);
    }
    MigrationFindings findings = compare_named(expected_, applied);
    if (!failed.empty()) findings.errors.push_back(fmt::format("{} failed halfway or is running", format_ids(failed)));
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "folders such as 20240131093000_create_users with a migration.sql in each",
    .expected_line = "20240131093000_create_users",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_id(expected);
  return std::make_unique<PrismaMigrations>(std::move(expected));
}

constexpr auto columns = std::to_array<std::string_view>({"migration_name", "finished_at", "rolled_back_at"});

}  // namespace

extern const MigrationTool prisma_tool;
const MigrationTool prisma_tool{
    .name = "prisma",
    .path = "prisma/migrations",
    .files =
        "a folder for each migration that contains migration.sql. The id is the folder's name. hale does not notice "
        "scripts that were changed after they were applied",
    .table = "_prisma_migrations",
    .columns = columns,
    .order = "started_at",
    .table_is_fixed = true,
    .read = read,
};

}  // namespace hale
