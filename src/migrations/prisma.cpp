#include <array>

#include <fmt/format.h>

#include "migrations/named.hpp"

namespace hale {
namespace {

constexpr std::string_view script = "migration.sql";

std::optional<NamedMigration> in_name(std::string_view name) { return by_name(std::string(name)); }

std::vector<NamedMigration> in_folder(const std::string& folder) {
  return named_folders(folder, std::string(script), in_name);
}

std::optional<NamedMigration> on_line(std::string_view line) {
  const auto name = plain_name(without_script(line, script));
  // migration_lock.toml lies beside the migrations.
  return name && !name->ends_with(".toml") && !name->ends_with(".sql") ? in_name(*name) : std::nullopt;
}

class PrismaMigrations : public Migrations {
 public:
  explicit PrismaMigrations(std::vector<NamedMigration> expected) : expected_(std::move(expected)) {}

  /// A name has a row for each try; those that someone has resolved as rolled back do not count.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    std::vector<NamedMigration> applied;
    std::vector<std::string> failed;
    for (const MigrationRow& row : rows) {
      const std::string name = row[0].value_or("");
      if (row[2]) continue;
      if (row[1]) applied.push_back(by_name(name));
      if (!row[1]) failed.push_back(name);
    }
    MigrationFindings findings = compare_named(expected_, applied);
    if (!failed.empty()) findings.errors.push_back(fmt::format("{} failed half-way, or is running", first_ids(failed)));
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "folders such as 20240131093000_create_users with a migration.sql in each",
    .wanted_line = "20240131093000_create_users",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_id(expected);
  return std::make_unique<PrismaMigrations>(std::move(expected));
}

constexpr std::array<std::string_view, 3> columns{"migration_name", "finished_at", "rolled_back_at"};

}  // namespace

extern const MigrationTool prisma_tool;
const MigrationTool prisma_tool{
    .name = "prisma",
    .path = "prisma/migrations",
    .files =
        "a folder for each migration, with migration.sql in it; the id is the folder's name. That a script was changed "
        "after it was applied is not noticed",
    .table = "_prisma_migrations",
    .columns = columns,
    .order = "started_at",
    .table_is_fixed = true,
    .read = read,
};

}  // namespace hale
