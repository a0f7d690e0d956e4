#include "core/pattern.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/core/refusal.hpp"

using namespace hale;

namespace {

/// "found", "not found", or the state and message of the Unhealthy that the search threw.
std::string search(std::string_view expression, std::string_view text) {
  try {
    return Pattern(expression).found_in(text) ? "found" : "not found";
  } catch (const Unhealthy& error) {
    return std::string(to_string(error.state())) + ": " + error.what();
  }
}

constexpr std::string_view too_many_steps = "unknown: the regular expression needs too many steps on this answer";

}  // namespace

TEST_SUITE("pattern") {
  TEST_CASE("an expression matches anywhere unless it is anchored") {
    CHECK(search("ready", "not ready yet") == "found");
    CHECK(search("^ready", "not ready yet") == "not found");
    CHECK(search("^ready$", "ready\n") == "found");
    CHECK(search("(?i)READY", "ready") == "found");
    CHECK(search("(?m)^two", "one\ntwo") == "found");
  }

  TEST_CASE("empty expressions and empty texts") {
    CHECK(search({}, {}) == "found");
    CHECK(search("", "text") == "found");
    CHECK(search("^$", {}) == "found");
    CHECK(search("^$", "text") == "not found");
    CHECK(search("x", {}) == "not found");
  }

  TEST_CASE("a character is a character, not a byte") { CHECK(search("^.$", "\u65e5") == "found"); }

  TEST_CASE("invalid bytes never match; text around them does") {
    CHECK(search("ab", "\xff\xfe ab \x80") == "found");
    CHECK(search("a.b",
                 "a\xff"
                 "b") == "not found");
    CHECK(search("^a",
                 "\xff"
                 "a") == "not found");
    CHECK(search(".", "\xff\xc0\xaf\xed\xa0\x80") == "not found");
  }

  TEST_CASE("copies share the expression") {
    const Pattern first("ready");
    const Pattern second = first;
    CHECK(second.found_in("ready"));
    CHECK(first.found_in("ready"));
  }

  TEST_CASE("a mistake is reported with its position") {
    const auto refused = [](std::string_view expression) { return refusal([&] { Pattern pattern(expression); }); };
    CHECK(refused("(") == "(: invalid regular expression: missing closing parenthesis at byte 2");
    CHECK(refused("a)b") == "a)b: invalid regular expression: unmatched closing parenthesis at byte 2");
    CHECK(refused("*a") == "*a: invalid regular expression: quantifier does not follow a repeatable item at byte 1");
    CHECK(refused("[a") == "[a: invalid regular expression: missing terminating ] for character class at byte 3");
    CHECK(refused("\xff") == "\uFFFD: invalid regular expression: UTF-8 error: illegal byte (0xfe or 0xff) at byte 1");
    CHECK(refused("\\C") == "\\C: invalid regular expression: using \\C is disabled by the application at byte 3");
  }

  TEST_CASE("a hostile answer cannot make a search run for long") {
    constexpr std::size_t mebibyte = 1 << 20;
    CHECK(search("(a+)+$", std::string(100, 'a') + "!") == too_many_steps);
    CHECK(search("(a+)+$", std::string(mebibyte, 'a') + "!") == too_many_steps);
    CHECK(search("\\d+ms", std::string(mebibyte, '1') + "s") == too_many_steps);
    CHECK(search("a\\w*+!", std::string(mebibyte, 'a') + "?!") == too_many_steps);
  }

  TEST_CASE("a long answer is searched completely") {
    constexpr std::size_t mebibyte = 1 << 20;
    CHECK(search("ready", std::string(mebibyte, 'r') + "ready") == "found");
    CHECK(search(".*ready", std::string(mebibyte, '.') + "ready") == "found");
    CHECK(search(".*absent", std::string(mebibyte, '.') + "ready") == "not found");
    CHECK(search("[a-z]+@[a-z]+", std::string(mebibyte, ' ') + "me@home") == "found");
    CHECK(search("b", std::string(mebibyte, '\xff') + "b") == "found");
  }
}
