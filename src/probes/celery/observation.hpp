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

/// What came of asking the workers behind a broker.
struct CeleryAnswer {
  std::optional<double> connected{};  ///< how many got the question; nothing where the broker does not say
  std::string mailbox{};              ///< where they listen: "channel /0.celery.pidbox"
  std::vector<CeleryReply> replies{};
  std::optional<Duration> slowest{};  ///< from the question to the last of the replies; nothing without one
  std::vector<Metric> depths{};       ///< of queues, and what else the broker tells
  std::vector<Note> notes{};          ///< on what it does not tell
};

/// True when no further reply is waited for: each worker that is connected has answered, or each that is named.
bool all_answered(const CeleryQuestion& question, const CeleryAnswer& answer);

/// The named workers that have not answered. Where answers cannot be read, they are as many as those who seem not to.
std::vector<std::string> missing_workers(const CeleryQuestion& question, const std::vector<CeleryReply>& replies);

/// The queues that the workers consume, sorted.
std::vector<std::string> consumed_queues(const std::vector<CeleryReply>& replies);

/// The queues whose depth is to be told, sorted: those the question names, and the first 100 of those consumed.
std::vector<std::string> queues_to_report(const CeleryQuestion& question, const std::vector<CeleryReply>& replies);

/// Adds measures, facts, a component for each worker, the words for the summary, and what speaks against the workers:
/// * none connected, none answering, a named one that does not answer, none that consumes anything: critical;
/// * one of those demanded by --queue that no worker consumes: critical;
/// * some that do not answer (about `workers_silent`) or consume nothing (about `workers_consuming`), when others do
/// and
///   none is named: warning.
void record_workers(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation);

}  // namespace hale
