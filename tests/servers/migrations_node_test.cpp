#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>

#include "tests/servers/framework_cases.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/paths.hpp"

namespace hale::testing {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
using Rows = std::vector<std::string>;

/// The command that runs the framework, which tests/scripts/setup has installed in build/node.
std::vector<std::string> driver(const std::string& name) {
  const std::string modules = source_file("build/node/node_modules");
  if (!std::filesystem::exists(modules))
    throw std::runtime_error(modules + " is missing; sh tests/scripts/setup test makes it");
  return {"env", "NODE_PATH=" + modules, "node", source_file("tests/servers/frameworks/node/" + name + ".js")};
}

/// A migration that does nothing, as the TypeScript compiler emits it.
std::string typeorm_class(const std::string& name) {
  return "\"use strict\";\nclass " + name + " {\n    name = '" + name +
         "';\n    async up(runner) { await runner.query(`SELECT 'class Not1700000000009 {'`); }\n"
         "    async down() {}\n}\nexports." +
         name + " = " + name + ";\n";
}

}  // namespace

TEST_SUITE("Migrations: frameworks for Node") {
  TEST_CASE("hale agrees with Knex") {
    const std::string nothing = "exports.up = async () => {};\nexports.down = exports.up;\n";
    const Files three{{"20240101_a.js", nothing}, {"20240202_b.cjs", nothing}, {"c.ts", nothing}};
    Files strangers = three;
    strangers.insert(strangers.end(), {{"README.md", ""}, {"b.js.map", ""}, {"below/d.js", nothing}});
    compare_with_framework("knex", "knex_migrations", driver("knex"),
                           {
                               {"none", three, {}},
                               {"empty", three, Rows{}},
                               {"ok", three, Rows{"20240101_a.js", "20240202_b.cjs", "c.ts"}},
                               {"pending", three, Rows{"20240101_a.js"}},
                               {"gap", three, Rows{"20240101_a.js", "c.ts"}},
                               {"ahead", three, Rows{"20240101_a.js", "20240202_b.cjs", "c.ts", "d.js", "e.js"}},
                               {"pending_and_ahead", three, Rows{"c.ts", "d.js"}},
                               {"strangers", strangers, Rows{"20240101_a.js"}},
                               {"two_folders",
                                {{"x/2.js", nothing}, {"y/1.js", nothing}, {"z/3.js", nothing}},
                                Rows{"2.js"},
                                false,
                                {"x", "y"}},
                               {.name = "other_table", .files = three, .rows = Rows{"c.ts"}, .table = "changes"},
                               {.name = "locked",
                                .files = {{"a.js", nothing}},
                                .rows = Rows{"a.js"},
                                .locked = true,
                                .error = "knex_migrations_lock is locked: a migration is running or was interrupted"},
                           });
  }

  TEST_CASE("hale agrees with TypeORM") {
    const Files three{
        {"1700000000002-b.js", typeorm_class("B1700000000002")},
        {"1700000000001-a.js", typeorm_class("A1700000000001")},
        {"bundle.js",
         "var a = class { constructor() { this.name = \"C1700000000003\"; } async up() {} };\nexports.x = [a];\n"
         "// class D1700000000004 {}\nexports.text = 'class E1700000000005 {}'; exports.number = 8 / 2 / 2;\n"},
    };
    Files strangers = three;
    strangers.insert(strangers.end(), {{"README.md", ""},
                                       {"index.js", "exports.a = require('./1700000000001-a.js').not_there;"},
                                       {"a.d.ts", "export declare class F1700000000006 {}"},
                                       {"below/g.js", typeorm_class("G1700000000007")}});
    Files compiled{
        {"es5.js",
         "var A1700000000001 = /** @class */ (function () {\n    function A1700000000001() {\n        this.name = "
         "'Other1700000000001';\n    }\n    A1700000000001.prototype.up = function () {};\n    return "
         "A1700000000001;\n}());\nexports.A = A1700000000001;\n"},
        {"es2015.js",
         "let B1700000000002 = class B1700000000002 { constructor() { Object.defineProperty(this, \"name\", { "
         "enumerable: true, configurable: true, writable: true, value: 'Define1700000000002' }); } };\nexports.B = "
         "B1700000000002;\n"},
        {"plain.js", "exports.C = class C1700000000003 { up() { return /['\"`]/.test('`') } };\n"},
        {"named.js", "exports.default = class extends Object { name = `D1700000000004`; };\n"}};
    const Rows all{"A1700000000001", "B1700000000002", "C1700000000003"};
    compare_with_framework(
        "typeorm", "migrations", driver("typeorm"),
        {
            {"none", three, {}},
            {"empty", three, Rows{}},
            {"ok", three, all},
            {"pending", three, Rows{"A1700000000001", "B1700000000002"}},
            {"gap", three, Rows{"B1700000000002", "C1700000000003"}},
            {"ahead", three, Rows{all[0], all[1], all[2], "X1800000000000", "Y1800000000001"}},
            {"pending_and_ahead", three, Rows{"C1700000000003", "X1800000000000"}},
            {"strangers", strangers, Rows{"A1700000000001"}},
            {.name = "other_table", .files = three, .rows = Rows{"C1700000000003"}, .table = "changes"},
            {"compiled", compiled, Rows{"C1700000000003"}},
            {"two_folders",
             {{"x/2.js", typeorm_class("B1700000000002")}, {"y/1.js", typeorm_class("A1700000000001")}},
             Rows{"B1700000000002"},
             false,
             {"x", "y"}},
            {.name = "same_name",
             .files = {{"a.js", typeorm_class("A1700000000001")}, {"b.js", typeorm_class("A1700000000001")}},
             .rows = Rows{"A1700000000001"},
             .error = "two migrations have the same id: A1700000000001"},
        });
  }

  TEST_CASE("hale agrees with Prisma's engine") {
    const Files three{{"1_a/migration.sql", ""},
                      {"2_b/migration.sql", ""},
                      {"3_c/migration.sql", ""},
                      {"3_c/notes.txt", ""},
                      {"migration_lock.toml", "provider = \"postgresql\""}};
    const std::string failed = "2_b failed halfway or is running";
    compare_with_framework("prisma", "_prisma_migrations", driver("prisma"),
                           {
                               {"none", three, {}},
                               {"empty", three, Rows{}},
                               {"ok", three, Rows{"1_a", "2_b", "3_c"}},
                               {"pending", three, Rows{"1_a", "2_b"}},
                               {"gap", three, Rows{"1_a", "3_c"}},
                               {"ahead", three, Rows{"1_a", "2_b", "3_c", "4_d"}},
                               {"diverged", three, Rows{"1_a", "2_x"}},
                               {"tried_again", three, Rows{"1_a", "2_b rolled_back", "2_b", "3_c"}},
                               {.name = "failed", .files = three, .rows = Rows{"1_a", "2_b failed"}, .error = failed},
                               {.name = "failed_again",
                                .files = three,
                                .rows = Rows{"1_a", "2_b rolled_back", "2_b failed"},
                                .error = failed},
                           });
  }
}

}  // namespace hale::testing
