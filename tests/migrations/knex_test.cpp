#include <doctest/doctest.h>

#include "tests/migrations/held.hpp"
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
  std::string words = "knex:" + folder.path().string();
};

}  // namespace

TEST_SUITE("Migrations of Knex") {
  TEST_CASE("Files against rows") {
    const App app;
    for (const Held& one : std::vector<Held>{
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
      const MigrationFindings found = held(app.words, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("The lock is taken") {
    const App app;
    CHECK(held(app.words, history({"20240101_a.js", "20240202_b.js", "c 3.coffee"}), true).message() ==
          "error: knex_migrations_lock is taken: a migration is running or was cut off");
  }

  TEST_CASE("Several folders, and one name in two") {
    const App app;
    const TemporaryFolder more;
    more.write("20240150_x.cjs", "");
    const std::vector<std::string> both{app.words, "knex:" + more.path().string()};
    CHECK(held(both, history({"20240101_a.js"})).message() == "pending 3: 20240150_x.cjs, 20240202_b.js, c 3.coffee");
    more.write("20240101_a.ts", "");
    CHECK(held(both, history({"20240101_a.js"})).message() == "error: two migrations have the same id: 20240101_a");
  }

  TEST_CASE("A manifest") {
    const TemporaryFolder folder;
    const std::string words = "knex:" + folder.write("m", "20240101_a.js\nmigrations/20240202_b.ts\n20240303_c\n");
    CHECK(held(words, history({"20240101_a.js", "20240202_b.js"})).message() == "pending 1: 20240303_c");
  }

  TEST_CASE("What is refused") {
    const TemporaryFolder folder;
    const std::string endpoint = folder.path().string();
    folder.write("a.d.ts", "");
    CHECK(refusal_to_read("knex:" + endpoint) ==
          "knex: " + endpoint + " holds no migration; there should be files such as 20240131093000_create_users.js");
    CHECK(refusal_to_read("knex:" + folder.write("m.js", "exports.up = () => {};\n")) ==
          "knex: " + endpoint +
              "/m.js: \"exports.up = () => {};\" is no migration; write one a line, such as "
              "20240131093000_create_users.js");
  }
}

}  // namespace hale::testing
