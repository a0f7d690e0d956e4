#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
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
  std::string source = "prisma:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Prisma migrations") {
  TEST_CASE("Comparing folders with rows") {
    const App app;
    const std::string a = "20240101000000_init";
    const std::string b = "20240202000000_add email";
    const std::string c = "20240303000000_c";
    for (const Comparison& one : std::vector<Comparison>{
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
              "error: 20240303000000_c failed halfway or is running",
              2},
             {"failed, and unknown here",
              {finished(a), finished(b), finished(c), failed("20250101000000_d")},
              "error: 20250101000000_d failed halfway or is running",
              3},
             {"rolled back", {finished(a), finished(b), rolled_back(c)}, "pending 1: 20240303000000_c", 2},
             {"rolled back and applied again",
              {finished(a), rolled_back(b), finished(b), finished(c)},
              "ok (3 applied)",
              3},
             {"rolled back, and failed again",
              {finished(a), rolled_back(b), failed(b), failed(c)},
              "error: 20240202000000_add email, 20240303000000_c failed halfway or is running",
              1},
             {"rolled back after it was finished",
              {finished(a), finished(b), {c, once, once}},
              "pending 1: 20240303000000_c",
              2},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("A manifest with the output of ls or find") {
    const TemporaryFolder folder;
    const std::string source = "prisma:" + folder.write("m", "prisma/migrations/1_a/\n./2_b/migration.sql\n3_c\n");
    CHECK(compare_with(source, {finished("1_a"), finished("2_b")}).message() == "pending 1: 3_c");
  }

  TEST_CASE("Errors") {
    const App app;
    const std::string path = app.folder.path().string();
    app.folder.write("20240404000000_empty/x", "");
    CHECK(read_error(app.source) ==
          "prisma: " + path +
              "/20240404000000_empty is not a migration: every folder there must contain migration.sql");
    const TemporaryFolder other;
    other.write("migrations/1_a/migration.sql", "");
    CHECK(read_error("prisma:" + other.path().string()) ==
          "prisma: " + other.path().string() +
              " contains no migration; expected folders such as 20240131093000_create_users with a migration.sql "
              "in each");
    CHECK(read_error("prisma:" + app.folder.path().string() + "/migration_lock.toml") ==
          "prisma: " + path +
              "/migration_lock.toml: \"provider = \"postgresql\"\" is not a migration; use one per line, such as "
              "20240131093000_create_users");
  }
}

}  // namespace hale::testing
