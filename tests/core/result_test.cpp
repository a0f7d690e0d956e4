#include "core/result.hpp"

#include <doctest/doctest.h>

using namespace hale;

namespace {

Outcome outcome(std::initializer_list<State> states) {
  Outcome all;
  for (const State state : states) all.results.emplace_back().state = state;
  return all;
}

}  // namespace

TEST_SUITE("result") {
  TEST_CASE("a run has the state of its worst target") {
    CHECK(outcome({State::ok, State::ok}).state() == State::ok);
    CHECK(outcome({State::ok, State::unknown}).state() == State::unknown);
    CHECK(outcome({State::warning, State::unknown, State::ok}).state() == State::warning);
    CHECK(outcome({State::unknown, State::critical, State::warning}).state() == State::critical);
  }

  TEST_CASE("a run without targets is unknown") { CHECK(outcome({}).state() == State::unknown); }
}
