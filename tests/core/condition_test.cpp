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

/// The parsed condition: name|operator|value, then what the value was parsed as.
std::string parsed(std::string_view text) {
  const Condition condition = parse_condition(text);
  std::string result = fmt::format("{}|{}|{}", condition.name, operator_text(condition.comparison), condition.value);
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
  TEST_CASE("every operator") {
    CHECK(parsed("role=primary") == "role|=|primary [primary -..-]");
    CHECK(parsed("role!=replica") == "role|!=|replica [replica -..-]");
    CHECK(parsed("body~^ready") == "body|~|^ready expression");
    CHECK(parsed("header:server!~nginx") == "header:server|!~|nginx expression");
    CHECK(parsed("lag<30s") == "lag|<|30s 30s");
    CHECK(parsed("lag<=30s") == "lag|<=|30s 30s");
    CHECK(parsed("size>64kB") == "size|>|64kB 64000B");
    CHECK(parsed("size>=1e3") == "size|>=|1e3 1000");
  }

  TEST_CASE("each comparison has its operator, and two are negated") {
    CHECK(operator_text(Comparison::equal) == "=");
    CHECK(operator_text(Comparison::not_equal) == "!=");
    CHECK(operator_text(Comparison::matches) == "~");
    CHECK(operator_text(Comparison::not_matches) == "!~");
    CHECK(operator_text(Comparison::less) == "<");
    CHECK(operator_text(Comparison::at_most) == "<=");
    CHECK(operator_text(Comparison::greater) == ">");
    CHECK(operator_text(Comparison::at_least) == ">=");
    CHECK(parse_condition("a!=1").negated());
    CHECK(parse_condition("a!~1").negated());
    CHECK_FALSE(parse_condition("a=1").negated());
    CHECK_FALSE(parse_condition("a~1").negated());
    CHECK_FALSE(parse_condition("a<1").negated());
  }

  TEST_CASE("the text stays as typed") { CHECK(parse_condition(" status = 200 ").text == " status = 200 "); }

  TEST_CASE("alternatives are numbers, ranges of numbers or texts") {
    CHECK(parsed("status=200-299,301") == "status|=|200-299,301 [200-299 200..299] [301 301..301]");
    CHECK(parsed("role!=primary,replica") == "role|!=|primary,replica [primary -..-] [replica -..-]");
    CHECK(parsed("time=10ms-2s") == "time|=|10ms-2s [10ms-2s 0.01s..2s]");
    CHECK(parsed("time=0-2s") == "time|=|0-2s [0-2s 0..2s]");
  }

  TEST_CASE("a sign or an exponent does not make a range") {
    CHECK(parsed("x=-5") == "x|=|-5 [-5 -5..-5]");
    CHECK(parsed("x=-5--1") == "x|=|-5--1 [-5--1 -5..-1]");
    CHECK(parsed("x=-5-5") == "x|=|-5-5 [-5-5 -5..5]");
    CHECK(parsed("x=1e-5") == "x|=|1e-5 [1e-5 1e-05..1e-05]");
    CHECK(parsed("x=1e-5-2") == "x|=|1e-5-2 [1e-5-2 1e-05..2]");
  }

  TEST_CASE("dates, words and versions with dashes are texts") {
    CHECK(parsed("day=2024-01-15") == "day|=|2024-01-15 [2024-01-15 -..-]");
    CHECK(parsed("name=a-b") == "name|=|a-b [a-b -..-]");
    CHECK(parsed("version=7.0.15") == "version|=|7.0.15 [7.0.15 -..-]");
    CHECK(parsed("x=-") == "x|=|- [- -..-]");
    CHECK(parsed("x=1-") == "x|=|1- [1- -..-]");
  }

  TEST_CASE("blanks around the parts are ignored, except in an expression") {
    CHECK(parsed(" status = 200 , 301 ") == "status|=|200 , 301 [200 200..200] [301 301..301]");
    CHECK(parsed("lag < 30s ") == "lag|<|30s 30s");
    CHECK(parsed("body ~ ready ") == "body|~| ready  expression");
  }

  TEST_CASE("the first operator counts") {
    CHECK(parsed("body~a=b<c") == "body|~|a=b<c expression");
    CHECK(parsed("etag=a~b") == "etag|=|a~b [a~b -..-]");
    CHECK(parsed("x=!y") == "x|=|!y [!y -..-]");
  }

  TEST_CASE("a JSON pointer keeps its escapes") {
    CHECK(parsed("json:/queue/depth<100") == "json:/queue/depth|<|100 100");
    CHECK(parsed("json:/a~1b/c~0d=1") == "json:/a~1b/c~0d|=|1 [1 1..1]");
    CHECK(parsed("json:/a~1b~^x") == "json:/a~1b|~|^x expression");
    CHECK(parsed("json-length:/a~1b>0") == "json-length:/a~1b|>|0 0");
    CHECK(parsed("json-type:/a~0=array") == "json-type:/a~0|=|array [array -..-]");
    CHECK(parsed("json:/a~ready") == "json:/a|~|ready expression");
  }

  TEST_CASE("outside a JSON pointer ~0 and ~1 are an expression") {
    CHECK(parsed("body~0") == "body|~|0 expression");
    CHECK(parsed("body~1") == "body|~|1 expression");
  }

  TEST_CASE("a version can be compared") {
    CHECK(parsed("version>=7.0.15") == "version|>=|7.0.15");
    CHECK(parsed("version<7") == "version|<|7 7");
  }

  TEST_CASE("an empty condition and one without an operator are refused") {
    CHECK(refused("") == "empty condition; use NAME=VALUE, such as status=200");
    CHECK(refused(" \t") == "empty condition; use NAME=VALUE, such as status=200");
    CHECK(refused("ready") ==
          "ready: not a condition; use NAME OP VALUE with one of = != ~ !~ < <= > >=, such as ready=1");
  }

  TEST_CASE("a missing name or value is refused") {
    CHECK(refused("=200") == "=200: missing name before \"=\"; use NAME=VALUE, such as status=200");
    CHECK(refused(" !~x") == " !~x: missing name before \"!~\"; use NAME!~VALUE, such as status=200");
    CHECK(refused("status=") == "status=: missing value after \"=\"; use status=VALUE, or status~^$ for an empty text");
    CHECK(refused("body~") == "body~: missing value after \"~\"; use body~VALUE, or body~^$ for an empty text");
    CHECK(refused("json:/a~") ==
          "json:/a~: missing value after \"~\"; use json:/a~VALUE, or json:/a~^$ for an empty text");
    CHECK(refused("lag<= ") == "lag<= : missing value after \"<=\"; use lag<=VALUE, or lag~^$ for an empty text");
    CHECK(refused("status=200,,301") ==
          "status=200,,301: missing value next to a comma; use status~^$ for an empty text");
    CHECK(refused("status=200,") == "status=200,: missing value next to a comma; use status~^$ for an empty text");
  }

  TEST_CASE("a range from high to low or of two units is refused") {
    CHECK(refused("status=299-200") == "status=299-200: a range goes from low to high; use 200-299");
    CHECK(refused("x=5--1") == "x=5--1: a range goes from low to high; use -1-5");
    CHECK(refused("time=10-20ms") == "time=10-20ms: both ends of a range must have the same unit; use 10ms-20ms");
  }

  TEST_CASE("less and greater need a number or a version") {
    CHECK(refused("version>=v7") == "version>=v7: >= compares numbers and versions; use version>=100");
    CHECK(refused("x<abc") == "x<abc: < compares numbers and versions; use x<100");
    CHECK(refused("x>1..2") == "x>1..2: > compares numbers and versions; use x>100");
    CHECK(refused("x=<5") == "accepted");
    CHECK(refused("x=>5") == "accepted");
  }

  TEST_CASE("a broken expression is refused") {
    CHECK(refused("body~(") == "(: invalid regular expression: missing closing parenthesis at byte 2");
  }

  TEST_CASE("errors are sanitized") {
    CHECK(refused("a\x1b<x") == "a\\x1b<x: < compares numbers and versions; use a\\x1b<100");
    CHECK(refused("\xff=") == "\uFFFD=: missing value after \"=\"; use \uFFFD=VALUE, or \uFFFD~^$ for an empty text");
  }
}
