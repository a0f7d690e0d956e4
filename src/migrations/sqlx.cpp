#include <array>
#include <map>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/digest.hpp"
#include "migrations/files.hpp"
#include "migrations/tool.hpp"

namespace hale {
namespace {

using Version = std::int64_t;

std::optional<Version> parse_version(std::string_view text) {
  // Rust's parse::<i64>() accepts a plus sign; parse_integer() does not.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return parse_integer<Version>(text);
}

struct Expected {
  std::map<Version, std::optional<std::string>> texts;  ///< of the files; nullopt for versions from a manifest
  std::vector<std::string> duplicates;

  void add(Version version, std::optional<std::string> text) {
    if (!texts.try_emplace(version, std::move(text)).second) duplicates.push_back(std::to_string(version));
  }
};

class SqlxMigrations : public Migrations {
 public:
  explicit SqlxMigrations(Expected expected) : expected_(std::move(expected)) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings;
    std::map<Version, bool> applied;
    for (const MigrationRow& row : rows) {
      const std::string& id = row[0] ? *row[0] : "";
      const std::optional<Version> version = parse_version(id);
      const auto expected = version ? expected_.texts.find(*version) : expected_.texts.end();
      if (row[1] != "true") {
        findings.errors.push_back(fmt::format("{} is only partially applied", id));
        continue;
      }
      if (expected == expected_.texts.end()) {
        findings.ahead.push_back(id);
        continue;
      }
      applied[*version] = true;
      if (expected->second && row[2] && is_modified(*row[2], *expected->second))
        findings.errors.push_back(fmt::format("{} has been modified since it was applied", id));
    }
    for (const auto& [version, text] : expected_.texts) {
      if (applied.contains(version)) {
        ++findings.applied;
      } else {
        findings.pending.push_back(std::to_string(version));
      }
    }
    if (!expected_.duplicates.empty())
      findings.errors.push_back(fmt::format("two files have the same version: {}", format_ids(expected_.duplicates)));
    return findings;
  }

 private:
  static bool is_modified(std::string_view checksum, std::string_view text) {
    // Without the prefix, bytea_output is "escape": then the checksum is not compared.
    constexpr std::string_view hexadecimal = "\\x";
    return checksum.starts_with(hexadecimal) && checksum.substr(hexadecimal.size()) != sha384(text);
  }

  Expected expected_;
};

/// The version is what precedes the first of "_/ ": lines are "2", "2_users.sql" or, from `sqlx migrate info`,
/// "2/installed users".
void add_manifest(const std::string& path, Expected& expected) {
  for (const std::string& line : read_manifest(path)) {
    const auto version = parse_version(std::string_view(line).substr(0, line.find_first_of("_/ \t")));
    if (!version) {
      throw UsageError(fmt::format("{}: '{}' does not begin with a version; use lines such as 20240131093000_users",
                                   sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    expected.add(*version, std::nullopt);
  }
}

void add_folder(const std::string& path, Expected& expected) {
  bool found = false;
  for (const FolderEntry& entry : list_folder(path)) {
    const std::string_view name = entry.name;
    const std::size_t underscore = name.find('_');
    if (entry.is_folder || underscore == std::string_view::npos || !name.ends_with(".sql")) continue;
    const auto version = parse_version(name.substr(0, underscore));
    const std::string file = join_path(path, entry.name);
    if (!version) {
      throw UsageError(fmt::format("{}: the part before _ is not a version; use names such as 20240131093000_users.sql",
                                   sanitize(file)));
    }
    if (name.ends_with(".down.sql")) continue;
    found = true;
    expected.add(*version, read_text(file));
  }
  if (!found) {
    throw UsageError(
        fmt::format("{} contains no migration; expected files such as 20240131093000_users.sql", sanitize(path)));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  Expected expected;
  for (const MigrationSource& source : sources)
    (is_folder(source.path) ? add_folder : add_manifest)(source.path, expected);
  return std::make_unique<SqlxMigrations>(std::move(expected));
}

constexpr auto columns = std::to_array<std::string_view>({"version", "success", "checksum"});

}  // namespace

extern const MigrationTool sqlx_tool;
const MigrationTool sqlx_tool{
    .name = "sqlx",
    .path = "migrations",
    .files =
        "NUMBER_NAME.sql or NUMBER_NAME.up.sql in the folder, without subfolders. The id is the number. A file that "
        "was changed after it was applied is an error",
    .table = "_sqlx_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
