#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/number.hpp"
#include "migrations/flyway/scripts.hpp"

namespace hale {
namespace {

/// The newest row of a migration.
struct AppliedMigration {
  std::string id;
  bool succeeded = true;
  std::optional<std::int32_t> checksum{};
};

std::optional<std::int32_t> parse_checksum(const std::optional<std::string>& text) {
  return text ? parse_integer<std::int32_t>(*text) : std::nullopt;
}

/// The state that the rows lead to. flyway_schema_history is a log (Flyway documentation, "Flyway Schema History
/// Table"): rows are only appended, so a later row of a migration replaces an earlier one, and the row of a `flyway
/// undo` or of the deletion by `flyway repair` takes back what was applied before it. Rows are in the order of
/// installed_rank.
class History {
 public:
  explicit History(const std::vector<MigrationRow>& rows) {
    for (const MigrationRow& row : rows) add(row);
  }

  std::optional<FlywayVersion> baseline{};  ///< versions up to it count as applied, without a row
  std::map<FlywayVersion, AppliedMigration> versioned{};
  std::map<std::string, AppliedMigration> repeatable{};  ///< by description

  bool is_fresh() const { return versioned.empty() && !baseline; }

 private:
  void add(const MigrationRow& row) {
    const std::string_view type = row[2] ? std::string_view(*row[2]) : "";
    // Flyway created the schema; this is not a migration.
    if (type == "SCHEMA") return;
    const auto version = row[0] ? parse_flyway_version(*row[0]) : std::nullopt;
    const std::string id = row[0].value_or(row[1].value_or(""));
    const bool succeeded = row[4] == "true";
    const bool is_reverted = succeeded && (type == "DELETE" || type.starts_with("UNDO"));
    const AppliedMigration applied{id, succeeded, parse_checksum(row[3])};
    if (version && is_reverted) {
      versioned.erase(*version);
    } else if (is_reverted) {
      repeatable.erase(id);
    } else if (version && succeeded && type.ends_with("BASELINE")) {
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
    const bool starts_at_baseline = history.is_fresh() && baseline != nullptr;
    // A baseline script (B1__x.sql) is the sum of the versions up to its own: an empty database starts with it instead.
    if (starts_at_baseline) {
      findings.pending.push_back(baseline->id);
      history.baseline = baseline->version;
    }
    const FlywayScript* previous = nullptr;
    for (const FlywayScript& script : scripts_) {
      if (previous != nullptr && previous->kind == script.kind && previous->key() == script.key()) {
        findings.errors.push_back(fmt::format("two files define {}", script.id));
      } else {
        compare_script(script, history, findings);
      }
      previous = &script;
    }
    add_unexpected(history, findings);
    return findings;
  }

 private:
  const FlywayScript* newest_baseline() const {
    const auto is_baseline = [](const FlywayScript& script) { return script.kind == FlywayScript::Kind::baseline; };
    const auto found = std::find_if(scripts_.rbegin(), scripts_.rend(), is_baseline);
    return found == scripts_.rend() ? nullptr : &*found;
  }

  /// Removes the row of `script` from `history`, so that the rows of unexpected migrations remain.
  static void compare_script(const FlywayScript& script, History& history, MigrationFindings& findings) {
    // Only the newest baseline matters, and only for an empty history: see compare().
    if (script.kind == FlywayScript::Kind::baseline) return;
    const bool is_repeatable = script.kind == FlywayScript::Kind::repeatable;
    const std::optional<AppliedMigration> applied =
        is_repeatable ? take_row(history.repeatable, script.id) : take_row(history.versioned, script.version);
    const bool in_baseline = !is_repeatable && history.baseline && script.version <= *history.baseline;
    const bool is_changed =
        applied && applied->checksum && script.checksum && applied->checksum != script.checksum && !in_baseline;
    if (applied && !applied->succeeded) {
      findings.errors.push_back(fmt::format("{} has failed", script.id));
    } else if (applied && !(is_repeatable && is_changed)) {
      ++findings.applied;
      if (is_changed)
        findings.errors.push_back(fmt::format("{} was changed after it was applied (checksum)", script.id));
    } else if (!in_baseline) {
      findings.pending.push_back(script.id);
    }
  }

  template <typename Key>
  static std::optional<AppliedMigration> take_row(std::map<Key, AppliedMigration>& all, const Key& key) {
    auto node = all.extract(key);
    return node.empty() ? std::nullopt : std::optional(std::move(node.mapped()));
  }

  static void add_unexpected(const History& history, MigrationFindings& findings) {
    const auto add = [&](const AppliedMigration& applied) {
      if (applied.succeeded) {
        findings.ahead.push_back(applied.id);
      } else {
        findings.errors.push_back(fmt::format("{} has failed", applied.id));
      }
    };
    for (const auto& [version, applied] : history.versioned) add(applied);
    for (const auto& [description, applied] : history.repeatable) add(applied);
  }

  std::vector<FlywayScript> scripts_;
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<FlywayMigrations>(read_flyway_scripts(sources));
}

constexpr auto columns = std::to_array<std::string_view>({"version", "description", "type", "checksum", "success"});

}  // namespace

extern const MigrationTool flyway_tool;
const MigrationTool flyway_tool{
    .name = "flyway",
    .path = "db/migration",
    .files =
        "V1_2__NAME.sql, R__NAME.sql and B1__NAME.sql, also with .java, .class and .kt, in the folder and its "
        "subfolders. The id is the version, or the name of a repeatable migration. A versioned migration that was "
        "changed after it was applied is an error; a changed repeatable one is pending, unless it contains ${, "
        "because hale does not know the values of placeholders",
    .table = "flyway_schema_history",
    .columns = columns,
    .order = "installed_rank",
    .read = read,
};

}  // namespace hale
