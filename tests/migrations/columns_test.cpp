#include <doctest/doctest.h>

#include <algorithm>

#include "migrations/history.hpp"

namespace hale::testing {
namespace {

using Columns = std::vector<std::string>;

std::string mistaken(std::string_view tool, const Columns& columns, const TableName& named = {"", ""}) {
  for (const MigrationTool* one : migration_tools()) {
    const TableName table = named.table.empty() ? TableName{"", std::string(one->table)} : named;
    if (one->name == tool) return MigrationHistory{one, table, nullptr}.mistaken(columns);
  }
  return "no such tool";
}

}  // namespace

TEST_SUITE("Whose table it is") {
  TEST_CASE("Four tools call theirs schema_migrations") {
    const Columns rails{"version"};
    const Columns golang{"version", "dirty"};
    const Columns ecto{"version", "inserted_at"};
    CHECK(mistaken("rails", rails) == "");
    CHECK(mistaken("dbmate", rails) == "");
    CHECK(mistaken("golang-migrate", golang) == "");
    CHECK(mistaken("ecto", ecto) == "");
    const std::string described = "schema_migrations with the columns version";
    CHECK(mistaken("golang-migrate", rails) == described + " is of rails or dbmate, not of golang-migrate");
    CHECK(mistaken("ecto", rails) == described + " is of rails or dbmate, not of ecto");
    CHECK(mistaken("rails", golang) == described + ", dirty is of golang-migrate, not of rails");
    CHECK(mistaken("dbmate", ecto) == described + ", inserted_at is of ecto, not of dbmate");
    CHECK(mistaken("ecto", golang) == described + ", dirty is of golang-migrate, not of ecto");
    CHECK(mistaken("rails", {"id"}) == "schema_migrations with the columns id is not of rails, which has version");
  }

  TEST_CASE("A table of another name is taken by its columns alone") {
    CHECK(mistaken("knex", {"id", "name", "batch", "migration_time"}, {"audit", "changes"}) == "");
    CHECK(mistaken("typeorm", {"id", "migration", "batch"}, {"", "migrations"}) ==
          "migrations with the columns id, migration, batch is not of typeorm, which has name, timestamp");
  }
}

}  // namespace hale::testing
