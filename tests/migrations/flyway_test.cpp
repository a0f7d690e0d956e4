#include <doctest/doctest.h>

#include "tests/migrations/reports.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

// version, description, type, checksum, success. The checksums are from zlib, over the lines without line ends.
const MigrationRow users = row({"1", "users", "SQL", "336540139", "true"});
const MigrationRow price = row({"2.1", "add price", "SQL", "-1313891388", "true"});
const MigrationRow java = row({"10", "Backfill", "JDBC", "NULL", "true"});
const MigrationRow views = row({"NULL", "views", "SQL", "895998086", "true"});

struct Project : TemporaryFolder {
  Project() {
    write("db/V1__users.sql", "CREATE TABLE users (id int);\n");
    write("db/2024/V2_1__add_price.sql",
          "\xEF\xBB\xBF"
          "ALTER TABLE users\r\n  ADD price int;");
    write("db/V10__Backfill.class", "");
    write("db/V10__Backfill$Step.class", "");
    write("db/R__views.sql", "CREATE VIEW v AS SELECT 1;\n");
    write("db/U2_1__add_price.sql", "");
    write("db/afterMigrate.sql", "");
    write("db/V3_forgotten_underscore.sql", "");
    write("db/R1__no_repeatable.sql", "");
    write("db/Views.sql", "");
    write("db/readme.txt", "");
  }
  std::vector<std::string> sources() const { return {"flyway:" + *this / "db"}; }
};

MigrationRow of_type(std::string_view type, std::string_view version) {
  return row({version, "", type, "NULL", "true"});
}

}  // namespace

TEST_SUITE("flyway migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(report(project.sources(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users}) == "pending 3: 2.1, 10, views [1 applied, 3 pending, 0 ahead]");
    CHECK(report(project.sources(), {price, java, views}) == "pending 1: 1 [3 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {}) ==
          "none: the table flyway_schema_history is empty, 4 expected [0 applied, 4 pending, 0 ahead]");
  }

  TEST_CASE("Ahead: newer and missing migrations") {
    const Project project;
    const MigrationRow future = row({"11", "next", "SQL", "1", "true"});
    const MigrationRow missing = row({"1.5", "gone", "SQL", "1", "true"});
    const MigrationRow other_view = row({"NULL", "other views", "SQL", "1", "true"});
    CHECK(report(project.sources(), {users, missing, price, java, views, other_view, future}) ==
          "ahead 3: 1.5, 11, other views [4 applied, 0 pending, 3 ahead]");
    CHECK(report(project.sources(), {users, future}) ==
          "pending 3: 2.1, 10, views (ahead 1: 11) [1 applied, 3 pending, 1 ahead]");
  }

  TEST_CASE("Versions are compared part by part as numbers") {
    const TemporaryFolder folder;
    for (const char* name : {"V1_10__c.sql", "V1.9__b.sql", "V001__a.sql", "V99999999999999999999999__d.sql"})
      folder.write(name, "");
    CHECK(report({"flyway:" + folder.path().string()}, {of_type("SQL", "1.0")}) ==
          "pending 3: 1.9, 1.10, 99999999999999999999999 [1 applied, 3 pending, 0 ahead]");
    folder.write("more/V1__other.sql", "");
    CHECK(report({"flyway:" + folder.path().string()}, {of_type("SQL", "1.9"), of_type("SQL", "1.10")}) ==
          "error: two files define 1 [2 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("A failed migration") {
    const Project project;
    const MigrationRow failed = row({"2.1", "add price", "SQL", "-1313891388", "false"});
    CHECK(report(project.sources(), {users, failed}) == "error: 2.1 has failed [1 applied, 2 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, failed, price, java, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, views, row({"11", "next", "SQL", "1", "false"})}) ==
          "error: 11 has failed [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, row({"NULL", "views", "SQL", "895998086", "false"})}) ==
          "error: views has failed [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A versioned file that was changed after it was applied") {
    const Project project;
    CHECK(report(project.sources(), {users, row({"2.1", "add price", "SQL", "5", "true"}), java, views}) ==
          "error: 2.1 was changed after it was applied (checksum) [4 applied, 0 pending, 0 ahead]");
    // A file that is not UTF-8 has no known checksum.
    project.write("db/V1__users.sql", "-- \xE4\xF6\xFC\n");
    CHECK(report(project.sources(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("Repeatable migrations: the newest row decides") {
    const Project project;
    const MigrationRow older = row({"NULL", "views", "SQL", "5", "true"});
    CHECK(report(project.sources(), {users, price, java, older}) == "pending 1: views [3 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, older, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, views, older}) ==
          "pending 1: views [3 applied, 1 pending, 0 ahead]");
    project.write("db/R__views.sql", "CREATE VIEW v AS SELECT '${stage}';\n");
    CHECK(report(project.sources(), {users, price, java, older}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    project.write("db/more/R__views.sql", "");
    CHECK(report(project.sources(), {users, price, java, older}) ==
          "error: two files define views [4 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("The row of flyway baseline covers older versions") {
    const Project project;
    CHECK(report(project.sources(), {of_type("BASELINE", "2.1"), java, views}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {of_type("BASELINE", "2")}) ==
          "pending 3: 2.1, 10, views [0 applied, 3 pending, 0 ahead]");
    CHECK(report(project.sources(), {row({"NULL", "<< Flyway Schema Creation >>", "SCHEMA", "NULL", "true"}), users,
                                     price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    // Scripts in the baseline may have changed.
    CHECK(report(project.sources(), {row({"1", "users", "SQL", "5", "true"}), of_type("BASELINE", "2.1"), java,
                                     views}) == "ok (3 applied) [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("Baseline scripts are for an empty history") {
    const Project project;
    project.write("db/B1__old.sql", "");
    project.write("db/B2_1__new.sql", "");
    CHECK(report(project.sources(), {}) ==
          "none: the table flyway_schema_history is empty, 3 expected [0 applied, 3 pending, 0 ahead]");
    CHECK(report(project.sources(), {of_type("SQL_BASELINE", "2.1")}) ==
          "pending 2: 10, views [0 applied, 2 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {row({"2.1", "new", "SQL_BASELINE", "1", "false"})}) ==
          "error: 2.1 has failed [0 applied, 3 pending, 0 ahead]");
  }

  TEST_CASE("Rows of flyway repair and flyway undo") {
    const Project project;
    const MigrationRow gone = row({"1.5", "gone", "SQL", "1", "true"});
    CHECK(report(project.sources(), {users, gone, price, java, views, of_type("DELETE", "1.5")}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, of_type("UNDO_SQL", "2.1"), java, views}) ==
          "pending 1: 2.1 [3 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, of_type("UNDO_SQL", "2.1"), price, java, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, views, row({"NULL", "views", "DELETE", "NULL", "true"})}) ==
          "pending 1: views [3 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, java, views, row({"2.1", "", "UNDO_SQL", "NULL", "false"})}) ==
          "error: 2.1 has failed [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A manifest with file names or versions") {
    const TemporaryFolder folder;
    const std::string path = folder.write(
        "manifest", "BOOT-INF/classes/db/migration/V1__users.sql\n2_1\n10\nU2_1__add_price.sql\nR__views.sql\n");
    CHECK(report({"flyway:" + path}, {users, row({"2.1", "x", "SQL", "7", "true"})}) ==
          "pending 2: 10, views [2 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("Errors") {
    const Project project;
    const std::string folder = project.path().string();
    project.write("other/V3_x.sql", "");
    CHECK(read_error({"flyway:" + project / "other"}, folder) ==
          "--migrations flyway: FOLDER/other contains no migration; expected files such as V2_1__add_users.sql or "
          "R__views.sql");
    const std::string manifest = project.write("manifest", "V1__a.sql\npom.xml\n");
    CHECK(read_error({"flyway:" + manifest}, folder) ==
          "--migrations flyway: FOLDER/manifest: 'pom.xml' is neither a migration file nor a version; use lines "
          "such as V2_1__add_users.sql or 2.1");
  }
}

}  // namespace hale::testing
