#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "migrations/history.hpp"

namespace hale::testing {

/// What is found when the code that `words` name, such as "rails:db/migrate", is held against `rows`.
inline MigrationFindings held(const std::vector<std::string>& words, const std::vector<MigrationRow>& rows,
                              bool locked = false) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  return read_histories(views, {}).at(0).compare(rows, locked);
}

inline MigrationFindings held(const std::string& words, const std::vector<MigrationRow>& rows, bool locked = false) {
  return held(std::vector<std::string>{words}, rows, locked);
}

/// What `words` are refused with, less "--migrations "; empty when they are not.
inline std::string refusal_to_read(const std::string& words) {
  try {
    (void)held(words, {});
    return "";
  } catch (const UsageError& error) {
    return std::string(error.what()).substr(std::string("--migrations ").size());
  }
}

/// A row of one column for each id.
inline std::vector<MigrationRow> rows_of(const std::vector<std::string>& ids) {
  std::vector<MigrationRow> rows;
  for (const std::string& id : ids) rows.push_back({id});
  return rows;
}

/// What a history says, in the words of the report, and how many expected migrations are applied.
struct Held {
  const char* name;
  std::vector<MigrationRow> rows;
  const char* message;
  std::size_t applied;
};

}  // namespace hale::testing
