#include "health/words.hpp"

#include <doctest/doctest.h>

using namespace hale;
using namespace hale::health;

TEST_SUITE("health words") {
  TEST_CASE("each meaning") {
    CHECK(meaning("pass") == Meaning::ok);
    CHECK(meaning("degraded") == Meaning::warning);
    CHECK(meaning("down") == Meaning::critical);
    CHECK(meaning("unknown") == Meaning::unknown);
    CHECK(meaning("skipped") == Meaning::neutral);
    CHECK(meaning("fine") == Meaning::none);
    CHECK(meaning("") == Meaning::none);
  }

  TEST_CASE("case, surrounding blanks, inner blanks, dots, dashes and underscores do not count") {
    CHECK(meaning(" Up \n") == Meaning::ok);
    CHECK(meaning("Partially Available") == Meaning::warning);
    CHECK(meaning("OUT_OF_SERVICE") == Meaning::critical);
    CHECK(meaning("out-of-service") == Meaning::critical);
    CHECK(meaning("N.A.") == Meaning::neutral);
  }

  TEST_CASE("any other character counts") {
    CHECK(meaning("up!") == Meaning::none);
    CHECK(meaning("U\uFFFDP") == Meaning::none);
    CHECK(meaning("U\xffP") == Meaning::none);
    CHECK(meaning("u/p") == Meaning::none);
  }

  TEST_CASE("whole values only") {
    CHECK(meaning("SERVER_IS_NOT_READY") == Meaning::none);
    CHECK(meaning("UP_WITH_CAUTION") == Meaning::none);
    CHECK(meaning("The service is down") == Meaning::none);
    CHECK(meaning(std::string(1000, ' ') + "up") == Meaning::ok);
    CHECK(meaning("u" + std::string(1000, ' ') + "p") == Meaning::none);
  }

  TEST_CASE("states") {
    CHECK(state_of(Meaning::ok) == State::ok);
    CHECK(state_of(Meaning::unknown) == State::unknown);
    CHECK(state_of(Meaning::warning) == State::warning);
    CHECK(state_of(Meaning::critical) == State::critical);
    CHECK(state_of(Meaning::neutral) == std::nullopt);
    CHECK(state_of(Meaning::none) == std::nullopt);
  }

  TEST_CASE("a word before a colon") {
    CHECK(leading_meaning("unavailable: Database error") == Meaning::critical);
    CHECK(leading_meaning("unknown error: Super Fail!") == Meaning::critical);
    CHECK(leading_meaning("working") == Meaning::ok);
    CHECK(leading_meaning("not: up") == Meaning::none);
  }

  TEST_CASE("HTTP codes are exactly three digits") {
    CHECK(http_code("200") == 200);
    CHECK(http_code(" 503 ") == 503);
    CHECK(http_code("100") == 100);
    CHECK(http_code("599") == 599);
    CHECK(http_code("099") == std::nullopt);
    CHECK(http_code("600") == std::nullopt);
    CHECK(http_code("1.2.2") == std::nullopt);
    CHECK(http_code("20") == std::nullopt);
    CHECK(http_code("2000") == std::nullopt);
    CHECK(http_code("2-00") == std::nullopt);
  }

  TEST_CASE("true and false") {
    CHECK(is_truth_value("true"));
    CHECK(is_truth_value(" False "));
    CHECK_FALSE(is_truth_value("up"));
  }
}
