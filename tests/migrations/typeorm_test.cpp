#include <doctest/doctest.h>

#include "tests/migrations/findings.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::vector<MigrationRow> history(const std::vector<std::string>& names) {
  std::vector<MigrationRow> rows;
  for (const std::string& name : names) rows.push_back({name, name.substr(name.size() - 13)});
  return rows;
}

struct App {
  App() {
    folder.write("1700000000002-add-email.ts",
                 "export class AddEmail1700000000002 implements MigrationInterface { name = 'AddEmail1700000000002' }");
    folder.write("1700000000001-Init.js", "class Init1700000000001 {}\nexports.Init1700000000001 = Init1700000000001;");
    folder.write("1700000000001-Init.d.ts", "export declare class Init1700000000001 {}");
    folder.write("1700000000003-strange_one.js", "module.exports = make_it();");
    folder.write("index.ts", "export * from './1700000000001-Init';");
    folder.write("README.md", "class Readme1700000000009 {}");
    folder.write("below/1700000000004-X.js", "class X1700000000004 {}");
  }
  TemporaryFolder folder;
  std::string source = "typeorm:" + folder.path().string();
};

}  // namespace

TEST_SUITE("TypeORM migrations") {
  TEST_CASE("Comparing classes with rows") {
    const App app;
    const std::string a = "Init1700000000001";
    const std::string b = "AddEmail1700000000002";
    const std::string c = "StrangeOne1700000000003";
    for (const Comparison& one : std::vector<Comparison>{
             {"empty", {}, "none: the table migrations is empty, 3 expected", 0},
             {"ok", history({a, b, c}), "ok (3 applied)", 3},
             {"pending", history({a, b}), "pending 1: StrangeOne1700000000003", 2},
             {"gap", history({b, c}), "pending 1: Init1700000000001", 2},
             {"ahead", history({a, b, c, "X1800000000000"}), "ahead 1: X1800000000000", 3},
             {"pending and ahead", history({"X1800000000000"}),
              "pending 3: Init1700000000001, AddEmail1700000000002, StrangeOne1700000000003 (ahead 1: X1800000000000)",
              0},
         }) {
      CAPTURE(one.name);
      const MigrationFindings found = compare_with(app.source, one.rows);
      CHECK(found.message() == one.message);
      CHECK(found.applied == one.applied);
    }
  }

  TEST_CASE("A class in a source and its compiled script, and in two files") {
    const App app;
    app.folder.write("1700000000001-Init.ts", "export class Init1700000000001 {}");
    CHECK(compare_with(app.source, history({"Init1700000000001"})).pending.size() == 2);
    app.folder.write("copy.ts", "export class Init1700000000001 {}");
    CHECK(compare_with(app.source, history({"Init1700000000001"})).message() ==
          "error: two migrations have the same id: Init1700000000001");
  }

  TEST_CASE("A bundle, and a manifest") {
    const TemporaryFolder folder;
    const std::string bundle = folder.write("main.js", R"(
      var a=class{constructor(){this.name="Init1700000000001"}async up(q){await q.query(`CREATE TABLE x ("name" text)`)}};
      var b=class{name="AddEmail1700000000002"};)");
    CHECK(compare_with("typeorm:" + bundle, history({"Init1700000000001"})).message() ==
          "pending 1: AddEmail1700000000002");
    const std::string manifest = folder.write("m", "Init1700000000001\ndist/migrations/1700000000002-addEmail.js\n");
    CHECK(compare_with("typeorm:" + manifest, history({"Init1700000000001"})).message() ==
          "pending 1: AddEmail1700000000002");
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    folder.write("index.ts", "export * from './x'; class Helper {}");
    CHECK(read_error("typeorm:" + path) ==
          "typeorm: " + path +
              " contains no migration; expected files such as 1700000000001-AddUser.ts, each with a class whose "
              "name ends in 13 digits");
    CHECK(read_error("typeorm:" + path + "/index.ts") ==
          "typeorm: " + path + "/index.ts contains no class whose name ends in 13 digits");
    CHECK(read_error("typeorm:" + folder.write("m", "AddUser\n")) ==
          "typeorm: " + path + "/m: \"AddUser\" is not a migration; use one per line, such as AddUser1700000000001");
    std::filesystem::create_symlink("nowhere", folder / "1700000000001-gone.js");
    CHECK(read_error("typeorm:" + path) == "typeorm: " + path + "/1700000000001-gone.js: No such file or directory");
    CHECK(read_error("typeorm:" + folder.write("a.js", "class A1700000000001 { name = 'A' }")) ==
          "typeorm: " + path + "/a.js: TypeORM rejects the name A: it must end in 13 digits");
  }
}

}  // namespace hale::testing
