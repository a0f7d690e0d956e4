#include "core/state.hpp"

#include <doctest/doctest.h>

using namespace hale;

TEST_SUITE("state") {
  TEST_CASE("critical is worse than warning, warning than unknown, unknown than ok") {
    CHECK(worst(State::critical, State::warning) == State::critical);
    CHECK(worst(State::unknown, State::warning) == State::warning);
    CHECK(worst(State::unknown, State::ok) == State::unknown);
    CHECK(worst(State::ok, State::ok) == State::ok);
  }

  TEST_CASE("each state has its names and its exit code") {
    CHECK(to_string(State::ok) == "ok");
    CHECK(to_string(State::warning) == "warning");
    CHECK(to_string(State::critical) == "critical");
    CHECK(to_string(State::unknown) == "unknown");
    CHECK(label(State::ok) == "OK");
    CHECK(label(State::warning) == "WARNING");
    CHECK(label(State::critical) == "CRITICAL");
    CHECK(label(State::unknown) == "UNKNOWN");
    CHECK(exit_code(State::ok) == 0);
    CHECK(exit_code(State::warning) == 1);
    CHECK(exit_code(State::critical) == 2);
    CHECK(exit_code(State::unknown) == 3);
  }

  TEST_CASE("a state is parsed in any case") {
    CHECK(parse_state("ok") == State::ok);
    CHECK(parse_state("Warning") == State::warning);
    CHECK(parse_state("CRITICAL") == State::critical);
    CHECK(parse_state("unKnown") == State::unknown);
  }

  TEST_CASE("any other text is not a state") {
    CHECK(parse_state("") == std::nullopt);
    CHECK(parse_state("crit") == std::nullopt);
    CHECK(parse_state(" ok") == std::nullopt);
    CHECK(parse_state("2") == std::nullopt);
  }
}
