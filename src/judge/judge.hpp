#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
#include "core/target.hpp"

namespace hale {

/// Judges an observation by the expectations and thresholds of its target: the state is the worst of the answer's
/// claims, the user's conditions and the ranges. The message names everything that failed, worst first. The result has
/// no phases and no length: the runner adds them. Pure, and the only code that decides a state from a threshold.
Result judge(const Target& target, const Observation& observation);

}  // namespace hale
