#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::optional<std::string> never{};
const std::optional<std::string> once = "2024-01-01 00:00:00+00";

MigrationRow finished(const std::string& name) { return {name, once, never}; }
MigrationRow failed(const std::string& name) { return {name, never, never}; }
MigrationRow rolled_back(const std::string& name) { return {name, never, once}; }

struct App {
  App() {
    folder.write("20240101000000_init/migration.sql", "");
    folder.write("20240202000000_add email/migration.sql", "");
    folder.write("20240303000000_c/migration.sql", "");
    folder.write("20240303000000_c/down.sql", "");
    folder.write("migration_lock.toml", "provider = \"postgresql\"");
  }
  TemporaryFolder folder;
  std::string words = "prisma:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Migrations of Prisma") {
  TEST_CASE("Folders against rows") {
    const App app;
    const std::string a = "20240101000000_init";
    const std::string b = "20240202000000_add email";
    const std::string c = "20240303000000_c";
    for (const Held& one : std::vector<Held>{
             {"empty", {}, "none: the table _prisma_migrations is empty, 3 expected", 0},
             {"ok", {finished(a), finished(b), finished(c)}, "ok (3 applied)", 3},
             {"pending", {finished(a), finished(b)}, "pending 1: 20240303000000_c", 2},
             {"gap", {finished(a), finished(c)}, "pending 1: 20240202000000_add email", 2},
             {"ahead",
              {finished(a), finished(b), finished(c), finished("20250101000000_d")},
              "ahead 1: 20250101000000_d",
              3},
             {"histories diverge",
              {finished(a), finished(b), finished("20240302000000_x")},
              "pending 1: 20240303000000_c (ahead 1: 20240302000000_x)",
              2},
             {"failed",
              {finished(a), finished(b), failed(c)},
              "error: 20240303000000_c failed half-way, or is running",
              2},
             {"failed, and unknown here",
              {finished(a), finished(b), finished(c), failed("20250101000000_d")},
              "error: 20250101000000_d failed half-way, or is running",
              3},
             {"rolled back", {finished(a), finished(b), rolled_back(c)}, "pending 1: 20240303000000_c", 2},
             {"rolled back and applied again",
              {finished(a), rolled_back(b), finished(b), finished(c)},
              "ok (3 applied)",
              3},
             {"rolled back, and failed again",
              {finished(a), rolled_back(b), failed(b), failed(c)},
              "error: 20240202000000_add email, 20240303000000_c failed half-way, or is running",
              1},
             {"rolled back after it was finished",
              {finished(a), finished(b), {c, once, once}},
              "pending 1: 20240303000000_c",
              2},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = held(app.words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("A manifest is what ls or find prints") {
    const TemporaryFolder folder;
    const std::string words = "prisma:" + folder.write("m", "prisma/migrations/1_a/\n./2_b/migration.sql\n3_c\n");
    CHECK(held(words, {finished("1_a"), finished("2_b")}).message() == "pending 1: 3_c");
  }

  TEST_CASE("What is refused") {
    const App app;
    const std::string endpoint = app.folder.path().string();
    app.folder.write("20240404000000_empty/x", "");
    CHECK(refusal_to_read(app.words) ==
          "prisma: " + endpoint +
              "/20240404000000_empty is no migration: every folder there should be one, with migration.sql in it");
    const TemporaryFolder other;
    other.write("migrations/1_a/migration.sql", "");
    CHECK(refusal_to_read("prisma:" + other.path().string()) ==
          "prisma: " + other.path().string() +
              " holds no migration; there should be folders such as 20240131093000_create_users with a migration.sql "
              "in each");
    CHECK(refusal_to_read("prisma:" + app.folder.path().string() + "/migration_lock.toml") ==
          "prisma: " + endpoint +
              "/migration_lock.toml: \"provider = \"postgresql\"\" is no migration; write one a line, such as "
              "20240131093000_create_users");
  }
}

}  // namespace hale::testing
