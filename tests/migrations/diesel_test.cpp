#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
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
  std::string source = "diesel:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Diesel migrations") {
  TEST_CASE("Comparing folders with rows") {
    const App app;
    const std::string setup = "00000000000000";
    for (const Comparison& one : std::vector<Comparison>{
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
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two folders with the same version") {
    const App app;
    app.folder.write("20240102030405_other/up.sql", "");
    CHECK(compare_with(app.source, history({"00000000000000", "20240102030405", "20240202000000"})).message() ==
          "error: two migrations have the same id: 20240102030405");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string source =
        "diesel:" + folder.write("m", "migrations/2024-01-02-030405_a/\n20240202000000\n./2024-03-03_c/up.sql\n");
    CHECK(compare_with(source, history({"20240102030405"})).message() == "pending 2: 20240202000000, 2024-03-03_c");
  }

  TEST_CASE("Errors") {
    const App app;
    const std::string path = app.folder.path().string();
    app.folder.write("20240303000000_c/down.sql", "");
    CHECK(read_error(app.source) ==
          "diesel: " + path + "/20240303000000_c is not a migration: every folder there must contain up.sql");
    const TemporaryFolder other;
    other.write("1_a/down.sql", "");
    CHECK(read_error("diesel:" + other.path().string()) ==
          "diesel: " + other.path().string() +
              " contains no migration; expected folders such as 2024-01-31-093000_create_users with an up.sql in "
              "each");
    CHECK(read_error("diesel:" + other.write("m", "_x\n")) ==
          "diesel: " + other.path().string() +
              "/m: \"_x\" is not a migration; use one per line, such as 2024-01-31-093000_create_users or "
              "20240131093000");
  }
}

}  // namespace hale::testing
