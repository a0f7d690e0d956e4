#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// NUMBER_NAME.exs, the pattern of Ecto.Migrator.
std::optional<NamedMigration> parse_file(const std::string& path) {
  const std::string_view file = base_name(path);
  auto migration = parse_numbered(file);
  return file.ends_with(".exs") && migration && migration->name.starts_with('_') ? migration : std::nullopt;
}

std::vector<NamedMigration> read_folder(const std::string& folder) { return parse_files(folder, parse_file, true); }

class EctoMigrations : public NamedMigrations {
 public:
  explicit EctoMigrations(const std::vector<NamedMigration>& expected)
      : NamedMigrations(expected, parse_numbered_row), expected_(expected) {}

  /// Ecto refuses two migrations with the same name only among the pending ones.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings = NamedMigrations::compare(rows);
    const std::unordered_set<std::string_view> pending(findings.pending.begin(), findings.pending.end());
    std::vector<NamedMigration> named;
    for (const NamedMigration& one : expected_) {
      if (!one.name.empty() && pending.contains(one.display_id))
        named.push_back({one.id, one.display_id, one.name.substr(1)});
    }
    if (const auto duplicates = find_duplicates(named, &NamedMigration::name); !duplicates.empty())
      findings.errors.push_back(fmt::format("two pending migrations have the same name: {}", format_ids(duplicates)));
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_numbered_line,
    .expected_files = "files such as 20240131093000_create_users.exs",
    .expected_line = "20240131093000_create_users.exs or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_number(expected);
  return std::make_unique<EctoMigrations>(expected);
}

constexpr auto columns = std::to_array<std::string_view>({"version", "inserted_at"});

}  // namespace

extern const MigrationTool ecto_tool;
const MigrationTool ecto_tool{
    .name = "ecto",
    .path = "priv/repo/migrations",
    .files = "NUMBER_NAME.exs, also in subfolders. The id is the number without leading zeros",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
