#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/observation.hpp"

namespace hale {

/// A step of a probe. Times are relative to the start of the probe.
struct Phase {
  std::string name;
  Duration start{};
  Duration length{};
};

/// A metric with the thresholds that were applied to it.
struct JudgedMetric {
  Metric metric;  ///< its ranges are those that were judged: the user's, else the peer's
  State state = State::ok;
};

/// The result for one target.
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

/// The outcome of a run: a result for every target, in the order typed.
struct Outcome {
  std::chrono::system_clock::time_point started;
  Duration length{};
  std::string host;
  std::string version;
  std::vector<Result> results;
  std::string notice{};  ///< a problem of the whole run; empty without one

  /// The worst state of all results; UNKNOWN without results.
  State state() const;
};

}  // namespace hale
