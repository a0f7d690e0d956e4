#include "migrations/script/classes.hpp"

#include <doctest/doctest.h>

#include <fmt/ranges.h>

#include "migrations/script/tokens.hpp"

namespace hale::testing {
namespace {

std::string classes(std::string_view script) { return fmt::format("{}", fmt::join(migration_classes(script), " ")); }

std::string tokens(std::string_view script) {
  ScriptTokens reader(script);
  std::string all;
  for (ScriptToken token = reader.next(); token.kind != ScriptToken::Kind::end; token = reader.next())
    all += token.kind == ScriptToken::Kind::string ? fmt::format("<{}> ", token.text) : fmt::format("{} ", token.text);
  return all;
}

}  // namespace

TEST_SUITE("Migration classes in scripts") {
  TEST_CASE("Source code") {
    CHECK(classes("export class AddUser1700000000001 implements MigrationInterface { async up() {} }") ==
          "AddUser1700000000001");
    CHECK(classes("export default class extends Base { name = 'AddUser1700000000001' }") == "AddUser1700000000001");
    CHECK(classes("export class AddUser implements M { public readonly name: string = \"AddUser1700000000001\"; }") ==
          "AddUser1700000000001");
    CHECK(classes("class A1700000000001 { name = `Other1700000000002`; up(name = 'Not1700000000003') {} }") ==
          "Other1700000000002");
    CHECK(classes("class A1700000000001 {}\nclass B {}\nclass C21700000000002<T> extends f({a: 1}) {}") ==
          "A1700000000001 C21700000000002");
  }

  TEST_CASE("Output of compilers and bundlers") {
    CHECK(classes("let X1700000000001 = class X1700000000001 { constructor() { this.name = 'X1700000000001'; } };"
                  "exports.X1700000000001 = X1700000000001;") == "X1700000000001");
    CHECK(classes("var A = class { constructor() { Object.defineProperty(this, \"name\", { enumerable: true, "
                  "configurable: true, writable: true, value: 'A1700000000001' }); } };") == "A1700000000001");
    CHECK(classes("var A = class{constructor(){__publicField(this,\"name\",\"A1700000000001\")}}") == "A1700000000001");
    CHECK(classes("var n=class{static{e(this,\"A1700000000001\")}constructor(){this.name=\"B1700000000002\"}};"
                  "var o=class{static{e(this,\"C1700000000003\")}}") == "B1700000000002 C1700000000003");
    CHECK(classes("var A1700000000001 = /** @class */ (function () { function A1700000000001() { var _this = this; "
                  "_this.name = 'B1700000000002'; } A1700000000001.prototype.up = function () {}; "
                  "return A1700000000001; }());") == "B1700000000002");
    CHECK(classes("exports.A1700000000001=class{up(){}};exports.B1700000000002=class extends a.b{}") ==
          "A1700000000001 B1700000000002");
  }

  TEST_CASE("Text that looks like a class") {
    CHECK(classes("// class A1700000000001 {}\n/* class B1700000000001 {} */") == "");
    CHECK(classes("class A1700000000001 { up(q) { q.query(`class C1700000000003 {${'class D1700000000004 {'}`); "
                  "q.query('class E1700000000005 {}'); return /class F1700000000006 {/; } }") == "A1700000000001");
    CHECK(classes("x = { class: 'A1700000000001' }; x.class; a.name = 'A1700000000002'; y.className") == "");
    CHECK(classes("class E extends Error { constructor() { this.name = 'E'; } }") == "");
    CHECK(classes("class A { static name = 'A1700000000001'; type = { name: 'B1700000000001' } }") == "");
    CHECK(classes("class A170000000000 {}") == "");
  }

  TEST_CASE("Fields of nested classes") {
    CHECK(classes("class A1700000000001 { up() { class B { name = 'B1700000000002' } } }") ==
          "B1700000000002 A1700000000001");
  }

  TEST_CASE("Broken scripts") {
    CHECK(classes("class A1700000000001 { up() {") == "A1700000000001");
    CHECK(classes("class A1700000000001 { }}}}) class B1700000000002 {") == "A1700000000001 B1700000000002");
    CHECK(classes("class") == "");
    CHECK(classes("class A1700000000001") == "");
    CHECK(classes("`${`${`${") == "");
    CHECK(classes("class A1700000000001 { name = '") == "A1700000000001");
  }

  TEST_CASE("Tokens") {
    CHECK(tokens("a=b/c/d; e = /[/'\"]\\/x/g.test('it\\'s') + \"q\"") ==
          "a = b / c / d ; e = g . test ( <it\\'s> ) + <q> ");
    CHECK(tokens("`plain` `a${b + `c${d}`}e` {f}") == "<plain> <> b + <> d <> <> { f } ");
    CHECK(tokens("'never closed\nx /* nor this") == "<never closed> x ");
    CHECK(tokens("a = / no expression\nb") == "a = / no expression b ");
    CHECK(tokens("\\ # é") == "\\ # é ");
    CHECK(tokens("'\\") == "<\\> ");
  }

  TEST_CASE("A long line of '/' is read in linear time") {
    std::string line;
    while (line.size() < (std::size_t{1} << 22U)) line += "/[ ";
    CHECK(classes(line + "\nclass A1700000000001 {}") == "A1700000000001");
  }
}

}  // namespace hale::testing
