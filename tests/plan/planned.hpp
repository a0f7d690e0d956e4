#pragma once

#include <string>
#include <vector>

#include "cli/cli.hpp"
#include "plan/plan.hpp"
#include "probes/registry.hpp"
#include "tests/core/refusal.hpp"

namespace hale {

/// The plan for a command line; sends nothing.
inline Plan planned(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return make_plan(parse_command_line(pointers, kinds()), kinds(), environment);
}

/// The error for a command line; "accepted" without one.
inline std::string refused(const std::vector<std::string>& arguments) {
  return refusal([&] { planned(arguments); });
}

/// The ranges and conditions of a target, one per line: `-w time=~:0.5`, `expect status=200`.
inline std::string expectations(const Planned& planned) {
  std::string text;
  for (const Threshold& threshold : planned.target.thresholds) {
    if (threshold.warning) text += "-w " + threshold.metric + "=" + threshold.warning->text() + "\n";
    if (threshold.critical) text += "-c " + threshold.metric + "=" + threshold.critical->text() + "\n";
  }
  for (const Expectation& expectation : planned.target.expectations)
    text += (expectation.otherwise == State::critical ? "expect " : "prefer ") + expectation.condition.text + "\n";
  return text;
}

}  // namespace hale
