#include "migrations/history.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/core/refusal.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale {
namespace {

using Values = std::vector<std::string_view>;

std::string read_error(const Values& migrations, const Values& tables = {}) {
  return refusal([&] { read_histories(migrations, tables); });
}

std::string table(const Values& migrations, const Values& tables) {
  const TableName name = read_histories(migrations, tables).at(0).table;
  return fmt::format("{}|{}", name.schema, name.table);
}

}  // namespace

TEST_SUITE("migrations: histories") {
  TEST_CASE("the paths of a tool are one history") {
    const testing::TemporaryFolder folder;
    folder.write("a/1.sql", "");
    folder.write("b/2.sql", "");
    const std::string a = "dbmate:" + folder / "a";
    const std::string b = "dbmate:" + folder / "b";
    const auto histories = read_histories({a, b}, {});
    REQUIRE(histories.size() == 1);
    CHECK(histories[0].compare({{"1"}}, false).message() == "pending 1: 2");
    CHECK(histories[0].compare({}, false).message() == "none: the table schema_migrations is empty, 2 expected");
    CHECK(histories[0].compare_without_table().message() ==
          "none: the table schema_migrations does not exist, 2 expected");
    CHECK(read_histories({}, {}).empty());
  }

  TEST_CASE("invalid values of --migrations") {
    CHECK(read_error({"/app/migrations"}) ==
          "--migrations /app/migrations: missing tool; use --migrations TOOL:PATH, such as "
          "django:/app/shop/migrations");
    CHECK(read_error({"dbmat:/x"}) == "--migrations dbmat:/x: unknown migration tool dbmat; did you mean dbmate?");
    CHECK(read_error({"DBMATE:/x"}) == "--migrations DBMATE:/x: unknown migration tool DBMATE; did you mean dbmate?");
    CHECK(read_error({"dbmate:"}) == "--migrations dbmate:: missing path; use --migrations dbmate:db/migrations");
    CHECK(read_error({"nothing-like-it:/x"})
              .starts_with("--migrations nothing-like-it:/x: unknown migration tool "
                           "nothing-like-it; use "));
    CHECK(read_error({"dbmate:/x=/nowhere"}) == "--migrations dbmate: /x=/nowhere: No such file or directory");
  }

  TEST_CASE("the table's name") {
    const testing::TemporaryFolder folder;
    const std::string migrations = "dbmate:" + folder.write("manifest", "1");
    CHECK(table({migrations}, {}) == "|schema_migrations");
    CHECK(table({migrations}, {"history"}) == "|history");
    CHECK(table({migrations}, {"audit.History"}) == "audit|History");
    CHECK(table({migrations}, {"dbmate:audit.history"}) == "audit|history");
    CHECK(table({migrations}, {R"("a.b"."c d")"}) == "a.b|c d");
    CHECK(table({migrations}, {R"(it's."a""b")"}) == "it's|a\"b");
    for (const std::string_view name : {"", ".", "a.", ".b", "a.b.c", "\"a"}) {
      CHECK(read_error({migrations}, {name}) ==
            fmt::format("--migrations-table {}: not a table name; use SCHEMA.TABLE", name));
    }
    CHECK(read_error({}, {"history"}) == "--migrations-table needs --migrations TOOL:PATH");
    CHECK(read_error({migrations}, {"dbmat:history"}) == "unknown migration tool dbmat; did you mean dbmate?");
  }
}

}  // namespace hale
