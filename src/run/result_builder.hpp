#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "core/result.hpp"
#include "core/state.hpp"
#include "core/target.hpp"

namespace hale {

/// The timing of a probe, whatever its result.
struct ProbeTiming {
  Duration length{};
  std::vector<Phase> phases{};  ///< the last one is where the probe ended
  std::string fallback{};       ///< which addresses failed before one answered; empty when the first one did
};

// All of these are pure. In what they return, the target's secrets are redacted.

/// The result of a probe that returned `observation`: the response time and the phases become metrics, and judge()
/// decides.
Result build_result(const Target& target, Observation observation, const ProbeTiming& timing);

/// The result of a probe that threw `failure`: Unhealthy has its own state, a transport error is CRITICAL, what hale
/// itself lacks (descriptors, memory) is UNKNOWN. The message is led by the phase.
Result build_failure(const Target& target, const std::exception_ptr& failure, const ProbeTiming& timing);

/// The result of a probe that was cancelled for the reason `message`, which is led by the phase.
Result build_cancelled(const Target& target, State state, const std::string& message, const ProbeTiming& timing);

/// The result of a target whose probe was never started, for the reason `message`.
Result build_skipped(const Target& target, State state, const std::string& message);

}  // namespace hale
