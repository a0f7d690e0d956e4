#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// The rows of a table that goose has made, and behind them one for each version: "-3" is 3 taken back.
std::vector<MigrationRow> history(const std::vector<std::string>& versions) {
  std::vector<MigrationRow> rows{{"0", "true"}};
  for (const std::string& version : versions) {
    const bool back = version[0] == '-';
    rows.push_back({version.substr(back ? 1 : 0), back ? "false" : "true"});
  }
  return rows;
}

}  // namespace

TEST_SUITE("Migrations of goose") {
  TEST_CASE("Files against rows") {
    const TemporaryFolder folder;
    for (const char* name : {"00001_a.sql", "00002_b c.go", "20240101000000_d.sql", "00003_e_test.go", "helpers.go",
                             "4.sql", "00000_zero.sql", "5_f.txt"})
      folder.write(name, "");
    folder.write("below/00006_g.sql", "");
    const std::string words = "goose:" + folder.path().string();
    for (const Held& one : std::vector<Held>{
             {"no row", {}, "none: the table goose_db_version is empty, 3 expected", 0},
             {"only the first row", history({}), "none: no version is recorded, 3 expected", 0},
             {"ok", history({"1", "2", "20240101000000"}), "ok (3 applied)", 3},
             {"pending", history({"1", "2"}), "pending 1: 20240101000000", 2},
             {"gap", history({"1", "20240101000000"}),
              "pending 1: 2; 20240101000000 is applied already, so goose takes 2 only with -allow-missing", 2},
             {"ahead", history({"1", "2", "20240101000000", "20250101000000"}), "ahead 1: 20250101000000", 3},
             {"pending and ahead", history({"1", "2", "20230101000000"}),
              "pending 1: 20240101000000 (ahead 1: 20230101000000)", 2},
             {"taken back", history({"1", "2", "20240101000000", "-20240101000000"}), "pending 1: 20240101000000", 2},
             {"taken back and applied again", history({"1", "2", "-2", "20240101000000", "2"}), "ok (3 applied)", 3},
             {"all taken back", history({"1", "-1"}), "none: no version is recorded, 3 expected", 0},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = held(words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two files of one version") {
    const TemporaryFolder folder;
    folder.write("1_a.sql", "");
    folder.write("01_b.go", "");
    CHECK(held("goose:" + folder.path().string(), history({"1"})).message() ==
          "error: two migrations have the same id: 1");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string words = "goose:" + folder.write("m", "00001_a.sql\nmigrations/00002_b.go\n3\n");
    CHECK(held(words, history({"1", "2"})).message() == "pending 1: 3");
  }

  TEST_CASE("What is refused") {
    const TemporaryFolder folder;
    const std::string endpoint = folder.path().string();
    folder.write("helpers.go", "");
    CHECK(refusal_to_read("goose:" + endpoint) ==
          "goose: " + endpoint + " holds no migration; there should be files such as 00001_create_users.sql");
    CHECK(refusal_to_read("goose:" + folder.write("m", "0\n")) ==
          "goose: " + endpoint + "/m: \"0\" is no migration; write one a line, such as 00001_create_users.sql or 1");
  }
}

}  // namespace hale::testing
