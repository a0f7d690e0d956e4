#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "migrations/numbers.hpp"

namespace hale {
namespace {

bool fits(std::string_view digits) {
  std::uint64_t number = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
}

/// "up" or "down" of what stands behind the digits in a name that ^([0-9]+)_(.*)\.(up|down)\.(.*)$ fits, else empty.
std::string_view way(std::string_view tail) {
  const std::size_t up = tail.rfind(".up.");
  const std::size_t down = tail.rfind(".down.");
  if (!tail.starts_with('_') || up == down) return "";
  return down == std::string_view::npos || (up != std::string_view::npos && up > down) ? "up" : "down";
}

/// A version has a script for either way; where there is none for the way up, golang-migrate does nothing to apply it.
std::optional<NamedMigration> in_file(const std::string& path) {
  const std::string_view digits = leading_digits(path);
  const std::string_view tail = std::string_view(path).substr(digits.size());
  if (digits.empty() || !fits(digits) || way(tail).empty()) return std::nullopt;
  const std::string number = plain_number(digits);
  return NamedMigration{number, number, std::string(way(tail))};
}

std::vector<NamedMigration> in_folder(const std::string& folder) { return named_files(folder, in_file); }

std::optional<NamedMigration> on_line(std::string_view line) {
  const auto file = in_file(std::string(last_part(line)));
  auto number = file ? file : numbered_line(line);
  if (!number || !fits(number->id)) return std::nullopt;
  if (!file) number->name = "up";
  return number;
}

/// Only the newest version is in the table: all before it count as applied.
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
    const std::string now = rows.empty() ? "" : rows[0][0].value_or("");
    const bool dirty = !rows.empty() && rows[0][1] == "true";
    for (const std::string& version : versions_) {
      // -1 is the version before the first.
      if (now.empty() || now.starts_with('-') || smaller(now, version)) {
        findings.pending.push_back(version);
      } else {
        ++findings.applied;
      }
    }
    const bool known = std::find(versions_.begin(), versions_.end(), now) != versions_.end();
    if (!now.empty() && !now.starts_with('-') && !known) findings.ahead.push_back(now);
    if (dirty) findings.errors.push_back(fmt::format("version {} is dirty: it failed half-way, or is running", now));
    for (const auto* scripts : {&up_, &down_}) {
      if (const auto twice = doubles(*scripts, &NamedMigration::id); !twice.empty())
        findings.errors.push_back(fmt::format("two scripts have the same version: {}", first_ids(twice)));
    }
    return findings;
  }

 private:
  std::vector<std::string> versions_{};
  std::vector<NamedMigration> up_{};
  std::vector<NamedMigration> down_{};
};

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 000001_create_users.up.sql",
    .wanted_line = "000001_create_users.up.sql or 1",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<GolangMigrations>(read_named(sources, naming));
}

constexpr std::array<std::string_view, 2> columns{"version", "dirty"};

}  // namespace

extern const MigrationTool golang_migrate_tool;
const MigrationTool golang_migrate_tool{
    .name = "golang-migrate",
    .path = "migrations",
    .files =
        "NUMBER_NAME.up.sql and NUMBER_NAME.down.sql; the id is the number, leading zeros do not count. The table "
        "holds only the newest one: an older one that was left out is not noticed",
    .table = "schema_migrations",
    .columns = columns,
    .read = read,
};

}  // namespace hale
