#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// Every tool, in the order of the manual.
std::span<const MigrationTool* const> migration_tools();

/// The name of a table, without quotes.
struct TableName {
  std::string schema{};  ///< empty: the first schema on the search path that has the table
  std::string table;

  /// "audit.alembic_version".
  std::string to_string() const { return schema.empty() ? table : schema + "." + table; }
};

/// The history table of one tool and the migrations that the code expects in it.
struct MigrationHistory {
  const MigrationTool* tool = nullptr;
  TableName table;
  std::shared_ptr<const Migrations> expected;

  /// Why a table with `columns` is not a history of this tool: "schema_migrations with the columns version, dirty
  /// belongs to golang-migrate, not to ecto". Returns nullopt when it can be one.
  std::optional<std::string> find_mismatch(const std::vector<std::string>& columns) const;

  /// Which of `columns` to read, in the order of MigrationTool::columns. Requires that find_mismatch() returned
  /// nullopt.
  std::vector<std::string> select_columns(const std::vector<std::string>& columns) const;

  /// The findings when the table does not exist.
  MigrationFindings compare_without_table() const;

  /// Compares the code with the rows of the table. `locked`: the tool's lock is taken, which is an error.
  MigrationFindings compare(const std::vector<MigrationRow>& rows, bool locked) const;
};

/// Parses the values of --migrations, "TOOL:[LABEL=]PATH", and of --migrations-table, "[TOOL:][SCHEMA.]TABLE", and
/// reads the files. Returns one history for each tool. Blocks. Throws UsageError.
std::vector<MigrationHistory> read_histories(const std::vector<std::string_view>& migrations,
                                             const std::vector<std::string_view>& tables);

}  // namespace hale
