#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "migrations/liquibase/changesets.hpp"

namespace hale {
namespace {

/// How well the path of a row, in lower case, matches a changeset: the number of bytes that they have in common at the
/// end, or nullopt when they are different files. The row has the path relative to the search path of the Liquibase
/// that ran, which may have been a folder above or below the one that was found here: then either path can be a suffix
/// of the other.
std::optional<std::size_t> match_score(const LiquibaseChangeset& changeset, const std::string& row) {
  const std::string path = lower(changeset.path);
  if (path == row || lower(changeset.inherited) == row) return row.size();
  if (changeset.file.empty()) return std::nullopt;
  if (lower(changeset.file).ends_with("/" + row)) return row.size();
  return row.ends_with("/" + path) ? std::optional(path.size()) : std::nullopt;
}

/// What a changeset and its row have in common with any search path. Liquibase compares without case.
std::string make_key(const std::string& path, const std::string& id, const std::string& author) {
  return lower(fmt::format("{}\n{}\n{}", path.substr(path.rfind('/') + 1), id, author));
}

class LiquibaseMigrations : public Migrations {
 public:
  explicit LiquibaseMigrations(std::vector<LiquibaseChangeset> changesets) : changesets_(std::move(changesets)) {
    for (std::size_t i = 0; i < changesets_.size(); ++i) {
      const LiquibaseChangeset& one = changesets_[i];
      by_key_[make_key(one.path, one.id, one.author)].push_back(i);
      if (!one.inherited.empty()) by_key_[make_key(one.inherited, one.id, one.author)].push_back(i);
    }
  }

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings;
    std::vector<bool> applied(changesets_.size());
    for (const MigrationRow& row : rows) apply_row(row, applied, findings);
    // The contexts and labels to run are arguments of Liquibase, which hale does not know. If a changeset with a
    // condition was applied, changesets with the same condition are expected too.
    std::set<std::string_view> active_filters{""};
    for (std::size_t i = 0; i < applied.size(); ++i) {
      if (applied[i]) active_filters.insert(changesets_[i].filter);
    }
    std::set<std::string> unique;
    for (std::size_t i = 0; i < applied.size(); ++i) {
      const LiquibaseChangeset& changeset = changesets_[i];
      if (!changeset.runs || !active_filters.contains(changeset.filter)) continue;
      if (!unique.insert(lower(changeset.to_string())).second) {
        findings.errors.push_back(fmt::format("two changesets are named {}", changeset.to_string()));
      } else if (applied[i]) {
        ++findings.applied;
      } else {
        findings.pending.push_back(changeset.to_string());
      }
    }
    return findings;
  }

 private:
  void apply_row(const MigrationRow& row, std::vector<bool>& applied, MigrationFindings& findings) const {
    const std::string id = row[0].value_or("");
    const std::string author = row[1].value_or("");
    const std::string path = row[2].value_or("");
    const std::string_view outcome = row[3] ? std::string_view(*row[3]) : "";
    const std::string display_id = fmt::format("{}::{}::{}", path, id, author);
    if (outcome == "FAILED") findings.errors.push_back(fmt::format("{} has failed", display_id));
    if (outcome == "FAILED" || outcome == "SKIPPED") return;
    const std::string normalized = normalize_changelog_path(path);
    if (const auto found = find(make_key(normalized, id, author), lower(normalized), applied)) {
      applied[*found] = true;
    } else {
      findings.ahead.push_back(display_id);
    }
  }

  /// The changeset with the best score; of equal ones, one that has no row yet.
  std::optional<std::size_t> find(const std::string& key, const std::string& path,
                                  const std::vector<bool>& applied) const {
    std::optional<std::size_t> best;
    std::pair<std::size_t, bool> best_rank;
    const auto candidates = by_key_.find(key);
    if (candidates == by_key_.end()) return best;
    for (const std::size_t i : candidates->second) {
      const auto score = match_score(changesets_[i], path);
      const std::pair rank(score.value_or(0), !applied[i]);
      if (!score || (best && rank <= best_rank)) continue;
      best = i;
      best_rank = rank;
    }
    return best;
  }

  std::vector<LiquibaseChangeset> changesets_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_{};
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<LiquibaseMigrations>(read_liquibase_changesets(sources));
}

constexpr auto columns = std::to_array<std::string_view>({"id", "author", "filename", "exectype"});

}  // namespace

extern const MigrationTool liquibase_tool;
const MigrationTool liquibase_tool{
    .name = "liquibase",
    .path = "db/changelog/db.changelog-master.yaml",
    .files =
        "the root changelog in XML, YAML, JSON or SQL with everything that it includes, or a folder, read as "
        "includeAll does. The id is PATH::ID::AUTHOR. A changeset with contexts or labels is expected if another one "
        "with the same contexts and labels has run; one for another dbms is never expected. Paths and ids with "
        "properties need a manifest: the output of liquibase status --verbose for an empty database",
    .table = "databasechangelog",
    .columns = columns,
    .order = "orderexecuted",
    .lock_suffix = "lock",
    .lock_column = "locked",
    .lock_since = "lockgranted",
    .read = read,
};

}  // namespace hale
