#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/digest.hpp"
#include "migrations/files.hpp"
#include "migrations/tool.hpp"

namespace hale {
namespace {

using Version = std::int64_t;

std::optional<Version> read_version(std::string_view text) {
  // Rust takes a plus, std::from_chars() does not.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  Version version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

struct Expected {
  std::map<Version, std::optional<std::string>> texts;  ///< of the files; nothing for what a manifest names
  std::vector<std::string> twice;

  void add(Version version, std::optional<std::string> text) {
    if (!texts.try_emplace(version, std::move(text)).second) twice.push_back(std::to_string(version));
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
      const std::optional<Version> version = read_version(id);
      const auto known = version ? expected_.texts.find(*version) : expected_.texts.end();
      if (row[1] != "true") {
        findings.errors.push_back(fmt::format("{} is only partially applied", id));
        continue;
      }
      if (known == expected_.texts.end()) {
        findings.ahead.push_back(id);
        continue;
      }
      applied[*version] = true;
      if (known->second && row[2] && is_of_another(*row[2], *known->second))
        findings.errors.push_back(fmt::format("{} has been modified since it was applied", id));
    }
    for (const auto& [version, text] : expected_.texts) {
      if (applied.contains(version)) {
        ++findings.applied;
      } else {
        findings.pending.push_back(std::to_string(version));
      }
    }
    if (!expected_.twice.empty())
      findings.errors.push_back(fmt::format("two files have the same version: {}", first_ids(expected_.twice)));
    return findings;
  }

 private:
  static bool is_of_another(std::string_view checksum, std::string_view text) {
    // Else the server was told to write bytes in another way (bytea_output).
    constexpr std::string_view hexadecimal = "\\x";
    return checksum.starts_with(hexadecimal) && checksum.substr(hexadecimal.size()) != sha384(text);
  }

  Expected expected_;
};

/// "2" of "2", "2_users.sql" and, as sqlx migrate info prints it, "2/installed users".
void add_manifest(const std::string& path, Expected& expected) {
  for (const std::string& line : read_manifest(path)) {
    const auto version = read_version(std::string_view(line).substr(0, line.find_first_of("_/ \t")));
    if (!version) {
      throw UsageError(fmt::format("{}: '{}' does not begin with a version; write lines such as 20240131093000_users",
                                   sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    expected.add(*version, std::nullopt);
  }
}

void add_folder(const std::string& path, Expected& expected) {
  bool any = false;
  for (const FolderEntry& entry : list_folder(path)) {
    const std::string_view name = entry.name;
    const std::size_t sign = name.find('_');
    if (entry.is_folder || sign == std::string_view::npos || !name.ends_with(".sql")) continue;
    const auto version = read_version(name.substr(0, sign));
    const std::string file = path_in(path, entry.name);
    if (!version) {
      throw UsageError(fmt::format(
          "{}: what stands before _ is no version; name migrations such as 20240131093000_users.sql", sanitize(file)));
    }
    if (name.ends_with(".down.sql")) continue;
    any = true;
    expected.add(*version, read_text(file));
  }
  if (!any) {
    throw UsageError(
        fmt::format("{} holds no migration; there should be files such as 20240131093000_users.sql", sanitize(path)));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  Expected expected;
  for (const MigrationSource& source : sources)
    (is_folder(source.path) ? add_folder : add_manifest)(source.path, expected);
  return std::make_unique<SqlxMigrations>(std::move(expected));
}

constexpr std::array<std::string_view, 3> columns{"version", "success", "checksum"};

}  // namespace

extern const MigrationTool sqlx_tool;
const MigrationTool sqlx_tool{
    .name = "sqlx",
    .path = "migrations",
    .files =
        "NUMBER_NAME.sql or NUMBER_NAME.up.sql in the folder itself; the id is the number. A file that was changed "
        "after it was applied is an error",
    .table = "_sqlx_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
