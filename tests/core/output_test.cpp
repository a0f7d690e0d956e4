#include "core/output.hpp"

#include <string>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "core/option.hpp"

using namespace hale;

namespace {

/// The choices of an option.
std::string choices(std::string_view name) {
  for (const OptionSpec& option : general_options()) {
    if (option.name == name) return std::string(option.choices);
  }
  return "no such option";
}

template <typename Rows>
std::string names(const Rows& rows) {
  std::string list;
  for (const auto& row : rows) list += (list.empty() ? "" : "|") + std::string(row.name);
  return list;
}

}  // namespace

TEST_SUITE("output") {
  TEST_CASE("the exit code follows the plugin guidelines") {
    const Output output;
    CHECK(exit_code(State::ok, output) == 0);
    CHECK(exit_code(State::warning, output) == 1);
    CHECK(exit_code(State::critical, output) == 2);
    CHECK(exit_code(State::unknown, output) == 3);
  }

  TEST_CASE("for a binary caller a warning counts as OK") {
    Output output;
    output.binary_exit = true;
    CHECK(exit_code(State::ok, output) == 0);
    CHECK(exit_code(State::warning, output) == 0);
    CHECK(exit_code(State::critical, output) == 1);
    CHECK(exit_code(State::unknown, output) == 1);
  }

  TEST_CASE("the options accept exactly the formats and callers of the tables") {
    CHECK(choices("format") == names(formats()));
    CHECK(choices("for") == names(callers()));
  }

  TEST_CASE("the limits of the callers") {
    std::string limits;
    for (const Caller& caller : callers())
      limits += std::string(caller.name) + "=" + std::to_string(caller.limit) + " ";
    CHECK(limits == "shell=0 docker=4095 nagios=4095 kubernetes=10239 ");
  }
}
