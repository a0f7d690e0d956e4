#include "tests/migrations/reports.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "migrations/history.hpp"

namespace hale::testing {
namespace {

MigrationHistory read(const std::vector<std::string>& sources) {
  return read_histories({sources.begin(), sources.end()}, {}).at(0);
}

}  // namespace

MigrationRow row(std::initializer_list<std::string_view> texts) {
  MigrationRow row;
  for (const std::string_view text : texts)
    row.push_back(text == "NULL" ? std::nullopt : std::optional(std::string(text)));
  return row;
}

std::string report(const std::vector<std::string>& sources, const std::vector<MigrationRow>& rows) {
  const MigrationFindings found = read(sources).compare(rows, false);
  return fmt::format("{} [{} applied, {} pending, {} ahead]", found.message(), found.applied, found.pending.size(),
                     found.ahead.size());
}

std::string read_error(const std::vector<std::string>& sources, const std::string& folder) {
  try {
    read(sources);
  } catch (const UsageError& error) {
    std::string message = error.what();
    for (std::size_t offset = 0; (offset = message.find(folder, offset)) != std::string::npos;)
      message.replace(offset, folder.size(), "FOLDER");
    return message;
  }
  return "no error";
}

}  // namespace hale::testing
