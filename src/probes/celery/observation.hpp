#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/observation.hpp"
#include "core/quantity.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/message.hpp"

namespace hale {

/// What the workers and their broker answered.
struct WorkerPollResult {
  std::optional<double> connected{};     ///< workers that the broker passed the command to; nothing if it is unknown
  std::string control_channel{};         ///< where workers listen: "channel /0.celery.pidbox"
  std::vector<CeleryReply> replies{};    ///< in the order they arrived
  std::optional<Duration> reply_time{};  ///< from the command to the last reply; nothing without replies
  std::vector<Metric> counts{};          ///< the lengths of queues and other counts of the broker
  std::vector<Note> notes{};             ///< why a metric is missing
};

/// True when every reply has arrived that the poll may wait for: those of all connected workers, or of all named ones.
bool is_complete(const CeleryRequest& request, const WorkerPollResult& result);

/// The named workers that have not replied. Every unreadable reply may be that of a named worker: none is missing while
/// there are enough of them.
std::vector<std::string> missing_workers(const CeleryRequest& request, const std::vector<CeleryReply>& replies);

/// The queues that the workers consume, sorted.
std::vector<std::string> consumed_queues(const std::vector<CeleryReply>& replies);

/// The queues whose length to measure, sorted: those in the request, and the first 100 that are consumed.
std::vector<std::string> queues_to_count(const CeleryRequest& request, const std::vector<CeleryReply>& replies);

/// Adds the metrics, the facts, a component for each worker, the summary, and these claims:
/// * critical when no worker is connected, none replies, a named one does not reply, none consumes a queue or a named
///   one consumes none;
/// * critical for each required queue that no worker consumes, UNKNOWN when a reply without queues leaves that open;
/// * warning when no worker is named and some, but not all, do not reply (about `workers_silent`) or consume no queue
///   (about `workers_consuming`);
/// * warning when a reply is unreadable or an error.
void record_workers(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation);

}  // namespace hale
