#pragma once

#include <string>
#include <vector>

#include "cli/cli.hpp"
#include "plan/plan.hpp"
#include "probes/registry.hpp"
#include "tests/core/refusal.hpp"

namespace hale {

/// What is decided about `words` as typed, without a packet.
inline Plan planned(const std::vector<std::string>& words, const Environment& environment = {}) {
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  return make_plan(parse_command_line(arguments, kinds()), kinds(), environment);
}

/// The error that `words` end with.
inline std::string refused(const std::vector<std::string>& words) {
  return refusal([&] { planned(words); });
}

/// The demands on a target, one a line, as `-w time=~:0.5`, `expect status=200`.
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
