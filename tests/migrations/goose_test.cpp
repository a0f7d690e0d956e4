#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// The first row of goose and one row for each of `versions`; "-3" reverts version 3.
std::vector<MigrationRow> history(const std::vector<std::string>& versions) {
  std::vector<MigrationRow> rows{{"0", "true"}};
  for (const std::string& version : versions) {
    const bool is_down = version[0] == '-';
    rows.push_back({version.substr(is_down ? 1 : 0), is_down ? "false" : "true"});
  }
  return rows;
}

}  // namespace

TEST_SUITE("goose migrations") {
  TEST_CASE("Comparing files with rows") {
    const TemporaryFolder folder;
    for (const char* name : {"00001_a.sql", "00002_b c.go", "20240101000000_d.sql", "00003_e_test.go", "helpers.go",
                             "4.sql", "00000_zero.sql", "5_f.txt"})
      folder.write(name, "");
    folder.write("below/00006_g.sql", "");
    const std::string source = "goose:" + folder.path().string();
    for (const Comparison& one : std::vector<Comparison>{
             {"no row", {}, "none: the table goose_db_version is empty, 3 expected", 0},
             {"only the first row", history({}), "none: no version is recorded, 3 expected", 0},
             {"ok", history({"1", "2", "20240101000000"}), "ok (3 applied)", 3},
             {"pending", history({"1", "2"}), "pending 1: 20240101000000", 2},
             {"gap", history({"1", "20240101000000"}),
              "pending 1: 2; 20240101000000 is already applied, so goose applies 2 only with -allow-missing", 2},
             {"ahead", history({"1", "2", "20240101000000", "20250101000000"}), "ahead 1: 20250101000000", 3},
             {"pending and ahead", history({"1", "2", "20230101000000"}),
              "pending 1: 20240101000000 (ahead 1: 20230101000000)", 2},
             {"reverted", history({"1", "2", "20240101000000", "-20240101000000"}), "pending 1: 20240101000000", 2},
             {"reverted and applied again", history({"1", "2", "-2", "20240101000000", "2"}), "ok (3 applied)", 3},
             {"all reverted", history({"1", "-1"}), "none: no version is recorded, 3 expected", 0},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Two files with the same version") {
    const TemporaryFolder folder;
    folder.write("1_a.sql", "");
    folder.write("01_b.go", "");
    CHECK(compare_with("goose:" + folder.path().string(), history({"1"})).message() ==
          "error: two migrations have the same id: 1");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string source = "goose:" + folder.write("m", "00001_a.sql\nmigrations/00002_b.go\n3\n");
    CHECK(compare_with(source, history({"1", "2"})).message() == "pending 1: 3");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("helpers.go", "");
    CHECK(read_error("goose:" + path) ==
          "goose: " + path + " contains no migration; expected files such as 00001_create_users.sql");
    CHECK(read_error("goose:" + folder.write("m", "0\n")) ==
          "goose: " + path + "/m: \"0\" is not a migration; use one per line, such as 00001_create_users.sql or 1");
  }
}

}  // namespace hale::testing
