#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "migrations/liquibase_files.hpp"

namespace hale {
namespace {

/// How many bytes the paths of a changeset and of a row, in small letters, have in common at their end; nothing when
/// they are not of the same file. Where Liquibase searched is not always known: then one may begin further up than the
/// other.
std::optional<std::size_t> match_score(const LiquibaseChangeset& changeset, const std::string& row) {
  const std::string path = lower(changeset.path);
  if (path == row || lower(changeset.inherited) == row) return row.size();
  if (changeset.file.empty()) return std::nullopt;
  if (lower(changeset.file).ends_with("/" + row)) return row.size();
  return row.ends_with("/" + path) ? std::optional(path.size()) : std::nullopt;
}

/// What a changeset and its row have in common wherever Liquibase searched.
std::string key(const std::string& path, const std::string& id, const std::string& author) {
  return lower(fmt::format("{}\n{}\n{}", path.substr(path.rfind('/') + 1), id, author));
}

class LiquibaseMigrations : public Migrations {
 public:
  explicit LiquibaseMigrations(std::vector<LiquibaseChangeset> changesets) : changesets_(std::move(changesets)) {
    for (std::size_t i = 0; i < changesets_.size(); ++i) {
      const LiquibaseChangeset& one = changesets_[i];
      by_key_[key(one.path, one.id, one.author)].push_back(i);
      if (!one.inherited.empty()) by_key_[key(one.inherited, one.id, one.author)].push_back(i);
    }
  }

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings;
    std::vector<bool> done(changesets_.size());
    for (const MigrationRow& row : rows) look_at(row, done, findings);
    // Whether a context or a label is wanted only who runs Liquibase knows: the table shows which have been.
    std::set<std::string_view> wanted{""};
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i]) wanted.insert(changesets_[i].filter);
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < done.size(); ++i) {
      const LiquibaseChangeset& changeset = changesets_[i];
      if (!changeset.runs || !wanted.contains(changeset.filter)) continue;
      if (!seen.insert(lower(changeset.shown())).second) {
        findings.errors.push_back(fmt::format("two changesets are {}", changeset.shown()));
      } else if (done[i]) {
        ++findings.applied;
      } else {
        findings.pending.push_back(changeset.shown());
      }
    }
    return findings;
  }

 private:
  void look_at(const MigrationRow& row, std::vector<bool>& done, MigrationFindings& findings) const {
    const std::string id = row[0].value_or("");
    const std::string author = row[1].value_or("");
    const std::string path = row[2].value_or("");
    const std::string_view outcome = row[3] ? std::string_view(*row[3]) : "";
    const std::string shown = fmt::format("{}::{}::{}", path, id, author);
    if (outcome == "FAILED") findings.errors.push_back(fmt::format("{} has failed", shown));
    if (outcome == "FAILED" || outcome == "SKIPPED") return;
    const std::string normal = normal_changelog_path(path);
    if (const auto found = find(key(normal, id, author), lower(normal), done)) {
      done[*found] = true;
    } else {
      findings.ahead.push_back(shown);
    }
  }

  /// The changeset whose path is most like that of the row; of several a free one.
  std::optional<std::size_t> find(const std::string& key, const std::string& path,
                                  const std::vector<bool>& done) const {
    std::optional<std::size_t> best;
    std::pair<std::size_t, bool> most;
    const auto candidates = by_key_.find(key);
    if (candidates == by_key_.end()) return best;
    for (const std::size_t i : candidates->second) {
      const auto like = match_score(changesets_[i], path);
      const std::pair rank(like.value_or(0), !done[i]);
      if (!like || (best && rank <= most)) continue;
      best = i;
      most = rank;
    }
    return best;
  }

  std::vector<LiquibaseChangeset> changesets_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_{};
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<LiquibaseMigrations>(read_liquibase_changesets(sources));
}

constexpr std::array<std::string_view, 4> columns{"id", "author", "filename", "exectype"};

}  // namespace

extern const MigrationTool liquibase_tool;
const MigrationTool liquibase_tool{
    .name = "liquibase",
    .path = "db/changelog/db.changelog-master.yaml",
    .files =
        "the root changelog in XML, YAML, JSON or SQL with all that it includes, or a folder as includeAll reads it; "
        "the id is PATH::ID::AUTHOR. A changeset with contexts or labels is expected once another with the same has "
        "run, one for another dbms never; properties in paths and ids need a manifest: liquibase status --verbose "
        "for an empty database",
    .table = "databasechangelog",
    .columns = columns,
    .order = "orderexecuted",
    .lock_suffix = "lock",
    .lock_column = "locked",
    .lock_since = "lockgranted",
    .read = read,
};

}  // namespace hale
