#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::vector<MigrationRow> history(const std::vector<std::string>& versions) {
  std::vector<MigrationRow> rows;
  for (const std::string& version : versions) rows.push_back({version, "2024-01-01 00:00:00"});
  return rows;
}

struct App {
  App() {
    folder.write("00000000000000_diesel_initial_setup/up.sql", "");
    folder.write("00000000000000_diesel_initial_setup/down.sql", "");
    folder.write("2024-01-02-030405_create_users/up.sql", "");
    folder.write("20240202000000_b/up.sql", "");
    folder.write(".hidden/x", "");
    folder.write("README.md", "");
  }
  TemporaryFolder folder;
  std::string words = "diesel:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Migrations of Diesel") {
  TEST_CASE("Folders against rows") {
    const App app;
    const std::string setup = "00000000000000";
    for (const Held& one : std::vector<Held>{
             {"empty", {}, "none: the table __diesel_schema_migrations is empty, 3 expected", 0},
             {"ok", history({setup, "20240102030405", "20240202000000"}), "ok (3 applied)", 3},
             {"pending", history({setup, "20240102030405"}), "pending 1: 20240202000000_b", 2},
             {"gap", history({setup, "20240202000000"}), "pending 1: 2024-01-02-030405_create_users", 2},
             {"ahead", history({setup, "20240102030405", "20240202000000", "20250101000000"}),
              "ahead 1: 20250101000000", 3},
             {"pending and ahead", history({"20240102030405", "20240202000000", "20250101000000"}),
              "pending 1: 00000000000000_diesel_initial_setup (ahead 1: 20250101000000)", 2},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = held(app.words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two folders of one version") {
    const App app;
    app.folder.write("20240102030405_other/up.sql", "");
    CHECK(held(app.words, history({"00000000000000", "20240102030405", "20240202000000"})).message() ==
          "error: two migrations have the same id: 20240102030405");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string words =
        "diesel:" + folder.write("m", "migrations/2024-01-02-030405_a/\n20240202000000\n./2024-03-03_c/up.sql\n");
    CHECK(held(words, history({"20240102030405"})).message() == "pending 2: 20240202000000, 2024-03-03_c");
  }

  TEST_CASE("What is refused") {
    const App app;
    const std::string endpoint = app.folder.path().string();
    app.folder.write("20240303000000_c/down.sql", "");
    CHECK(refusal_to_read(app.words) ==
          "diesel: " + endpoint +
              "/20240303000000_c is no migration: every folder there should be one, with up.sql in it");
    const TemporaryFolder other;
    other.write("1_a/down.sql", "");
    CHECK(refusal_to_read("diesel:" + other.path().string()) ==
          "diesel: " + other.path().string() +
              " holds no migration; there should be folders such as 2024-01-31-093000_create_users with an up.sql in "
              "each");
    CHECK(refusal_to_read("diesel:" + other.write("m", "_x\n")) ==
          "diesel: " + other.path().string() +
              "/m: \"_x\" is no migration; write one a line, such as 2024-01-31-093000_create_users or 20240131093000");
  }
}

}  // namespace hale::testing
