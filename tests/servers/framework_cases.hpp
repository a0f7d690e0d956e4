#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hale::testing {

/// A project's migrations and its history, held against each other by the framework itself and by hale.
struct FrameworkCase {
  std::string name;                                        ///< also of the schema: a word in lower case
  std::vector<std::pair<std::string, std::string>> files;  ///< below the project's folder, with what is in them
  std::optional<std::vector<std::string>> rows;            ///< ids in the table; nothing: there is no table
  bool locked = false;                                     ///< the framework's lock is taken
  std::vector<std::string> folders{""};                    ///< below the project's, that are named behind --migrations
  std::string table{};                                     ///< of another name than the framework's own
  std::string error{};                                     ///< what hale says where the framework stops with an error
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
