#include "tests/migrations/sql_tools.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "migrations/history.hpp"

namespace hale::testing {
namespace {

MigrationHistory read(const std::vector<std::string>& words) {
  return read_histories({words.begin(), words.end()}, {}).at(0);
}

}  // namespace

MigrationRow row(std::initializer_list<std::string_view> texts) {
  MigrationRow row;
  for (const std::string_view text : texts)
    row.push_back(text == "NULL" ? std::nullopt : std::optional(std::string(text)));
  return row;
}

std::string reported(const std::vector<std::string>& words, const std::vector<MigrationRow>& rows) {
  const MigrationFindings found = read(words).compare(rows, false);
  return fmt::format("{} [{} applied, {} pending, {} ahead]", found.message(), found.applied, found.pending.size(),
                     found.ahead.size());
}

std::string refused(const std::vector<std::string>& words, const std::string& folder) {
  try {
    read(words);
  } catch (const UsageError& error) {
    std::string complaint = error.what();
    for (std::size_t at = 0; (at = complaint.find(folder, at)) != std::string::npos;)
      complaint.replace(at, folder.size(), "FOLDER");
    return complaint;
  }
  return "taken";
}

}  // namespace hale::testing
