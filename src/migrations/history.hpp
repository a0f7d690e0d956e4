#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// Every tool, in the order of the manual.
std::span<const MigrationTool* const> migration_tools();

/// A table as the user or a tool names it; each part as it is, without quotes.
struct TableName {
  std::string schema{};  ///< empty: the first on the search path that has it
  std::string table;

  /// "audit.alembic_version".
  std::string shown() const { return schema.empty() ? table : schema + "." + table; }
};

/// One tool's history table and what the code expects of it.
struct MigrationHistory {
  const MigrationTool* tool = nullptr;
  TableName table;
  std::shared_ptr<const Migrations> expected;

  /// Why the table with `columns` is not the tool's: "schema_migrations with the columns version, dirty is of
  /// golang-migrate, not of ecto"; empty when it may be.
  std::string mistaken(const std::vector<std::string>& columns) const;

  /// The names in `columns` of the tool's columns, in its order, when mistaken() is empty.
  std::vector<std::string> chosen(const std::vector<std::string>& columns) const;

  /// What there is to say without a table.
  MigrationFindings without_table() const;

  /// Holds the code against the rows. `locked`: the lock is taken.
  MigrationFindings compare(const std::vector<MigrationRow>& rows, bool locked) const;
};

/// Reads the values of --migrations, "TOOL:[LABEL=]PATH", and of --migrations-table, "[TOOL:][SCHEMA.]TABLE", with the
/// files that they name: one history for each tool. Throws UsageError. Blocks.
std::vector<MigrationHistory> read_histories(const std::vector<std::string_view>& migrations,
                                             const std::vector<std::string_view>& tables);

}  // namespace hale
