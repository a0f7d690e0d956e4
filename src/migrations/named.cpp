#include "migrations/named.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/files.hpp"

namespace hale {
namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_of_a_line = 60;

std::vector<NamedMigration> named_lines(const std::string& path, const Naming& naming) {
  std::vector<NamedMigration> found;
  for (const std::string& line : read_manifest(path)) {
    auto migration = naming.on_line(line);
    if (!migration) {
      throw UsageError(fmt::format("{}: \"{}\" is no migration; write one a line, such as {}", sanitize(path),
                                   sanitize(truncate_bytes(line, most_of_a_line)), naming.wanted_line));
    }
    found.push_back(std::move(*migration));
  }
  return found;
}

}  // namespace

NamedMigration by_name(const std::string& name) { return {name, name}; }

std::vector<NamedMigration> read_named(const std::vector<MigrationSource>& sources, const Naming& naming) {
  std::vector<NamedMigration> all;
  for (const MigrationSource& source : sources) {
    std::vector<NamedMigration> found =
        is_folder(source.path) ? naming.in_folder(source.path) : named_lines(source.path, naming);
    if (found.empty())
      throw UsageError(fmt::format("{} holds no migration; there should be {}", sanitize(source.path), naming.wanted));
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<NamedMigration> named_files(const std::string& folder,
                                        std::optional<NamedMigration> (*named)(const std::string& path), bool deep) {
  std::vector<NamedMigration> found;
  const auto add = [&](const std::string& path) {
    if (auto migration = named(path)) found.push_back(std::move(*migration));
  };
  if (deep) {
    for (const std::string& path : files_below(folder)) add(path);
  } else {
    for (const FolderEntry& entry : list_folder(folder)) {
      if (!entry.is_folder) add(entry.name);
    }
  }
  return found;
}

std::vector<NamedMigration> named_folders(const std::string& folder, const std::string& script,
                                          std::optional<NamedMigration> (*named)(std::string_view name)) {
  std::vector<NamedMigration> found;
  std::string without;
  for (const FolderEntry& entry : list_folder(folder)) {
    if (!entry.is_folder) continue;
    const std::vector<FolderEntry> within = list_folder(path_in(folder, entry.name));
    const bool has_script = std::any_of(within.begin(), within.end(),
                                        [&](const FolderEntry& one) { return one.name == script && !one.is_folder; });
    auto migration = has_script ? named(entry.name) : std::nullopt;
    if (migration) {
      found.push_back(std::move(*migration));
    } else if (without.empty()) {
      without = entry.name;
    }
  }
  if (!found.empty() && !without.empty()) {
    throw UsageError(fmt::format("{} is no migration: every folder there should be one, with {} in it",
                                 sanitize(path_in(folder, without)), script));
  }
  return found;
}

MigrationFindings compare_named(const std::vector<NamedMigration>& expected,
                                const std::vector<NamedMigration>& applied) {
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::string> shown;
  for (const NamedMigration& one : expected) {
    if (shown.emplace(one.id, one.shown).second) ids.push_back(one.id);
  }
  std::vector<std::string> done;
  for (const NamedMigration& one : applied) {
    done.push_back(one.id);
    shown.emplace(one.id, one.shown);
  }
  MigrationFindings findings = compare_ids(ids, done);
  for (auto* list : {&findings.pending, &findings.ahead}) {
    for (std::string& id : *list) id = shown[id];
  }
  if (const auto twice = doubles(expected, &NamedMigration::id); !twice.empty())
    findings.errors.push_back(fmt::format("two migrations have the same id: {}", first_ids(twice)));
  return findings;
}

MigrationFindings NamedMigrations::compare(const std::vector<MigrationRow>& rows) const {
  std::vector<NamedMigration> applied;
  for (const MigrationRow& row : rows) {
    if (!row.empty() && row[0]) applied.push_back(of_row_(*row[0]));
  }
  return compare_named(expected_, applied);
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<std::string> plain_name(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::string_view name = last_part(text);
  const bool plain = !name.empty() && name.size() <= longest_name && std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '"' || c == '\'' || c == ';';
  });
  return plain ? std::optional(std::string(name)) : std::nullopt;
}

std::string_view without_script(std::string_view line, std::string_view script) {
  return last_part(line) == script && line.size() > script.size() ? line.substr(0, line.size() - script.size()) : line;
}

void sort_by_id(std::vector<NamedMigration>& migrations) {
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const NamedMigration& a, const NamedMigration& b) { return a.id < b.id; });
}

std::vector<std::string> doubles(const std::vector<NamedMigration>& migrations, std::string NamedMigration::*part) {
  std::unordered_set<std::string_view> seen;
  std::unordered_set<std::string_view> reported;
  std::vector<std::string> twice;
  for (const NamedMigration& one : migrations) {
    const std::string& text = one.*part;
    if (!seen.insert(text).second && reported.insert(text).second) twice.push_back(text);
  }
  return twice;
}

}  // namespace hale
