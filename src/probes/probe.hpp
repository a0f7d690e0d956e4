#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"

namespace hale {

/// Asks one target its question once. A probe is one straight-line coroutine that reads like the protocol's story and
/// never looks at a clock: when time is up, the step being awaited throws by itself.
class Probe {
 public:
  virtual ~Probe() = default;

  /// Tells the protocol's story once. Names its phases by `net.enter`. Throws Unhealthy with the target's own words, or
  /// std::system_error for a transport failure, to end it early; the runner adds the phase. May be under way more than
  /// once at a time, once for each address, so what it sees is kept in the coroutine and not in the probe.
  virtual Task<Observation> observe(ProbeContext& context) = 0;
};

}  // namespace hale
