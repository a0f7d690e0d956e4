#include <doctest/doctest.h>

#include "tests/migrations/sql_tools.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

// version, description, type, checksum, success. The checksums are zlib's, of the lines without their ends.
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
  std::vector<std::string> words() const { return {"flyway:" + *this / "db"}; }
};

MigrationRow of_type(std::string_view type, std::string_view version) {
  return row({version, "", type, "NULL", "true"});
}

}  // namespace

TEST_SUITE("flyway migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(reported(project.words(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users}) == "pending 3: 2.1, 10, views [1 applied, 3 pending, 0 ahead]");
    CHECK(reported(project.words(), {price, java, views}) == "pending 1: 1 [3 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {}) ==
          "none: the table flyway_schema_history is empty, 4 expected [0 applied, 4 pending, 0 ahead]");
  }

  TEST_CASE("Ahead: future and missing ones") {
    const Project project;
    const MigrationRow future = row({"11", "next", "SQL", "1", "true"});
    const MigrationRow missing = row({"1.5", "gone", "SQL", "1", "true"});
    const MigrationRow other_view = row({"NULL", "other views", "SQL", "1", "true"});
    CHECK(reported(project.words(), {users, missing, price, java, views, other_view, future}) ==
          "ahead 3: 1.5, 11, other views [4 applied, 0 pending, 3 ahead]");
    CHECK(reported(project.words(), {users, future}) ==
          "pending 3: 2.1, 10, views (ahead 1: 11) [1 applied, 3 pending, 1 ahead]");
  }

  TEST_CASE("Versions are compared part by part as numbers") {
    const TemporaryFolder folder;
    for (const char* name : {"V1_10__c.sql", "V1.9__b.sql", "V001__a.sql", "V99999999999999999999999__d.sql"})
      folder.write(name, "");
    CHECK(reported({"flyway:" + folder.path().string()}, {of_type("SQL", "1.0")}) ==
          "pending 3: 1.9, 1.10, 99999999999999999999999 [1 applied, 3 pending, 0 ahead]");
    folder.write("more/V1__other.sql", "");
    CHECK(reported({"flyway:" + folder.path().string()}, {of_type("SQL", "1.9"), of_type("SQL", "1.10")}) ==
          "error: two files are 1 [2 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("A failed migration") {
    const Project project;
    const MigrationRow failed = row({"2.1", "add price", "SQL", "-1313891388", "false"});
    CHECK(reported(project.words(), {users, failed}) == "error: 2.1 has failed [1 applied, 2 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, failed, price, java, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, views, row({"11", "next", "SQL", "1", "false"})}) ==
          "error: 11 has failed [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, row({"NULL", "views", "SQL", "895998086", "false"})}) ==
          "error: views has failed [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A versioned file that is not what was applied") {
    const Project project;
    CHECK(reported(project.words(), {users, row({"2.1", "add price", "SQL", "5", "true"}), java, views}) ==
          "error: 2.1 was changed after it was applied (checksum) [4 applied, 0 pending, 0 ahead]");
    // What cannot be compared is not.
    project.write("db/V1__users.sql", "-- \xE4\xF6\xFC\n");
    CHECK(reported(project.words(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("Repeatable ones: the newest row decides") {
    const Project project;
    const MigrationRow older = row({"NULL", "views", "SQL", "5", "true"});
    CHECK(reported(project.words(), {users, price, java, older}) == "pending 1: views [3 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, older, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, views, older}) ==
          "pending 1: views [3 applied, 1 pending, 0 ahead]");
    project.write("db/R__views.sql", "CREATE VIEW v AS SELECT '${stage}';\n");
    CHECK(reported(project.words(), {users, price, java, older}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    project.write("db/more/R__views.sql", "");
    CHECK(reported(project.words(), {users, price, java, older}) ==
          "error: two files are views [4 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("The row of flyway baseline covers what is not newer") {
    const Project project;
    CHECK(reported(project.words(), {of_type("BASELINE", "2.1"), java, views}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {of_type("BASELINE", "2")}) ==
          "pending 3: 2.1, 10, views [0 applied, 3 pending, 0 ahead]");
    CHECK(reported(project.words(), {row({"NULL", "<< Flyway Schema Creation >>", "SCHEMA", "NULL", "true"}), users,
                                     price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    // What it covers may have been changed.
    CHECK(reported(project.words(), {row({"1", "users", "SQL", "5", "true"}), of_type("BASELINE", "2.1"), java,
                                     views}) == "ok (3 applied) [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("Baseline scripts are for an empty history") {
    const Project project;
    project.write("db/B1__old.sql", "");
    project.write("db/B2_1__new.sql", "");
    CHECK(reported(project.words(), {}) ==
          "none: the table flyway_schema_history is empty, 3 expected [0 applied, 3 pending, 0 ahead]");
    CHECK(reported(project.words(), {of_type("SQL_BASELINE", "2.1")}) ==
          "pending 2: 10, views [0 applied, 2 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, views}) == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {row({"2.1", "new", "SQL_BASELINE", "1", "false"})}) ==
          "error: 2.1 has failed [0 applied, 3 pending, 0 ahead]");
  }

  TEST_CASE("What repair and undo took back") {
    const Project project;
    const MigrationRow gone = row({"1.5", "gone", "SQL", "1", "true"});
    CHECK(reported(project.words(), {users, gone, price, java, views, of_type("DELETE", "1.5")}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, of_type("UNDO_SQL", "2.1"), java, views}) ==
          "pending 1: 2.1 [3 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, of_type("UNDO_SQL", "2.1"), price, java, views}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, views, row({"NULL", "views", "DELETE", "NULL", "true"})}) ==
          "pending 1: views [3 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {users, price, java, views, row({"2.1", "", "UNDO_SQL", "NULL", "false"})}) ==
          "error: 2.1 has failed [3 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A manifest has names of files or versions") {
    const TemporaryFolder folder;
    const std::string path = folder.write(
        "manifest", "BOOT-INF/classes/db/migration/V1__users.sql\n2_1\n10\nU2_1__add_price.sql\nR__views.sql\n");
    CHECK(reported({"flyway:" + path}, {users, row({"2.1", "x", "SQL", "7", "true"})}) ==
          "pending 2: 10, views [2 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("What holds no migrations is refused") {
    const Project project;
    const std::string folder = project.path().string();
    project.write("other/V3_x.sql", "");
    CHECK(refused({"flyway:" + project / "other"}, folder) ==
          "--migrations flyway: FOLDER/other holds no migration; there should be files such as V2_1__add_users.sql or "
          "R__views.sql");
    const std::string manifest = project.write("manifest", "V1__a.sql\npom.xml\n");
    CHECK(refused({"flyway:" + manifest}, folder) ==
          "--migrations flyway: FOLDER/manifest: 'pom.xml' is neither a migration's file nor a version; write lines "
          "such as V2_1__add_users.sql or 2.1");
  }
}

}  // namespace hale::testing
