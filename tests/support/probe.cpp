#include "tests/support/probe.hpp"

#include <doctest/doctest.h>

#include "cli/cli.hpp"
#include "core/error.hpp"
#include "plan/plan.hpp"
#include "probes/registry.hpp"
#include "run/run.hpp"

namespace hale::testing {

Outcome probe(const std::vector<std::string>& words, const Environment& environment) {
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  Plan plan = make_plan(parse_command_line(arguments, kinds()), kinds(), environment);
  return Run(plan).outcome();
}

Result probe_one(const std::vector<std::string>& words, const Environment& environment) {
  const Outcome outcome = probe(words, environment);
  REQUIRE(outcome.results.size() == 1);
  return outcome.results.front();
}

std::string refusal_of(const std::vector<std::string>& words) {
  try {
    probe(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace hale::testing
