#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/observation.hpp"

namespace hale {

/// Sends the request to the workers of an AMQP 0-9-1 broker, waits for their replies, and measures the queues. Enters
/// the phases of connect_amqp() and "ask". Adds facts and metrics of TLS to `observation`. Stops waiting as soon as the
/// replies can be taken to be complete (see WorkerPoll), at the latest when a tenth of the remaining time is left; a
/// worker that has not replied by then is silent. Throws Unhealthy with the broker's text, also when publishing is
/// blocked.
///
/// Creates one queue for the replies, which the broker deletes when the connection ends, however it ends.
Task<WorkerPollResult> poll_over_amqp(ProbeContext& context, CeleryAmqp broker, CeleryRequest request,
                                      Observation& observation);

}  // namespace hale
