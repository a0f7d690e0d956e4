#include <doctest/doctest.h>

#include <algorithm>

#include "migrations/history.hpp"

namespace hale::testing {
namespace {

using Columns = std::vector<std::string>;

std::string mismatch(std::string_view tool, const Columns& columns, const TableName& named = {"", ""}) {
  for (const MigrationTool* one : migration_tools()) {
    const TableName table = named.table.empty() ? TableName{"", std::string(one->table)} : named;
    if (one->name == tool) return MigrationHistory{one, table, nullptr}.find_mismatch(columns).value_or("none");
  }
  return "no such tool";
}

}  // namespace

TEST_SUITE("Whose table it is") {
  TEST_CASE("Four tools have a table schema_migrations") {
    const Columns rails{"version"};
    const Columns golang{"version", "dirty"};
    const Columns ecto{"version", "inserted_at"};
    CHECK(mismatch("rails", rails) == "none");
    CHECK(mismatch("dbmate", rails) == "none");
    CHECK(mismatch("golang-migrate", golang) == "none");
    CHECK(mismatch("ecto", ecto) == "none");
    const std::string described = "schema_migrations with the columns version";
    CHECK(mismatch("golang-migrate", rails) == described + " belongs to rails or dbmate, not to golang-migrate");
    CHECK(mismatch("ecto", rails) == described + " belongs to rails or dbmate, not to ecto");
    CHECK(mismatch("rails", golang) == described + ", dirty belongs to golang-migrate, not to rails");
    CHECK(mismatch("dbmate", ecto) == described + ", inserted_at belongs to ecto, not to dbmate");
    CHECK(mismatch("ecto", golang) == described + ", dirty belongs to golang-migrate, not to ecto");
    CHECK(mismatch("rails", {"id"}) ==
          "schema_migrations with the columns id does not belong to rails, which has version");
  }

  TEST_CASE("A table with another name is recognized by its columns") {
    CHECK(mismatch("knex", {"id", "name", "batch", "migration_time"}, {"audit", "changes"}) == "none");
    CHECK(mismatch("typeorm", {"id", "migration", "batch"}, {"", "migrations"}) ==
          "migrations with the columns id, migration, batch does not belong to typeorm, which has name, timestamp");
  }
}

}  // namespace hale::testing
