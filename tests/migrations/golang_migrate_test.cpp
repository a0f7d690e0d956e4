#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::vector<MigrationRow> at(const std::string& version, bool dirty = false) {
  return {{version, dirty ? "true" : "false"}};
}

/// Versions 1, 2 (with only a down script) and 10.
struct App {
  App() {
    for (const char* name : {"000001_a.up.sql", "000001_a.down.sql", "2_b.down.sql", "10_c.down.up.sql",
                             "10_c.down.sql", "11_d.sql", "12-e.up.sql", "99999999999999999999_f.up.sql", "README.md"})
      folder.write(name, "");
    folder.write("13_g.up.sql/x", "");
  }
  TemporaryFolder folder;
  std::string source = "golang-migrate:" + folder.path().string();
};

}  // namespace

TEST_SUITE("golang-migrate migrations") {
  TEST_CASE("Comparing files with the single row") {
    const App app;
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table schema_migrations is empty, 3 expected", 0},
             {"ok", at("10"), "ok (3 applied)", 3},
             {"pending", at("2"), "pending 1: 10", 2},
             {"before the first", at("-1"), "pending 3: 1, 2, 10", 0},
             {"ahead", at("11"), "ahead 1: 11", 3},
             {"pending and ahead", at("3"), "pending 1: 10 (ahead 1: 3)", 2},
             {"dirty", at("10", true), "error: version 10 is dirty: it failed halfway or is running", 3},
             {"dirty before the first", at("-1", true), "error: version -1 is dirty: it failed halfway or is running",
              0},
             {"dirty and unknown", at("11", true), "error: version 11 is dirty: it failed halfway or is running", 3},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two scripts with the same version") {
    const App app;
    app.folder.write("1_other.up.sql", "");
    CHECK(compare_with(app.source, at("10")).message() == "error: two scripts have the same version: 1");
  }

  TEST_CASE("A manifest with the output of ls, or numbers") {
    const TemporaryFolder folder;
    const std::string source = "golang-migrate:" + folder.write("m", "000001_a.down.sql\n000001_a.up.sql\n002\n");
    CHECK(compare_with(source, at("2")).message() == "ok (2 applied)");
    CHECK(compare_with(source, at("1")).message() == "pending 1: 2");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("1_a.sql", "");
    CHECK(read_error("golang-migrate:" + path) ==
          "golang-migrate: " + path + " contains no migration; expected files such as 000001_create_users.up.sql");
    CHECK(
        read_error("golang-migrate:" + folder.write("m", "99999999999999999999\n")) ==
        "golang-migrate: " + path +
            "/m: \"99999999999999999999\" is not a migration; use one per line, such as 000001_create_users.up.sql or "
            "1");
  }
}

}  // namespace hale::testing
