#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "migrations/history.hpp"

namespace hale::testing {

/// Compares the migrations of `sources`, such as "rails:db/migrate", with `rows`.
inline MigrationFindings compare_with(const std::vector<std::string>& sources, const std::vector<MigrationRow>& rows,
                                      bool locked = false) {
  const std::vector<std::string_view> views(sources.begin(), sources.end());
  return read_histories(views, {}).at(0).compare(rows, locked);
}

inline MigrationFindings compare_with(const std::string& source, const std::vector<MigrationRow>& rows,
                                      bool locked = false) {
  return compare_with(std::vector<std::string>{source}, rows, locked);
}

/// The UsageError that reading `source` throws, without "--migrations "; empty when it throws none.
inline std::string read_error(const std::string& source) {
  try {
    (void)compare_with(source, {});
    return "";
  } catch (const UsageError& error) {
    return std::string(error.what()).substr(std::string("--migrations ").size());
  }
}

/// Rows of one column.
inline std::vector<MigrationRow> rows_of(const std::vector<std::string>& ids) {
  std::vector<MigrationRow> rows;
  for (const std::string& id : ids) rows.push_back({id});
  return rows;
}

/// Rows and the expected result of the comparison with them.
struct Comparison {
  const char* name;
  std::vector<MigrationRow> rows;
  const char* message;
  std::size_t applied;
};

}  // namespace hale::testing
