#include <doctest/doctest.h>

#include "tests/migrations/reports.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

// The SHA-384 of the files of Project, from sha384sum.
constexpr const char* users_sum =
    "\\x6337697883ead93bde2c64aa4c89983e494facc84418dc07c69854725a0401e9abccd1b1a56f06b2871d89dd25d29d40";
constexpr const char* price_sum =
    "\\x73a86ce737ee5821acb80c64b7fdb8485b52b96ccdb9b6947a5f6962b4933700a24b681de5ce5e9f04bf98e7970ecd3f";

struct Project : TemporaryFolder {
  Project() {
    write("migrations/20240102030405_users.sql", "CREATE TABLE users (id int);\n");
    write("migrations/20240203040506_price.up.sql", "ALTER TABLE users ADD price int;\r\n");
    write("migrations/20240203040506_price.down.sql", "ALTER TABLE users DROP price;\n");
    write("migrations/README.md", "");
    write("migrations/seed.sql", "");
    write("migrations/3_notes.txt", "");
    write("migrations/old/1_gone.sql", "");
  }
  std::vector<std::string> sources() const { return {"sqlx:" + *this / "migrations"}; }
};

const MigrationRow users = row({"20240102030405", "true", users_sum});
const MigrationRow price = row({"20240203040506", "true", price_sum});

}  // namespace

TEST_SUITE("sqlx migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(report(project.sources(), {users, price}) == "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users}) == "pending 1: 20240203040506 [1 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {price}) == "pending 1: 20240102030405 [1 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, row({"20250101000000", "true", "\\x00"})}) ==
          "ahead 1: 20250101000000 [2 applied, 0 pending, 1 ahead]");
    CHECK(report(project.sources(), {users, row({"20250101000000", "true", "\\x00"})}) ==
          "pending 1: 20240203040506 (ahead 1: 20250101000000) [1 applied, 1 pending, 1 ahead]");
    CHECK(report(project.sources(), {}) ==
          "none: the table _sqlx_migrations is empty, 2 expected [0 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("Dirty") {
    const Project project;
    CHECK(report(project.sources(), {users, row({"20240203040506", "false", price_sum})}) ==
          "error: 20240203040506 is only partially applied [1 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, price, row({"20250101000000", "false", "\\x00"})}) ==
          "error: 20250101000000 is only partially applied [2 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A file that was changed after it was applied") {
    const Project project;
    CHECK(report(project.sources(), {users, row({"20240203040506", "true", users_sum})}) ==
          "error: 20240203040506 has been modified since it was applied [2 applied, 0 pending, 0 ahead]");
    // bytea_output = escape
    CHECK(report(project.sources(), {users, row({"20240203040506", "true", "ab\\000"})}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {users, row({"20240203040506", "true", "NULL"})}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("Versions are numbers") {
    const TemporaryFolder folder;
    folder.write("m/0002_b.sql", "");
    folder.write("m/10_c.sql", "");
    folder.write("m/-1_a.sql", "");
    CHECK(report({"sqlx:" + folder / "m"}, {row({"2", "true", "NULL"})}) ==
          "pending 2: -1, 10 [1 applied, 2 pending, 0 ahead]");
    folder.write("m/02_d.up.sql", "");
    CHECK(report({"sqlx:" + folder / "m"}, {row({"2", "true", "NULL"})}) ==
          "error: two files have the same version: 2 [1 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("A manifest with versions, file names or the output of sqlx migrate info") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write("manifest", "20240102030405\n20240203040506_price.up.sql\n20240304050607/installed add users\n");
    CHECK(report({"sqlx:" + path}, {users, price}) == "pending 1: 20240304050607 [2 applied, 1 pending, 0 ahead]");
  }

  TEST_CASE("Errors") {
    const Project project;
    const std::string folder = project.path().string();
    project.write("down/1_x.down.sql", "");
    CHECK(read_error({"sqlx:" + project / "down"}, folder) ==
          "--migrations sqlx: FOLDER/down contains no migration; expected files such as 20240131093000_users.sql");
    project.write("named/add_users.sql", "");
    CHECK(read_error({"sqlx:" + project / "named"}, folder) ==
          "--migrations sqlx: FOLDER/named/add_users.sql: the part before _ is not a version; use names such as "
          "20240131093000_users.sql");
    project.write("long/9223372036854775808_x.sql", "");
    CHECK(read_error({"sqlx:" + project / "long"}, folder) ==
          "--migrations sqlx: FOLDER/long/9223372036854775808_x.sql: the part before _ is not a version; use names "
          "such as 20240131093000_users.sql");
    const std::string manifest = project.write("manifest", "1_a.sql\ncreate table\n");
    CHECK(read_error({"sqlx:" + manifest}, folder) ==
          "--migrations sqlx: FOLDER/manifest: 'create table' does not begin with a version; use lines such as "
          "20240131093000_users");
  }
}

}  // namespace hale::testing
