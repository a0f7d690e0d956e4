#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/number.hpp"
#include "migrations/numbers.hpp"

namespace hale {
namespace {

bool is_version(std::string_view digits) { return parse_integer<std::uint64_t>(digits).has_value(); }

/// "up" or "down", from what follows the digits in a name that matches ^([0-9]+)_(.*)\.(up|down)\.(.*)$, the pattern of
/// golang-migrate. The last ".up." or ".down." counts, because (.*) is greedy.
std::optional<std::string_view> find_direction(std::string_view suffix) {
  const std::size_t up = suffix.rfind(".up.");
  const std::size_t down = suffix.rfind(".down.");
  if (!suffix.starts_with('_') || up == down) return std::nullopt;
  return down == std::string_view::npos || (up != std::string_view::npos && up > down) ? "up" : "down";
}

/// Parses the name of a script; its direction is NamedMigration::name. A version with only a down script counts,
/// because golang-migrate steps through it: it does nothing for it on the way up.
std::optional<NamedMigration> parse_file(const std::string& path) {
  const std::string_view digits = leading_digits(path);
  const auto direction = find_direction(std::string_view(path).substr(digits.size()));
  if (digits.empty() || !is_version(digits) || !direction) return std::nullopt;
  const std::string number = strip_leading_zeros(digits);
  return NamedMigration{.id = number, .display_id = number, .name = std::string(*direction)};
}

std::vector<NamedMigration> read_folder(const std::string& folder) { return parse_files(folder, parse_file); }

std::optional<NamedMigration> parse_line(std::string_view line) {
  const auto file = parse_file(std::string(base_name(line)));
  auto number = file ? file : parse_numbered_line(line);
  if (!number || !is_version(number->id)) return std::nullopt;
  if (!file) number->name = "up";
  return number;
}

/// The table has only the current version: all versions up to it count as applied.
class GolangMigrations : public Migrations {
 public:
  explicit GolangMigrations(std::vector<NamedMigration> scripts) {
    sort_by_number(scripts);
    for (const NamedMigration& one : scripts) {
      if (versions_.empty() || versions_.back() != one.id) versions_.push_back(one.id);
      (one.name == "up" ? up_ : down_).push_back(one);
    }
  }

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings;
    const std::string current = rows.empty() ? "" : rows[0][0].value_or("");
    const bool dirty = !rows.empty() && rows[0][1] == "true";
    for (const std::string& version : versions_) {
      // -1 is the version before the first. It stays in the table after the first migration failed on its way down.
      if (current.empty() || current.starts_with('-') || is_smaller_number(current, version)) {
        findings.pending.push_back(version);
      } else {
        ++findings.applied;
      }
    }
    const bool is_expected = std::find(versions_.begin(), versions_.end(), current) != versions_.end();
    if (!current.empty() && !current.starts_with('-') && !is_expected) findings.ahead.push_back(current);
    if (dirty) findings.errors.push_back(fmt::format("version {} is dirty: it failed halfway or is running", current));
    for (const auto* scripts : {&up_, &down_}) {
      if (const auto duplicates = find_duplicates(*scripts, &NamedMigration::id); !duplicates.empty())
        findings.errors.push_back(fmt::format("two scripts have the same version: {}", format_ids(duplicates)));
    }
    return findings;
  }

 private:
  std::vector<std::string> versions_{};
  std::vector<NamedMigration> up_{};
  std::vector<NamedMigration> down_{};
};

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 000001_create_users.up.sql",
    .expected_line = "000001_create_users.up.sql or 1",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<GolangMigrations>(read_named_migrations(sources, naming_rules));
}

constexpr auto columns = std::to_array<std::string_view>({"version", "dirty"});

}  // namespace

extern const MigrationTool golang_migrate_tool;
const MigrationTool golang_migrate_tool{
    .name = "golang-migrate",
    .path = "migrations",
    .files =
        "NUMBER_NAME.up.sql and NUMBER_NAME.down.sql. The id is the number without leading zeros. The table has only "
        "the current version, so an older migration that was skipped is not noticed",
    .table = "schema_migrations",
    .columns = columns,
    .read = read,
};

}  // namespace hale
