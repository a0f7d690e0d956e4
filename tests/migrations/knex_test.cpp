#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::vector<MigrationRow> history(const std::vector<std::string>& names) {
  std::vector<MigrationRow> rows;
  for (const std::string& name : names) rows.push_back({name, "1"});
  return rows;
}

struct App {
  App() {
    for (const char* name : {"20240101_a.js", "20240202_b.d.ts", "20240202_b.ts", "20240202_b.js", "20240202_b.js.map",
                             "c 3.coffee", "README.md", "knexfile", ".eslintrc.js"})
      folder.write(name, "");
    folder.write("below/20240303_d.js", "");
  }
  TemporaryFolder folder;
  std::string source = "knex:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Knex migrations") {
  TEST_CASE("Comparing files with rows") {
    const App app;
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table knex_migrations is empty, 3 expected", 0},
             {"ok", history({"20240101_a.js", "20240202_b.js", "c 3.coffee"}), "ok (3 applied)", 3},
             {"applied by the sources", history({"20240101_a.ts", "20240202_b.ts", "c 3.js"}), "ok (3 applied)", 3},
             {"pending", history({"20240101_a.js", "20240202_b.js"}), "pending 1: c 3.coffee", 2},
             {"gap", history({"20240101_a.js", "c 3.coffee"}), "pending 1: 20240202_b.js", 2},
             {"ahead", history({"20240101_a.js", "20240202_b.js", "c 3.coffee", "d.js"}), "ahead 1: d.js", 3},
             {"pending and ahead", history({"20240101_a.js", "20240202_b.js", "d.v2"}),
              "pending 1: c 3.coffee (ahead 1: d.v2)", 2},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("A taken lock") {
    const App app;
    CHECK(compare_with(app.source, history({"20240101_a.js", "20240202_b.js", "c 3.coffee"}), true).message() ==
          "error: knex_migrations_lock is locked: a migration is running or was interrupted");
  }

  TEST_CASE("Several folders, and the same name in two of them") {
    const App app;
    const TemporaryFolder more;
    more.write("20240150_x.cjs", "");
    const std::vector<std::string> both{app.source, "knex:" + more.path().string()};
    CHECK(compare_with(both, history({"20240101_a.js"})).message() ==
          "pending 3: 20240150_x.cjs, 20240202_b.js, c 3.coffee");
    more.write("20240101_a.ts", "");
    CHECK(compare_with(both, history({"20240101_a.js"})).message() ==
          "error: two migrations have the same id: 20240101_a");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string source = "knex:" + folder.write("m", "20240101_a.js\nmigrations/20240202_b.ts\n20240303_c\n");
    CHECK(compare_with(source, history({"20240101_a.js", "20240202_b.js"})).message() == "pending 1: 20240303_c");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("a.d.ts", "");
    CHECK(read_error("knex:" + path) ==
          "knex: " + path + " contains no migration; expected files such as 20240131093000_create_users.js");
    CHECK(read_error("knex:" + folder.write("m.js", "exports.up = () => {};\n")) ==
          "knex: " + path +
              "/m.js: \"exports.up = () => {};\" is not a migration; use one per line, such as "
              "20240131093000_create_users.js");
  }
}

}  // namespace hale::testing
