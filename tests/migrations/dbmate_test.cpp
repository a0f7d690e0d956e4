#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {

TEST_SUITE("dbmate migrations") {
  TEST_CASE("Comparing files with rows") {
    const TemporaryFolder folder;
    for (const char* name : {"001_a.sql", "20240101000000-b.sql", "3.sql", "x.sql", "4_c.txt"}) folder.write(name, "");
    folder.write("below/5_d.sql", "");
    const std::string source = "dbmate:" + folder.path().string();
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table schema_migrations is empty, 3 expected", 0},
             {"ok", rows_of({"001", "20240101000000", "3"}), "ok (3 applied)", 3},
             {"leading zeros count", rows_of({"1", "20240101000000", "3"}), "pending 1: 001 (ahead 1: 1)", 2},
             {"pending", rows_of({"001", "20240101000000"}), "pending 1: 3", 2},
             {"gap", rows_of({"20240101000000", "3"}), "pending 1: 001", 2},
             {"ahead", rows_of({"001", "20240101000000", "3", "4"}), "ahead 1: 4", 3},
             {"pending and ahead", rows_of({"001", "4"}), "pending 2: 20240101000000, 3 (ahead 1: 4)", 1},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Several folders, and two files with the same version") {
    const TemporaryFolder folder;
    folder.write("a/1_a.sql", "");
    folder.write("b/2_b.sql", "");
    const std::vector<std::string> both{"dbmate:" + (folder / "a"), "dbmate:" + (folder / "b")};
    CHECK(compare_with(both, rows_of({"1"})).message() == "pending 1: 2");
    folder.write("b/1_c.sql", "");
    CHECK(compare_with(both, rows_of({"1", "2"})).message() == "error: two migrations have the same id: 1");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string source = "dbmate:" + folder.write("m", "001_a.sql\ndb/migrations/002_b.sql\n3\n");
    CHECK(compare_with(source, rows_of({"001", "2"})).message() == "pending 2: 002, 3 (ahead 1: 2)");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("x.sql", "");
    CHECK(read_error("dbmate:" + path) ==
          "dbmate: " + path + " contains no migration; expected files such as 20240131093000_create_users.sql");
    CHECK(read_error("dbmate:" + folder.write("1_a.sql", "-- migrate:up\n")) ==
          "dbmate: " + path +
              "/1_a.sql: \"-- migrate:up\" is not a migration; use one per line, such as "
              "20240131093000_create_users.sql or 20240131093000");
  }
}

}  // namespace hale::testing
