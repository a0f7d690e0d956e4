#include "migrations/named.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/files.hpp"

namespace hale {
namespace {

constexpr std::size_t max_name_length = 255;
constexpr std::size_t max_quoted_bytes = 60;

std::vector<NamedMigration> parse_manifest(const std::string& path, const NamingRules& rules) {
  std::vector<NamedMigration> found;
  for (const std::string& line : read_manifest(path)) {
    auto migration = rules.parse_line(line);
    if (!migration) {
      throw UsageError(fmt::format("{}: \"{}\" is not a migration; use one per line, such as {}", sanitize(path),
                                   sanitize(truncate_bytes(line, max_quoted_bytes)), rules.expected_line));
    }
    found.push_back(std::move(*migration));
  }
  return found;
}

}  // namespace

NamedMigration named_migration(const std::string& id) { return {id, id}; }

std::vector<NamedMigration> read_named_migrations(const std::vector<MigrationSource>& sources,
                                                  const NamingRules& rules) {
  std::vector<NamedMigration> all;
  for (const MigrationSource& source : sources) {
    std::vector<NamedMigration> found =
        is_folder(source.path) ? rules.read_folder(source.path) : parse_manifest(source.path, rules);
    if (found.empty())
      throw UsageError(
          fmt::format("{} contains no migration; expected {}", sanitize(source.path), rules.expected_files));
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<NamedMigration> parse_files(const std::string& folder,
                                        std::optional<NamedMigration> (*parse)(const std::string& path),
                                        bool recursive) {
  std::vector<NamedMigration> found;
  const auto add = [&](const std::string& path) {
    if (auto migration = parse(path)) found.push_back(std::move(*migration));
  };
  if (recursive) {
    for (const std::string& path : files_under(folder)) add(path);
  } else {
    for (const FolderEntry& entry : list_folder(folder)) {
      if (!entry.is_folder) add(entry.name);
    }
  }
  return found;
}

std::vector<NamedMigration> parse_folders(const std::string& folder, const std::string& script,
                                          std::optional<NamedMigration> (*parse)(std::string_view name)) {
  std::vector<NamedMigration> found;
  std::string other_folder;
  for (const FolderEntry& entry : list_folder(folder)) {
    if (!entry.is_folder) continue;
    const std::vector<FolderEntry> entries = list_folder(join_path(folder, entry.name));
    const bool has_script = std::any_of(entries.begin(), entries.end(),
                                        [&](const FolderEntry& one) { return one.name == script && !one.is_folder; });
    auto migration = has_script ? parse(entry.name) : std::nullopt;
    if (migration) {
      found.push_back(std::move(*migration));
    } else if (other_folder.empty()) {
      other_folder = entry.name;
    }
  }
  if (!found.empty() && !other_folder.empty()) {
    throw UsageError(fmt::format("{} is not a migration: every folder there must contain {}",
                                 sanitize(join_path(folder, other_folder)), script));
  }
  return found;
}

MigrationFindings compare_named(const std::vector<NamedMigration>& expected,
                                const std::vector<NamedMigration>& applied) {
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::string> display_ids;
  for (const NamedMigration& one : expected) {
    if (display_ids.emplace(one.id, one.display_id).second) ids.push_back(one.id);
  }
  std::vector<std::string> applied_ids;
  for (const NamedMigration& one : applied) {
    applied_ids.push_back(one.id);
    display_ids.emplace(one.id, one.display_id);
  }
  MigrationFindings findings = compare_ids(ids, applied_ids);
  for (auto* list : {&findings.pending, &findings.ahead}) {
    for (std::string& id : *list) id = display_ids[id];
  }
  if (const auto duplicates = find_duplicates(expected, &NamedMigration::id); !duplicates.empty())
    findings.errors.push_back(fmt::format("two migrations have the same id: {}", format_ids(duplicates)));
  return findings;
}

MigrationFindings NamedMigrations::compare(const std::vector<MigrationRow>& rows) const {
  std::vector<NamedMigration> applied;
  for (const MigrationRow& row : rows) {
    if (!row.empty() && row[0]) applied.push_back(parse_row_(*row[0]));
  }
  return compare_named(expected_, applied);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<std::string> parse_file_name(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view name = base_name(path);
  const bool valid =
      !name.empty() && name.size() <= max_name_length && std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '"' || c == '\'' || c == ';';
      });
  return valid ? std::optional(std::string(name)) : std::nullopt;
}

std::string_view strip_script(std::string_view line, std::string_view script) {
  return base_name(line) == script && line.size() > script.size() ? line.substr(0, line.size() - script.size()) : line;
}

void sort_by_id(std::vector<NamedMigration>& migrations) {
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const NamedMigration& a, const NamedMigration& b) { return a.id < b.id; });
}

std::vector<std::string> find_duplicates(const std::vector<NamedMigration>& migrations,
                                         std::string NamedMigration::*part) {
  std::unordered_map<std::string_view, std::size_t> counts;
  std::vector<std::string> duplicates;
  for (const NamedMigration& one : migrations) {
    if (++counts[one.*part] == 2) duplicates.push_back(one.*part);
  }
  return duplicates;
}

}  // namespace hale
