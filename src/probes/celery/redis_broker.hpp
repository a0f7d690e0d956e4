#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/observation.hpp"

namespace hale {

/// Sends the request to the workers of a Redis broker, waits for their replies, and measures the queues. Enters the
/// phases of connect_redis() and "ask". Adds facts and metrics of TLS and of sentinels to `observation`. Stops waiting
/// when a tenth of the remaining time is left; a worker that has not replied by then is silent. Throws Unhealthy with
/// the text of the broker's error.
///
/// Writes one list for the replies. A single transaction creates it, sets its time to live and publishes the command
/// (kombu/transport/redis.py; redis.io/commands/expire), so it never exists without one.
Task<WorkerPollResult> poll_over_redis(ProbeContext& context, CeleryRedis broker, CeleryRequest request,
                                       Observation& observation);

}  // namespace hale
