#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <unordered_map>

#include <fmt/format.h>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

/// An int64 above 0; 0 is the row that goose makes with the table.
bool is_version(std::string_view digits) {
  std::int64_t number = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc() && number > 0;
}

/// NUMBER_NAME.sql or .go; goose takes any other for a helper.
std::optional<NamedMigration> in_file(const std::string& path) {
  const bool of_kind = path.ends_with(".sql") || (path.ends_with(".go") && !path.ends_with("_test.go"));
  auto migration = numbered(path);
  const bool is_one = of_kind && migration && migration->name.starts_with('_') && is_version(migration->id);
  return is_one ? migration : std::nullopt;
}

std::vector<NamedMigration> in_folder(const std::string& folder) { return named_files(folder, in_file); }

std::optional<NamedMigration> on_line(std::string_view line) {
  auto migration = numbered_line(line);
  return migration && is_version(migration->id) ? migration : std::nullopt;
}

/// The newest row of a version says whether it is applied.
std::vector<NamedMigration> applied_in(const std::vector<MigrationRow>& rows) {
  std::unordered_map<std::string, bool> done;
  std::vector<std::string> order;
  for (const MigrationRow& row : rows) {
    const std::string version = row[0].value_or("0");
    if (done.insert_or_assign(version, row[1] == "true").second) order.push_back(version);
  }
  std::vector<NamedMigration> applied;
  for (const std::string& version : order) {
    if (version != "0" && done[version]) applied.push_back(numbered_row(version));
  }
  return applied;
}

class GooseMigrations : public Migrations {
 public:
  explicit GooseMigrations(std::vector<NamedMigration> expected) : expected_(std::move(expected)) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    const std::vector<NamedMigration> applied = applied_in(rows);
    MigrationFindings findings = compare_named(expected_, applied);
    if (applied.empty()) findings.absence = "no version is recorded";
    std::string newest = "0";
    for (const NamedMigration& one : applied) {
      if (smaller(newest, one.id)) newest = one.id;
    }
    std::vector<std::string> late;
    for (const std::string& version : findings.pending) {
      if (smaller(version, newest)) late.push_back(version);
    }
    if (!late.empty()) {
      findings.remarks.push_back(
          fmt::format("{} is applied already, so goose takes {} only with -allow-missing", newest, first_ids(late)));
    }
    return findings;
  }

 private:
  std::vector<NamedMigration> expected_;
};

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 00001_create_users.sql",
    .wanted_line = "00001_create_users.sql or 1",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_number(expected);
  return std::make_unique<GooseMigrations>(std::move(expected));
}

constexpr std::array<std::string_view, 2> columns{"version_id", "is_applied"};

}  // namespace

extern const MigrationTool goose_tool;
const MigrationTool goose_tool{
    .name = "goose",
    .path = "migrations",
    .files = "NUMBER_NAME.sql and NUMBER_NAME.go, not _test.go; the id is the number, leading zeros do not count",
    .table = "goose_db_version",
    .columns = columns,
    .order = "id",
    .read = read,
};

}  // namespace hale
