#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "migrations/flyway_files.hpp"

namespace hale {
namespace {

/// The newest row of a migration.
struct Applied {
  std::string id;
  bool well = true;
  std::optional<std::int32_t> checksum{};
};

std::optional<std::int32_t> read_checksum(const std::optional<std::string>& text) {
  std::int32_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

/// What the rows say when each is held against those before it.
class History {
 public:
  explicit History(const std::vector<MigrationRow>& rows) {
    for (const MigrationRow& row : rows) add(row);
  }

  std::optional<FlywayVersion> baseline{};  ///< versions up to it need no row
  std::map<FlywayVersion, Applied> versioned{};
  std::map<std::string, Applied> repeatable{};  ///< by description

  bool is_fresh() const { return versioned.empty() && !baseline; }

 private:
  void add(const MigrationRow& row) {
    const std::string_view type = row[2] ? std::string_view(*row[2]) : "";
    // That a schema was made: no migration.
    if (type == "SCHEMA") return;
    const auto version = row[0] ? read_flyway_version(*row[0]) : std::nullopt;
    const std::string id = row[0].value_or(row[1].value_or(""));
    const bool well = row[4] == "true";
    // Of flyway repair and flyway undo: what was applied before counts no longer.
    const bool taken_back = well && (type == "DELETE" || type.starts_with("UNDO"));
    const Applied applied{id, well, read_checksum(row[3])};
    if (version && taken_back) {
      versioned.erase(*version);
    } else if (taken_back) {
      repeatable.erase(id);
    } else if (version && well && type.ends_with("BASELINE")) {
      if (!baseline || *version > *baseline) baseline = version;
    } else if (version) {
      versioned.insert_or_assign(*version, applied);
    } else {
      repeatable.insert_or_assign(id, applied);
    }
  }
};

class FlywayMigrations : public Migrations {
 public:
  explicit FlywayMigrations(std::vector<FlywayScript> scripts) : scripts_(std::move(scripts)) {}

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    History history(rows);
    MigrationFindings findings;
    const FlywayScript* baseline = newest_baseline();
    const bool begin_there = history.is_fresh() && baseline != nullptr;
    if (begin_there) {
      findings.pending.push_back(baseline->id);
      history.baseline = baseline->version;
    }
    const FlywayScript* before = nullptr;
    for (const FlywayScript& script : scripts_) {
      if (before != nullptr && before->kind == script.kind && before->key() == script.key()) {
        findings.errors.push_back(fmt::format("two files are {}", script.id));
      } else {
        look_at(script, history, findings);
      }
      before = &script;
    }
    look_at_rest(history, findings);
    return findings;
  }

 private:
  const FlywayScript* newest_baseline() const {
    const auto is_baseline = [](const FlywayScript& script) { return script.kind == FlywayScript::Kind::baseline; };
    const auto found = std::find_if(scripts_.rbegin(), scripts_.rend(), is_baseline);
    return found == scripts_.rend() ? nullptr : &*found;
  }

  /// Takes the row of `script` out of `history`.
  static void look_at(const FlywayScript& script, History& history, MigrationFindings& findings) {
    // Of baselines only the newest matters, and that only to an empty history.
    if (script.kind == FlywayScript::Kind::baseline) return;
    const bool repeats = script.kind == FlywayScript::Kind::repeatable;
    const std::optional<Applied> applied =
        repeats ? taken(history.repeatable, script.id) : taken(history.versioned, script.version);
    const bool covered = !repeats && history.baseline && script.version <= *history.baseline;
    const bool differs =
        applied && applied->checksum && script.checksum && applied->checksum != script.checksum && !covered;
    if (applied && !applied->well) {
      findings.errors.push_back(fmt::format("{} has failed", script.id));
    } else if (applied && !(repeats && differs)) {
      ++findings.applied;
      if (differs) findings.errors.push_back(fmt::format("{} was changed after it was applied (checksum)", script.id));
    } else if (!covered) {
      findings.pending.push_back(script.id);
    }
  }

  template <typename Key>
  static std::optional<Applied> taken(std::map<Key, Applied>& all, const Key& key) {
    auto node = all.extract(key);
    return node.empty() ? std::nullopt : std::optional(std::move(node.mapped()));
  }

  static void look_at_rest(const History& history, MigrationFindings& findings) {
    const auto tell = [&](const Applied& applied) {
      if (applied.well) {
        findings.ahead.push_back(applied.id);
      } else {
        findings.errors.push_back(fmt::format("{} has failed", applied.id));
      }
    };
    for (const auto& [version, applied] : history.versioned) tell(applied);
    for (const auto& [description, applied] : history.repeatable) tell(applied);
  }

  std::vector<FlywayScript> scripts_;
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<FlywayMigrations>(read_flyway_scripts(sources));
}

constexpr std::array<std::string_view, 5> columns{"version", "description", "type", "checksum", "success"};

}  // namespace

extern const MigrationTool flyway_tool;
const MigrationTool flyway_tool{
    .name = "flyway",
    .path = "db/migration",
    .files =
        "V1_2__NAME.sql, R__NAME.sql and B1__NAME.sql, also with .java, .class and .kt, in the folder and below; the "
        "id is the version, of a repeatable one the name. A changed version is an error, a changed repeatable one "
        "pending unless ${ is in it, whose values hale does not know",
    .table = "flyway_schema_history",
    .columns = columns,
    .order = "installed_rank",
    .read = read,
};

}  // namespace hale
