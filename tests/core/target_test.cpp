#include "core/target.hpp"

#include <doctest/doctest.h>

using namespace hale;
using Views = std::vector<std::string_view>;

TEST_SUITE("target") {
  TEST_CASE("the last value of an option counts") {
    Target target;
    target.options = {{"header", "a"}, {"method", "GET"}, {"header", "b"}, {"method", "HEAD"}};
    CHECK(target.value("method") == "HEAD");
    CHECK(target.value("data") == std::nullopt);
  }

  TEST_CASE("every value of an option, in the order typed") {
    Target target;
    target.options = {{"header", "b"}, {"method", "GET"}, {"header", "a"}, {"header", "b"}};
    CHECK(target.values("header") == Views{"b", "a", "b"});
    CHECK(target.values("data") == Views{});
  }

  TEST_CASE("a switch is given or not") {
    Target target;
    target.options = {{"insecure", ""}};
    CHECK(target.has("insecure"));
    CHECK_FALSE(target.has("follow"));
  }

  TEST_CASE("conditions and ranges request their names") {
    Target target;
    target.expectations = {{parse_condition("status=200")}, {parse_condition("body~ready"), State::warning}};
    target.thresholds = {{"time", parse_range("1"), parse_range("2")}};
    CHECK(target.requested() == Views{"status", "body", "time"});
  }

  TEST_CASE("the default timeout is ten seconds") {
    CHECK(Target().timeout == std::chrono::seconds(10));
    CHECK(Target().timeout_state == State::critical);
  }
}
