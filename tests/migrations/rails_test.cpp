#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// 001, 20240101000000 and the copy of an engine's 20240202000000 in a folder below.
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
  std::string words = "rails:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Migrations of Rails") {
  TEST_CASE("Files against rows") {
    const App app;
    for (const Held& one : std::vector<Held>{
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
      const MigrationFindings found = held(app.words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("Versions far beyond 64 bits, in their order") {
    const TemporaryFolder folder;
    folder.write("123456789012345678901234567890_b.rb", "");
    folder.write("9_a.rb", "");
    folder.write("10_c.rb", "");
    CHECK(held("rails:" + folder.path().string(), rows_of({"0"})).message() ==
          "pending 3: 009, 010, 123456789012345678901234567890 (ahead 1: 0)");
  }

  TEST_CASE("Several folders make one history, and the same version or class in two is an error") {
    const App app;
    const TemporaryFolder more;
    const std::vector<std::string> both{app.words, "rails:" + more.path().string()};
    more.write("20230101000000_more.rb", "");
    CHECK(held(both, rows_of({"1"})).message() == "pending 3: 20230101000000, 20240101000000, 20240202000000");
    more.write("0001_other.rb", "");
    more.write("7_create__users.rb", "");
    CHECK(held(both, rows_of({"1"})).message() ==
          "error: two migrations have the same id: 1; two migrations have the same name: CreateUsers");
  }

  TEST_CASE("A manifest is what ls prints, or numbers") {
    const TemporaryFolder folder;
    const std::string words =
        "rails:" + folder.write("manifest", "# of build 7\n001_create_users.rb\n\ndb/migrate/2_b.shop.rb\n0003\n");
    CHECK(held(words, rows_of({"1", "2", "3"})).message() == "ok (3 applied)");
    CHECK(held(words, rows_of({"1"})).message() == "pending 2: 002, 003");
  }

  TEST_CASE("What is refused") {
    const TemporaryFolder folder;
    const std::string endpoint = folder.path().string();
    CHECK(refusal_to_read("rails:" + endpoint) ==
          "rails: " + endpoint + " holds no migration; there should be files such as 20240131093000_create_users.rb");
    CHECK(refusal_to_read("rails:" + endpoint + "/db") == "rails: " + endpoint + "/db: No such file or directory");
    CHECK(refusal_to_read("rails:" + folder.write("m", "1_a.rb\ncreate users\n")) ==
          "rails: " + endpoint +
              "/m: \"create users\" is no migration; write one a line, such as 20240131093000_create_users.rb or "
              "20240131093000");
    folder.write("db/1_Create.rb", "");
    CHECK(refusal_to_read("rails:" + endpoint + "/db") ==
          "rails: 1_Create.rb: Rails refuses this name; write NUMBER_NAME.rb, with only a-z, 0-9 and _ in NAME");
  }

  TEST_CASE("Folders that link to themselves") {
    const TemporaryFolder folder;
    folder.write("a/1_x.rb", "");
    std::filesystem::create_directory_symlink(folder / "a", folder / "a/again");
    const std::string words = "rails:" + folder.path().string();
    CHECK(refusal_to_read(words).find(": too many folders within each other") != std::string::npos);
    std::filesystem::create_directory_symlink(folder / "a", folder / "a/once more");
    CHECK(refusal_to_read(words).find(": too many folders within each other") != std::string::npos);
  }
}

}  // namespace hale::testing
