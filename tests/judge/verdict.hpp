#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "judge/judge.hpp"

// The kind, targets and observations that the tests of the judge share.
namespace hale::judge_world {

inline constexpr std::array<NameSpec, 7> facts{{{"status", "the status"},
                                                {"body", "the body"},
                                                {"role", "the role"},
                                                {"version", "the version"},
                                                {"banner", "the first line", Unit::none, Absence::empty},
                                                {"header:", "a header", Unit::none, Absence::unknown, "NAME"},
                                                {"json:", "a value", Unit::none, Absence::failed, "/pointer"}}};
inline constexpr std::array<NameSpec, 3> metrics{{{"time", "the response time", Unit::seconds},
                                                  {"json:", "a number", Unit::none, Absence::failed, "/pointer"},
                                                  {"*", "a metric of the plugin"}}};
inline const Kind kind{.name = "test",
                       .schemes = {},
                       .syntaxes = {},
                       .meaning = "",
                       .detail = {},
                       .example = "",
                       .options = {},
                       .metrics = metrics,
                       .facts = facts,
                       .phases = {},
                       .library = nullptr,
                       .make = nullptr};

inline Target target() {
  Target target{&kind, "address"};
  target.name = "name";
  target.address = "address";
  return target;
}

inline Target expecting(std::string_view condition, State otherwise = State::critical) {
  Target result = target();
  result.expectations.push_back({parse_condition(condition), otherwise});
  return result;
}

inline Target within(std::string metric, const char* warning, const char* critical) {
  Target result = target();
  const auto range = [](const char* text) {
    return text == nullptr ? std::nullopt : std::optional<Range>(parse_range(text));
  };
  result.thresholds.push_back({std::move(metric), range(warning), range(critical)});
  return result;
}

inline Observation fact(std::string name, std::string text) {
  Observation observation;
  observation.facts = {{std::move(name), std::move(text)}};
  return observation;
}

inline Observation metric(std::string name, double value, Unit unit = Unit::none) {
  Observation observation;
  observation.metrics = {{std::move(name), {value, unit}}};
  return observation;
}

/// "critical: status is 503, expected 200"
inline std::string verdict(const Target& target, const Observation& observation) {
  const Result result = judge(target, observation);
  return fmt::format("{}: {}", to_string(result.state), result.message);
}

/// The verdict on the fact `name` = `text` when `condition` is expected.
inline std::string on_fact(std::string_view condition, std::string name, std::string text) {
  return verdict(expecting(condition), fact(std::move(name), std::move(text)));
}

inline std::string on_metric(std::string_view condition, std::string name, double value, Unit unit = Unit::none) {
  return verdict(expecting(condition), metric(std::move(name), value, unit));
}

}  // namespace hale::judge_world
