#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/observation.hpp"

namespace hale {

/// A step of a probe: its place on the probe's own time axis, which begins with the probe.
struct Phase {
  std::string name;
  Duration start{};
  Duration length{};
};

/// A measure beside what was demanded of it.
struct JudgedMetric {
  Metric metric;  ///< its thresholds are those that were judged: the user's, else the peer's
  State state = State::ok;
};

/// What is known of one target after the run.
struct Result {
  std::string name;
  std::string kind;
  std::string address;  ///< without secrets
  State state = State::unknown;
  std::string message;
  std::optional<std::string> failed_phase{};
  Duration length{};
  std::vector<Phase> phases{};
  std::vector<JudgedMetric> metrics{};
  std::vector<Fact> facts{};
  std::vector<Component> components{};
  std::vector<Note> notes{};
};

/// What is known after the run: every target in the order typed.
struct Outcome {
  std::chrono::system_clock::time_point started;
  Duration length{};
  std::string host;
  std::string version;
  std::vector<Result> results;
  std::string notice{};  ///< what the whole run suffered from; empty when nothing

  /// The worst state of all results; UNKNOWN when there are none.
  State state() const;
};

}  // namespace hale
