#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
#include "core/target.hpp"

namespace hale {

/// Weighs what was seen against what was demanded: the worst of the answer's own claims, the user's conditions and the
/// user's ranges. Pure, and the only place that decides a state from a threshold. The result has no phases and no
/// length: the runner adds them. The message names every demand that failed, worst first.
Result judge(const Target& target, const Observation& observation);

}  // namespace hale
