#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hale::testing {

/// A project's migrations and its history, which the framework itself and hale compare.
struct FrameworkCase {
  std::string name;                                        ///< part of the name of the schema; lower case
  std::vector<std::pair<std::string, std::string>> files;  ///< paths in the project's folder, and contents
  std::optional<std::vector<std::string>> rows;            ///< ids in the table; nullopt: the table does not exist
  bool locked = false;                                     ///< the framework's lock is held
  std::vector<std::string> folders{""};                    ///< in the project's folder, for --migrations
  std::string table{};                                     ///< its name, if it is not the framework's default
  std::string error{};                                     ///< hale's message when the framework stops with an error
};

/// Has `driver`, a program that starts the framework once for all cases, and then hale judge each case, and CHECKs that
/// both say the same, down to the ids. Each case has a schema of its own in the database app; `table` is the name that
/// the framework gives its table.
///
/// The driver gets a line of JSON a case: {"schema", "table", "folders", "rows" (null: no table), "locked"}; it makes
/// the schema, has the framework make its table, and answers with a line {"expected": 3, "pending": [], "ahead": []}
/// and, when the framework stops with an error, {"error"}.
void compare_with_framework(const std::string& tool, const std::string& table, const std::vector<std::string>& driver,
                            const std::vector<FrameworkCase>& cases);

}  // namespace hale::testing
