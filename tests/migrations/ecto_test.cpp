#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

MigrationRow row(const std::string& version) { return {version, "2024-01-01 00:00:00"}; }

}  // namespace

TEST_SUITE("Ecto migrations") {
  TEST_CASE("Comparing files with rows") {
    const TemporaryFolder folder;
    folder.write("20240101000000_create_users.exs", "");
    folder.write("20240202000000_add_email.exs", "");
    folder.write("archive/007_old one.exs", "");
    folder.write(".formatter.exs", "");
    folder.write("20240303000000_wrong.ex", "");
    folder.write("20240404000000.exs", "");
    const std::string source = "ecto:" + folder.path().string();
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table schema_migrations is empty, 3 expected", 0},
             {"ok", {row("7"), row("20240101000000"), row("20240202000000")}, "ok (3 applied)", 3},
             {"pending", {row("7"), row("20240101000000")}, "pending 1: 20240202000000", 2},
             {"gap", {row("20240101000000"), row("20240202000000")}, "pending 1: 7", 2},
             {"ahead",
              {row("7"), row("20240101000000"), row("20240202000000"), row("20250101000000")},
              "ahead 1: 20250101000000",
              3},
             {"pending and ahead",
              {row("7"), row("20250101000000")},
              "pending 2: 20240101000000, 20240202000000 (ahead 1: 20250101000000)",
              1},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Duplicate versions always, duplicate names only while pending") {
    const TemporaryFolder folder;
    folder.write("1_a.exs", "");
    folder.write("2_a.exs", "");
    folder.write("3_b.exs", "");
    const std::string source = "ecto:" + folder.path().string();
    CHECK(compare_with(source, {row("3")}).message() == "error: two pending migrations have the same name: a");
    CHECK(compare_with(source, {row("1"), row("3")}).message() == "pending 1: 2");
    CHECK(compare_with(source, {row("1"), row("2"), row("3")}).message() == "ok (3 applied)");
    folder.write("003_c.exs", "");
    CHECK(compare_with(source, {row("1"), row("2"), row("3")}).message() ==
          "error: two migrations have the same id: 3");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string source = "ecto:" + folder.write("m", "20240101000000_create_users.exs\n7\n");
    CHECK(compare_with(source, {row("7")}).message() == "pending 1: 20240101000000");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("20240404000000.exs", "");
    CHECK(read_error("ecto:" + path) ==
          "ecto: " + path + " contains no migration; expected files such as 20240131093000_create_users.exs");
    CHECK(read_error("ecto:" + folder.write("m", "up 1 create users\n")) ==
          "ecto: " + path +
              "/m: \"up 1 create users\" is not a migration; use one per line, such as "
              "20240131093000_create_users.exs or 20240131093000");
  }
}

}  // namespace hale::testing
