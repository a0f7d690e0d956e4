#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::vector<MigrationRow> at(const std::string& version, bool dirty = false) {
  return {{version, dirty ? "true" : "false"}};
}

/// Versions 1, 2 (only the way down) and 10.
struct App {
  App() {
    for (const char* name : {"000001_a.up.sql", "000001_a.down.sql", "2_b.down.sql", "10_c.down.up.sql",
                             "10_c.down.sql", "11_d.sql", "12-e.up.sql", "99999999999999999999_f.up.sql", "README.md"})
      folder.write(name, "");
    folder.write("13_g.up.sql/x", "");
  }
  TemporaryFolder folder;
  std::string words = "golang-migrate:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Migrations of golang-migrate") {
  TEST_CASE("Files against the one row") {
    const App app;
    for (const Held& one : std::vector<Held>{
             {"empty", {}, "none: the table schema_migrations is empty, 3 expected", 0},
             {"ok", at("10"), "ok (3 applied)", 3},
             {"pending", at("2"), "pending 1: 10", 2},
             {"before the first", at("-1"), "pending 3: 1, 2, 10", 0},
             {"ahead", at("11"), "ahead 1: 11", 3},
             {"pending and ahead", at("3"), "pending 1: 10 (ahead 1: 3)", 2},
             {"dirty", at("10", true), "error: version 10 is dirty: it failed half-way, or is running", 3},
             {"dirty before the first", at("-1", true), "error: version -1 is dirty: it failed half-way, or is running",
              0},
             {"dirty and unknown", at("11", true), "error: version 11 is dirty: it failed half-way, or is running", 3},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = held(app.words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two scripts of one version") {
    const App app;
    app.folder.write("1_other.up.sql", "");
    CHECK(held(app.words, at("10")).message() == "error: two scripts have the same version: 1");
  }

  TEST_CASE("A manifest is what ls prints, or numbers") {
    const TemporaryFolder folder;
    const std::string words = "golang-migrate:" + folder.write("m", "000001_a.down.sql\n000001_a.up.sql\n002\n");
    CHECK(held(words, at("2")).message() == "ok (2 applied)");
    CHECK(held(words, at("1")).message() == "pending 1: 2");
  }

  TEST_CASE("What is refused") {
    const TemporaryFolder folder;
    const std::string endpoint = folder.path().string();
    folder.write("1_a.sql", "");
    CHECK(refusal_to_read("golang-migrate:" + endpoint) ==
          "golang-migrate: " + endpoint +
              " holds no migration; there should be files such as 000001_create_users.up.sql");
    CHECK(refusal_to_read("golang-migrate:" + folder.write("m", "99999999999999999999\n")) ==
          "golang-migrate: " + endpoint +
              "/m: \"99999999999999999999\" is no migration; write one a line, such as 000001_create_users.up.sql or "
              "1");
  }
}

}  // namespace hale::testing
