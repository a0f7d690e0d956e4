#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>

#include <fmt/format.h>

#include "base/number.hpp"
#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// A positive int64. goose inserts a row with version 0 when it creates the table.
bool is_version(std::string_view digits) { return parse_integer<std::int64_t>(digits).value_or(0) > 0; }

/// NUMBER_NAME.sql or NUMBER_NAME.go; goose ignores other files.
std::optional<NamedMigration> parse_file(const std::string& path) {
  const bool has_suffix = path.ends_with(".sql") || (path.ends_with(".go") && !path.ends_with("_test.go"));
  auto migration = parse_numbered(path);
  const bool is_migration = has_suffix && migration && migration->name.starts_with('_') && is_version(migration->id);
  return is_migration ? migration : std::nullopt;
}

std::vector<NamedMigration> read_folder(const std::string& folder) { return parse_files(folder, parse_file); }

std::optional<NamedMigration> parse_line(std::string_view line) {
  auto migration = parse_numbered_line(line);
  return migration && is_version(migration->id) ? migration : std::nullopt;
}

/// The applied versions. goose appends a row for each "up" and each "down", so the newest row of a version decides.
std::vector<NamedMigration> find_applied(const std::vector<MigrationRow>& rows) {
  std::unordered_map<std::string, bool> is_applied;
  std::vector<std::string> order;
  for (const MigrationRow& row : rows) {
    const std::string version = row[0].value_or("0");
    if (is_applied.insert_or_assign(version, row[1] == "true").second) order.push_back(version);
  }
  std::vector<NamedMigration> applied;
  for (const std::string& version : order) {
    if (version != "0" && is_applied[version]) applied.push_back(parse_numbered_row(version));
  }
  return applied;
}

class GooseMigrations : public Migrations {
 public:
  explicit GooseMigrations(std::vector<NamedMigration> expected) : expected_(std::move(expected)) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    const std::vector<NamedMigration> applied = find_applied(rows);
    MigrationFindings findings = compare_named(expected_, applied);
    if (applied.empty()) findings.absence = "no version is recorded";
    std::string newest = "0";
    for (const NamedMigration& one : applied) {
      if (is_smaller_number(newest, one.id)) newest = one.id;
    }
    // goose applies versions older than the newest applied one only with -allow-missing.
    std::vector<std::string> out_of_order;
    for (const std::string& version : findings.pending) {
      if (is_smaller_number(version, newest)) out_of_order.push_back(version);
    }
    if (!out_of_order.empty()) {
      findings.remarks.push_back(fmt::format("{} is already applied, so goose applies {} only with -allow-missing",
                                             newest, format_ids(out_of_order)));
    }
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 00001_create_users.sql",
    .expected_line = "00001_create_users.sql or 1",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_number(expected);
  return std::make_unique<GooseMigrations>(std::move(expected));
}

constexpr auto columns = std::to_array<std::string_view>({"version_id", "is_applied"});

}  // namespace

extern const MigrationTool goose_tool;
const MigrationTool goose_tool{
    .name = "goose",
    .path = "migrations",
    .files = "NUMBER_NAME.sql and NUMBER_NAME.go, but not _test.go. The id is the number without leading zeros",
    .table = "goose_db_version",
    .columns = columns,
    .order = "id",
    .read = read,
};

}  // namespace hale
