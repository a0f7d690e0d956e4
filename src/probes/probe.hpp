#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"

namespace hale {

/// Probes one target. A probe is a coroutine that reads top to bottom like the protocol's exchange.
class Probe {
 public:
  virtual ~Probe() = default;

  /// Probes the target once and returns what it observed. The caller judges that by the user's conditions.
  ///
  /// Phases: calls `context.enter` at the beginning of each phase, with a name from the kind's `phases`. The caller
  /// adds the phase under way to the message of a failure.
  ///
  /// Errors: throws Unhealthy when the target fails, with a message for the user that includes the target's own
  /// message, and std::system_error for a failed system call. A state that the target reports in a complete answer is
  /// no error: the observation has it as a Claim.
  ///
  /// Deadline: the caller cancels the coroutine at the deadline, so the probe needs no timer. The operation that it
  /// awaits throws, and the probe must not catch that exception, so that destructors close connections and end
  /// children. A step that may use only a part of the time is limited to `context.remaining_share`.
  ///
  /// May run several times at once, once for each address of the host. So what it observes belongs in local variables
  /// of the coroutine, not in members. `context` and the probe outlive the coroutine.
  virtual Task<Observation> observe(ProbeContext& context) = 0;
};

}  // namespace hale
