#include "migrations/history.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/core/refusal.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale {
namespace {

using Words = std::vector<std::string_view>;

std::string refused(const Words& migrations, const Words& tables = {}) {
  return refusal([&] { read_histories(migrations, tables); });
}

std::string table(const Words& migrations, const Words& tables) {
  const TableName name = read_histories(migrations, tables).at(0).table;
  return fmt::format("{}|{}", name.schema, name.table);
}

}  // namespace

TEST_SUITE("migrations: histories") {
  TEST_CASE("a tool and its paths make one history") {
    const testing::TemporaryFolder folder;
    folder.write("a/1.sql", "");
    folder.write("b/2.sql", "");
    const std::string a = "dbmate:" + folder / "a";
    const std::string b = "dbmate:" + folder / "b";
    const auto histories = read_histories({a, b}, {});
    REQUIRE(histories.size() == 1);
    CHECK(histories[0].compare({{"1"}}, false).message() == "pending 1: 2");
    CHECK(histories[0].compare({}, false).message() == "none: the table schema_migrations is empty, 2 expected");
    CHECK(histories[0].without_table().message() == "none: there is no table schema_migrations, 2 expected");
    CHECK(read_histories({}, {}).empty());
  }

  TEST_CASE("what is no --migrations") {
    CHECK(refused({"/app/migrations"}) ==
          "--migrations /app/migrations: no tool stands before the path; write --migrations TOOL:PATH, such as "
          "django:/app/shop/migrations");
    CHECK(refused({"dbmat:/x"}) == "--migrations dbmat:/x: there is no migration tool dbmat; did you mean dbmate?");
    CHECK(refused({"DBMATE:/x"}) == "--migrations DBMATE:/x: there is no migration tool DBMATE; did you mean dbmate?");
    CHECK(refused({"dbmate:"}) ==
          "--migrations dbmate:: no path stands behind the tool; write --migrations dbmate:db/migrations");
    CHECK(refused({"nothing-like-it:/x"})
              .starts_with("--migrations nothing-like-it:/x: there is no migration tool "
                           "nothing-like-it; write "));
    CHECK(refused({"dbmate:/x=/nowhere"}) == "--migrations dbmate: /x=/nowhere: No such file or directory");
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
    for (const std::string_view words : {"", ".", "a.", ".b", "a.b.c", "\"a"}) {
      CHECK(refused({migrations}, {words}) ==
            fmt::format("--migrations-table {}: no name of a table; write SCHEMA.TABLE", words));
    }
    CHECK(refused({}, {"history"}) == "--migrations-table without --migrations; write --migrations TOOL:PATH too");
    CHECK(refused({migrations}, {"dbmat:history"}) == "there is no migration tool dbmat; did you mean dbmate?");
  }
}

}  // namespace hale
