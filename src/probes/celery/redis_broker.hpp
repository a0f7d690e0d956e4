#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/observation.hpp"

namespace hale {

/// Asks the workers that listen at a broker of Redis' protocol, and the broker how much waits in its queues. A worker
/// that has not answered when nine tenths of the time left are over is silent. Enters the phases of connect_redis() and
/// "ask". Adds what TLS and sentinels tell to `observation`. Throws Unhealthy with the broker's words.
///
/// What it writes is a list of its own for the replies, which never exists without a time to live: it is made in the
/// very transaction that asks.
Task<CeleryAnswer> ask_by_redis(ProbeContext& context, CeleryRedis broker, CeleryQuestion question,
                                Observation& observation);

}  // namespace hale
