#include "core/condition.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/core/refusal.hpp"

using namespace hale;

namespace {

std::string show(const std::optional<Quantity>& quantity) {
  return quantity ? fmt::format("{}{}", quantity->value, symbol(quantity->unit)) : "-";
}

/// The condition as it was read: name|sign|value, then what the value was read as.
std::string read(std::string_view text) {
  const Condition condition = parse_condition(text);
  std::string result = fmt::format("{}|{}|{}", condition.name, sign(condition.comparison), condition.value);
  for (const Alternative& alternative : condition.alternatives) {
    result += fmt::format(" [{} {}..{}]", alternative.text, show(alternative.low), show(alternative.high));
  }
  if (condition.pattern) result += " expression";
  if (condition.bound) result += " " + show(condition.bound);
  return result;
}

std::string refused(std::string_view text) {
  return refusal([&] { parse_condition(text); });
}

}  // namespace

TEST_SUITE("condition") {
  TEST_CASE("every comparison") {
    CHECK(read("role=primary") == "role|=|primary [primary -..-]");
    CHECK(read("role!=replica") == "role|!=|replica [replica -..-]");
    CHECK(read("body~^ready") == "body|~|^ready expression");
    CHECK(read("header:server!~nginx") == "header:server|!~|nginx expression");
    CHECK(read("lag<30s") == "lag|<|30s 30s");
    CHECK(read("lag<=30s") == "lag|<=|30s 30s");
    CHECK(read("size>64kB") == "size|>|64kB 64000B");
    CHECK(read("size>=1e3") == "size|>=|1e3 1000");
  }

  TEST_CASE("each comparison has its sign, and two are negated") {
    CHECK(sign(Comparison::equal) == "=");
    CHECK(sign(Comparison::not_equal) == "!=");
    CHECK(sign(Comparison::matches) == "~");
    CHECK(sign(Comparison::not_matches) == "!~");
    CHECK(sign(Comparison::less) == "<");
    CHECK(sign(Comparison::at_most) == "<=");
    CHECK(sign(Comparison::greater) == ">");
    CHECK(sign(Comparison::at_least) == ">=");
    CHECK(parse_condition("a!=1").negated());
    CHECK(parse_condition("a!~1").negated());
    CHECK_FALSE(parse_condition("a=1").negated());
    CHECK_FALSE(parse_condition("a~1").negated());
    CHECK_FALSE(parse_condition("a<1").negated());
  }

  TEST_CASE("the text stays as it was written") { CHECK(parse_condition(" status = 200 ").text == " status = 200 "); }

  TEST_CASE("alternatives are numbers, ranges of numbers or texts") {
    CHECK(read("status=200-299,301") == "status|=|200-299,301 [200-299 200..299] [301 301..301]");
    CHECK(read("role!=primary,replica") == "role|!=|primary,replica [primary -..-] [replica -..-]");
    CHECK(read("time=10ms-2s") == "time|=|10ms-2s [10ms-2s 0.01s..2s]");
    CHECK(read("time=0-2s") == "time|=|0-2s [0-2s 0..2s]");
  }

  TEST_CASE("a sign or an exponent is no range") {
    CHECK(read("x=-5") == "x|=|-5 [-5 -5..-5]");
    CHECK(read("x=-5--1") == "x|=|-5--1 [-5--1 -5..-1]");
    CHECK(read("x=-5-5") == "x|=|-5-5 [-5-5 -5..5]");
    CHECK(read("x=1e-5") == "x|=|1e-5 [1e-5 1e-05..1e-05]");
    CHECK(read("x=1e-5-2") == "x|=|1e-5-2 [1e-5-2 1e-05..2]");
  }

  TEST_CASE("dates, words and versions with dashes are texts") {
    CHECK(read("day=2024-01-15") == "day|=|2024-01-15 [2024-01-15 -..-]");
    CHECK(read("name=a-b") == "name|=|a-b [a-b -..-]");
    CHECK(read("version=7.0.15") == "version|=|7.0.15 [7.0.15 -..-]");
    CHECK(read("x=-") == "x|=|- [- -..-]");
    CHECK(read("x=1-") == "x|=|1- [1- -..-]");
  }

  TEST_CASE("blanks around the parts do not count, but in an expression") {
    CHECK(read(" status = 200 , 301 ") == "status|=|200 , 301 [200 200..200] [301 301..301]");
    CHECK(read("lag < 30s ") == "lag|<|30s 30s");
    CHECK(read("body ~ ready ") == "body|~| ready  expression");
  }

  TEST_CASE("the first operator counts") {
    CHECK(read("body~a=b<c") == "body|~|a=b<c expression");
    CHECK(read("etag=a~b") == "etag|=|a~b [a~b -..-]");
    CHECK(read("x=!y") == "x|=|!y [!y -..-]");
  }

  TEST_CASE("a JSON pointer keeps its escapes") {
    CHECK(read("json:/queue/depth<100") == "json:/queue/depth|<|100 100");
    CHECK(read("json:/a~1b/c~0d=1") == "json:/a~1b/c~0d|=|1 [1 1..1]");
    CHECK(read("json:/a~1b~^x") == "json:/a~1b|~|^x expression");
    CHECK(read("json-length:/a~1b>0") == "json-length:/a~1b|>|0 0");
    CHECK(read("json-type:/a~0=array") == "json-type:/a~0|=|array [array -..-]");
    CHECK(read("json:/a~ready") == "json:/a|~|ready expression");
  }

  TEST_CASE("outside a JSON pointer ~0 and ~1 are an expression") {
    CHECK(read("body~0") == "body|~|0 expression");
    CHECK(read("body~1") == "body|~|1 expression");
  }

  TEST_CASE("a version can be compared") {
    CHECK(read("version>=7.0.15") == "version|>=|7.0.15");
    CHECK(read("version<7") == "version|<|7 7");
  }

  TEST_CASE("a condition that demands nothing is refused") {
    CHECK(refused("") == "an empty condition demands nothing; write NAME=VALUE, such as status=200");
    CHECK(refused(" \t") == "an empty condition demands nothing; write NAME=VALUE, such as status=200");
    CHECK(refused("ready") ==
          "ready: no condition; write NAME OP VALUE with one of = != ~ !~ < <= > >=, such as ready=1");
  }

  TEST_CASE("a missing name or value is refused") {
    CHECK(refused("=200") == "=200: what shall be compared? write NAME=VALUE, such as status=200");
    CHECK(refused(" !~x") == " !~x: what shall be compared? write NAME!~VALUE, such as status=200");
    CHECK(refused("status=") == "status=: compared with what? write status=VALUE, or status~^$ for an empty text");
    CHECK(refused("body~") == "body~: compared with what? write body~VALUE, or body~^$ for an empty text");
    CHECK(refused("json:/a~") == "json:/a~: compared with what? write json:/a~VALUE, or json:/a~^$ for an empty text");
    CHECK(refused("lag<= ") == "lag<= : compared with what? write lag<=VALUE, or lag~^$ for an empty text");
    CHECK(refused("status=200,,301") ==
          "status=200,,301: a value is missing beside a comma; write status~^$ for an empty text");
    CHECK(refused("status=200,") ==
          "status=200,: a value is missing beside a comma; write status~^$ for an empty text");
  }

  TEST_CASE("a range from high to low or of two units is refused") {
    CHECK(refused("status=299-200") == "status=299-200: a range runs from low to high; write 200-299");
    CHECK(refused("x=5--1") == "x=5--1: a range runs from low to high; write -1-5");
    CHECK(refused("time=10-20ms") == "time=10-20ms: both ends of a range carry the same unit; write 10ms-20ms");
  }

  TEST_CASE("less and greater want a number or a version") {
    CHECK(refused("version>=v7") == "version>=v7: >= compares numbers and versions; write version>=100");
    CHECK(refused("x<abc") == "x<abc: < compares numbers and versions; write x<100");
    CHECK(refused("x>1..2") == "x>1..2: > compares numbers and versions; write x>100");
    CHECK(refused("x=<5") == "accepted");
    CHECK(refused("x=>5") == "accepted");
  }

  TEST_CASE("a broken expression is refused") {
    CHECK(refused("body~(") == "(: no regular expression: missing closing parenthesis at byte 2");
  }

  TEST_CASE("errors are harmless") {
    CHECK(refused("a\x1b<x") == "a\\x1b<x: < compares numbers and versions; write a\\x1b<100");
    CHECK(refused("\xff=") == "\uFFFD=: compared with what? write \uFFFD=VALUE, or \uFFFD~^$ for an empty text");
  }
}
