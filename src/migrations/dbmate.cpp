#include <array>

#include "migrations/set.hpp"

namespace hale {
namespace {

/// The digits that the name of an .sql file begins with: leading zeros count.
std::optional<std::string> version_of(const std::string& file) {
  const std::size_t end = file.find_first_not_of("0123456789");
  if (end == 0 || end == std::string::npos || !file.ends_with(".sql") || file.find('/') != std::string::npos)
    return std::nullopt;
  return file.substr(0, end);
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  return std::make_unique<MigrationSet>(read_ids(sources, version_of, "files such as 20240131093000_create_users.sql"));
}

constexpr std::array<std::string_view, 1> columns{"version"};

}  // namespace

extern const MigrationTool dbmate_tool;
const MigrationTool dbmate_tool{
    .name = "dbmate",
    .path = "db/migrations",
    .files = "Files NUMBER*.sql. The id is the digits, and leading zeros count.",
    .table = "schema_migrations",
    .columns = columns,
    .read = read,
};

}  // namespace hale
