#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// NUMBER_NAME.exs, as Ecto.Migrator has it.
std::optional<NamedMigration> in_file(const std::string& path) {
  const std::string_view file = last_part(path);
  auto migration = numbered(file);
  return file.ends_with(".exs") && migration && migration->name.starts_with('_') ? migration : std::nullopt;
}

std::vector<NamedMigration> in_folder(const std::string& folder) { return named_files(folder, in_file, true); }

class EctoMigrations : public NamedMigrations {
 public:
  explicit EctoMigrations(const std::vector<NamedMigration>& expected)
      : NamedMigrations(expected, numbered_row), expected_(expected) {}

  /// Ecto refuses two of one name among those that it is to run, and does not mind them once they are applied.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings = NamedMigrations::compare(rows);
    const std::unordered_set<std::string_view> pending(findings.pending.begin(), findings.pending.end());
    std::vector<NamedMigration> named;
    for (const NamedMigration& one : expected_) {
      if (!one.name.empty() && pending.contains(one.shown)) named.push_back({one.id, one.shown, one.name.substr(1)});
    }
    if (const auto twice = doubles(named, &NamedMigration::name); !twice.empty())
      findings.errors.push_back(fmt::format("two pending migrations have the same name: {}", first_ids(twice)));
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = numbered_line,
    .wanted = "files such as 20240131093000_create_users.exs",
    .wanted_line = "20240131093000_create_users.exs or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_number(expected);
  return std::make_unique<EctoMigrations>(expected);
}

constexpr std::array<std::string_view, 2> columns{"version", "inserted_at"};

}  // namespace

extern const MigrationTool ecto_tool;
const MigrationTool ecto_tool{
    .name = "ecto",
    .path = "priv/repo/migrations",
    .files = "NUMBER_NAME.exs, in folders below too; the id is the number, leading zeros do not count",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
