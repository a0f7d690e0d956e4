#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/findings.hpp"

namespace hale {

/// A row of a history table: the text of each of the tool's columns, nothing for NULL. A boolean is "true" or "false".
using MigrationRow = std::vector<std::optional<std::string>>;

/// What the user named behind --migrations.
struct MigrationSource {
  std::string path;     ///< a folder or a manifest
  std::string label{};  ///< of the application that the files belong to; empty when not given
};

/// The migrations that the code expects.
class Migrations {
 public:
  virtual ~Migrations() = default;

  /// Holds them against the history, whose rows come in the order of MigrationTool::order. Without any row everything
  /// is pending. Pure.
  virtual MigrationFindings compare(const std::vector<MigrationRow>& rows) const = 0;
};

/// A tool that brings a database's schema to the state of the code, and how it remembers what it has done: the table
/// row that --migrations and the manual read. All texts live for ever.
struct MigrationTool {
  std::string_view name;                      ///< "django"
  std::string_view path;                      ///< where an application has its migrations: "APP/migrations"
  std::string_view files;                     ///< sentences for the manual: what is read there, what the ids are
  std::string_view manifest{};                ///< a command that prints a manifest, for the manual
  std::string_view table;                     ///< of its history, as the tool names it by default
  std::span<const std::string_view> columns;  ///< that are read; "MigrationId|migration_id" is one of two names
  std::string_view order{};                   ///< the column by which the rows are ordered, where that matters
  std::string_view lock_suffix{};             ///< the table that says whether a migration runs has this behind its name
  std::string_view lock_column{};             ///< the boolean or 0 and 1 in that table
  std::string_view lock_since{};              ///< the time since when: until five minutes later a migration may run
  bool table_is_fixed = false;                ///< only the schema of the table is the user's choice
  bool has_labels = false;                    ///< its ids begin with the label of an application

  /// Reads folders and manifests. Throws UsageError for a path that holds no migrations of the tool's and for a file
  /// that is none. Blocks.
  std::unique_ptr<Migrations> (*read)(const std::vector<MigrationSource>& sources);
};

}  // namespace hale
