#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrations/findings.hpp"

namespace hale {

/// A row of a history table: the text of each column in MigrationTool::columns, nullopt for NULL. A boolean is "true"
/// or "false".
using MigrationRow = std::vector<std::optional<std::string>>;

/// The source of the expected migrations: one --migrations option without its tool.
struct MigrationSource {
  std::string path;     ///< a folder or a manifest
  std::string label{};  ///< the Django application that the files belong to; empty when not given
};

/// The migrations that the code expects.
class Migrations {
 public:
  virtual ~Migrations() = default;

  /// Compares them with the rows of the history table, which are in the order of MigrationTool::order. Without rows
  /// everything is pending. Pure: reads no files and does not throw for rows of any content.
  virtual MigrationFindings compare(const std::vector<MigrationRow>& rows) const = 0;
};

/// A migration tool and its history table. --migrations, its error messages, --help and the manual read these rows;
/// tools.cpp lists them. All texts are static.
struct MigrationTool {
  std::string_view name;                      ///< as typed before the colon: "django"
  std::string_view path;                      ///< where applications usually keep migrations: "APP/migrations"
  std::string_view files;                     ///< for the manual: which files are read and what an id is
  std::string_view manifest{};                ///< for the manual: a command that prints a manifest
  std::string_view table;                     ///< the default name of the history table
  std::span<const std::string_view> columns;  ///< to read; "MigrationId|migration_id" is one column with two names
  std::string_view order{};                   ///< the column to order the rows by, if their order matters
  std::string_view lock_suffix{};  ///< appended to the name of the table, it gives the name of the lock table
  std::string_view lock_column{};  ///< the boolean or 0/1 column of the lock table
  std::string_view lock_since{};   ///< when the lock was taken; one younger than five minutes is not an error
  bool table_is_fixed = false;     ///< the user can choose only the schema of the table
  bool has_labels = false;         ///< ids begin with the label of an application: TOOL:LABEL=PATH

  /// Reads folders and manifests. Blocks. Throws UsageError when a path contains no migrations or a file is invalid.
  std::unique_ptr<Migrations> (*read)(const std::vector<MigrationSource>& sources);
};

}  // namespace hale
