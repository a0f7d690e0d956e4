#pragma once

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/observation.hpp"

namespace hale {

/// Asks the workers that listen at a broker of AMQP 0-9-1, and the broker how much waits in its queues. Enters the
/// phases of connect_amqp() and "ask". Adds what TLS tells to `observation`. Throws Unhealthy with the broker's words.
///
/// AMQP does not tell how many workers there are, only when there is none. When no worker is named, all are taken to
/// have answered once no more answers come for a while, as many as the question demands have come, and none of their
/// queues has other consumers than them: those are workers that are connected and silent. A named one that is slow to
/// answer is looked for by its own queue, so that one that is not connected is told at once. Who has not answered when
/// nine tenths of the time left are over is silent.
///
/// What it makes there is a queue for the replies, which goes with the connection however that ends.
Task<CeleryAnswer> ask_by_amqp(ProbeContext& context, CeleryAmqp broker, CeleryQuestion question,
                               Observation& observation);

}  // namespace hale
