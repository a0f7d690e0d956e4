#pragma once

#include "core/result.hpp"
#include "plan/plan.hpp"

namespace hale {

/// Probes every target once, all at the same time, as many at once as descriptors allow. Returns within 50 ms of the
/// last deadline, whatever a target, a name server or a child does, and leaves no child behind. SIGINT and SIGTERM end
/// the run: what is not done by then is UNKNOWN.
Outcome run(Plan& plan);

/// What is known of a run that never began: when, where and which hale.
Outcome nothing_run();

}  // namespace hale
