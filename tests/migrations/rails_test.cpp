#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// Versions 001 and 20240101000000, and 20240202000000 from an engine in a subfolder.
struct App {
  App() {
    folder.write("001_create_users.rb", "");
    folder.write("20240101000000_add_email.rb", "");
    folder.write("shop/20240202000000_create_carts.shop.rb", "");
    folder.write("README.md", "");
    folder.write("helper.rb", "");
    folder.write("20240303000000_notes.txt", "");
  }
  TemporaryFolder folder;
  std::string source = "rails:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Rails migrations") {
  TEST_CASE("Comparing files with rows") {
    const App app;
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table schema_migrations is empty, 3 expected", 0},
             {"ok", rows_of({"001", "20240101000000", "20240202000000"}), "ok (3 applied)", 3},
             {"numbers are compared, not texts", rows_of({"1", "020240101000000", "20240202000000"}), "ok (3 applied)",
              3},
             {"pending", rows_of({"1", "20240101000000"}), "pending 1: 20240202000000", 2},
             {"gap", rows_of({"20240101000000", "20240202000000"}), "pending 1: 001", 2},
             {"ahead", rows_of({"1", "20240101000000", "20240202000000", "20250101000000"}), "ahead 1: 20250101000000",
              3},
             {"pending and ahead", rows_of({"1", "20250101000000"}),
              "pending 2: 20240101000000, 20240202000000 (ahead 1: 20250101000000)", 1},
             {"no number", rows_of({"1", "20240101000000", "20240202000000", "x"}), "ahead 1: x", 3},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Sorting versions beyond 64 bits") {
    const TemporaryFolder folder;
    folder.write("123456789012345678901234567890_b.rb", "");
    folder.write("9_a.rb", "");
    folder.write("10_c.rb", "");
    CHECK(compare_with("rails:" + folder.path().string(), rows_of({"0"})).message() ==
          "pending 3: 009, 010, 123456789012345678901234567890 (ahead 1: 0)");
  }

  TEST_CASE("Several folders are one history; a duplicate version or class is an error") {
    const App app;
    const TemporaryFolder more;
    const std::vector<std::string> both{app.source, "rails:" + more.path().string()};
    more.write("20230101000000_more.rb", "");
    CHECK(compare_with(both, rows_of({"1"})).message() == "pending 3: 20230101000000, 20240101000000, 20240202000000");
    more.write("0001_other.rb", "");
    more.write("7_create__users.rb", "");
    CHECK(compare_with(both, rows_of({"1"})).message() ==
          "error: two migrations have the same id: 1; two migrations have the same name: CreateUsers");
  }

  TEST_CASE("A manifest with the output of ls, or numbers") {
    const TemporaryFolder folder;
    const std::string source =
        "rails:" + folder.write("manifest", "# of build 7\n001_create_users.rb\n\ndb/migrate/2_b.shop.rb\n0003\n");
    CHECK(compare_with(source, rows_of({"1", "2", "3"})).message() == "ok (3 applied)");
    CHECK(compare_with(source, rows_of({"1"})).message() == "pending 2: 002, 003");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    CHECK(read_error("rails:" + path) ==
          "rails: " + path + " contains no migration; expected files such as 20240131093000_create_users.rb");
    CHECK(read_error("rails:" + path + "/db") == "rails: " + path + "/db: No such file or directory");
    CHECK(read_error("rails:" + folder.write("m", "1_a.rb\ncreate users\n")) ==
          "rails: " + path +
              "/m: \"create users\" is not a migration; use one per line, such as 20240131093000_create_users.rb or "
              "20240131093000");
    folder.write("db/1_Create.rb", "");
    CHECK(read_error("rails:" + path + "/db") ==
          "rails: 1_Create.rb: Rails rejects this name; use NUMBER_NAME.rb, with only a-z, 0-9 and _ in NAME");
  }

  TEST_CASE("Folders that link to themselves") {
    const TemporaryFolder folder;
    folder.write("a/1_x.rb", "");
    std::filesystem::create_directory_symlink(folder / "a", folder / "a/again");
    const std::string source = "rails:" + folder.path().string();
    CHECK(read_error(source).find(": too many nested folders") != std::string::npos);
    std::filesystem::create_directory_symlink(folder / "a", folder / "a/once more");
    CHECK(read_error(source).find(": too many nested folders") != std::string::npos);
  }
}

}  // namespace hale::testing
