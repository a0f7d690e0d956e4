#include "probes/celery/amqp_broker.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "probes/amqp/connection.hpp"
#include "probes/common/random_name.hpp"
#include "probes/common/tls_metadata.hpp"

namespace hale {
namespace {

constexpr Duration min_quiet_period = std::chrono::milliseconds(200);

/// Publishes the request and collects the replies.
///
/// The difficulty is to know when the replies are complete. Over Redis, PUBLISH returns the number of workers. Over
/// AMQP the broker reports only that there is no worker at all. Waiting for the whole timeout would always be right,
/// but then every healthy check would take that long. So the poll ends early in these cases:
/// * The broker returned the request, as its exchange has no queue, or closed the channel, as there is no such
/// exchange: no
///   worker is connected.
/// * All named workers have replied. If some have not after a quiet period, their own queues (NAME.EXCHANGE, see
///   kombu/pidbox.py) are inspected: a queue that does not exist means that the worker is not connected, and waiting
///   for it is useless.
/// * No worker is named, no reply has arrived for a quiet period, as many have arrived as the user's conditions
/// require,
///   and no consumed queue has more consumers than workers that replied. A queue with more of them is consumed by a
///   worker that is connected and silent: the poll waits for it.
/// Otherwise it ends when a tenth of the time is left, which is for measuring the queues and closing the connection.
class WorkerPoll {
 public:
  WorkerPoll(ProbeContext& context, AmqpConnection& amqp, const CeleryAmqp& broker, const CeleryRequest& request)
      : context_(context), amqp_(amqp), broker_(broker), request_(request) {}

  Task<WorkerPollResult> run() {
    result_.control_channel = "exchange " + broker_.control_exchange;
    const std::string reply_queue = co_await amqp_.open_reply_queue();
    ticket_ = random_name();
    const std::string command = celery_command(request_.workers, ticket_, reply_queue);
    begin_ = context_.remaining();
    co_await amqp_.publish(broker_.control_exchange, "application/json", command);
    co_await receive_replies();
    co_return std::move(result_);
  }

 private:
  Duration elapsed() const { return begin_ - context_.remaining(); }

  /// Grows with the time of the replies, so that workers that take seconds to reply are not given up after 0.2 s.
  Duration quiet_period() const {
    return std::max(min_quiet_period, 2 * result_.reply_time.value_or(Duration::zero()));
  }

  Task<void> receive_replies() {
    const Duration reserve = context_.remaining_share(10);
    bool inspected = false;
    while (!is_finished(inspected)) {
      const Duration left = context_.remaining() - reserve;
      if (left <= Duration::zero()) co_return;
      // Before the first reply there is no queue to inspect but those of named workers.
      const bool nothing_to_inspect = inspected || (result_.replies.empty() && request_.workers.empty());
      const Duration limit = nothing_to_inspect ? left : std::min(left, quiet_period());
      const std::optional<AmqpMessage> message = co_await amqp_.receive(context_, limit);
      if (message) {
        add(*message);
      } else if (!nothing_to_inspect) {
        co_await find_silent_workers();
        inspected = true;
      }
    }
  }

  bool is_finished(bool inspected) const {
    if (result_.connected == 0.0) return true;
    const std::vector<std::string> missing = missing_workers(request_, result_.replies);
    if (!request_.workers.empty()) return missing.empty() || missing == not_connected_;
    return inspected &&
           static_cast<double>(result_.replies.size()) >= std::max(*result_.connected, request_.min_workers);
  }

  void add(const AmqpMessage& message) {
    if (message.refusal) {
      const bool has_no_listener =
          message.refusal->code == AmqpRefusal::no_route || message.refusal->code == AmqpRefusal::not_found;
      if (!has_no_listener) throw Unhealthy(message.refusal->reason);
      result_.connected = 0;
      return;
    }
    const auto ticket = message.headers.find("ticket");
    if (ticket == message.headers.end() || ticket->second != ticket_) return;
    result_.replies.push_back(read_celery_reply(message.body, message.content_type));
    result_.reply_time = elapsed();
  }

  Task<void> find_silent_workers() {
    if (request_.workers.empty()) {
      co_await compare_consumers();
    } else {
      co_await inspect_worker_queues();
    }
  }

  /// Counts as silent the consumers of a queue that are not among the workers that replied.
  Task<void> compare_consumers() {
    const std::vector<std::string> names = queues_to_count(request_, result_.replies);
    double silent = 0;
    for (const std::string& name : names) {
      const AmqpQueue queue = co_await amqp_.inspect_queue(name);
      if (queue.refusal) continue;
      const auto consumes_queue = [&](const CeleryReply& reply) {
        return reply.queues && std::binary_search(reply.queues->begin(), reply.queues->end(), name);
      };
      const auto replied = std::count_if(result_.replies.begin(), result_.replies.end(), consumes_queue);
      silent = std::max(silent, static_cast<double>(queue.consumers) - static_cast<double>(replied));
    }
    result_.connected = static_cast<double>(result_.replies.size()) + silent;
  }

  /// Finds the named workers that are not connected. A queue that the broker refuses for another reason exists: with
  /// control_queue_exclusive it is exclusive to its worker.
  Task<void> inspect_worker_queues() {
    std::size_t connected = result_.replies.size();
    const std::vector<std::string> missing = missing_workers(request_, result_.replies);
    for (const std::string& name : missing) {
      const std::string queue_name = fmt::format("{}.{}", name, broker_.control_exchange);
      const AmqpQueue queue = co_await amqp_.inspect_queue(queue_name);
      if (queue.refusal && queue.refusal->code == AmqpRefusal::not_found) {
        not_connected_.push_back(name);
        result_.control_channel = "queue " + queue_name;
      } else {
        ++connected;
      }
    }
    result_.connected = static_cast<double>(connected);
  }

  ProbeContext& context_;
  AmqpConnection& amqp_;
  const CeleryAmqp& broker_;
  const CeleryRequest& request_;
  std::string ticket_{};
  Duration begin_{};  ///< the time that remained when the request was sent
  std::vector<std::string> not_connected_{};
  WorkerPollResult result_{};
};

Task<void> count_queues(AmqpConnection& amqp, const CeleryRequest& request, WorkerPollResult& result) {
  const std::vector<std::string> names = queues_to_count(request, result.replies);
  for (const std::string& name : names) {
    const AmqpQueue queue = co_await amqp.inspect_queue(name);
    std::string metric = std::string(queue_family) + name;
    if (queue.refusal) {
      result.notes.push_back(Note{std::move(metric), queue.refusal->reason});
    } else {
      result.counts.push_back(Metric{std::move(metric), Quantity{static_cast<double>(queue.messages)}});
    }
  }
}

}  // namespace

Task<WorkerPollResult> poll_over_amqp(ProbeContext& context, CeleryAmqp broker, CeleryRequest request,
                                      Observation& observation) {
  AmqpConnection amqp = co_await connect_amqp(context, broker.endpoint);
  context.enter("ask");
  WorkerPoll poll(context, amqp, broker, request);
  WorkerPollResult result = co_await poll.run();
  co_await count_queues(amqp, request, result);
  constexpr std::string_view reason = "AMQP does not report it";
  std::vector<std::string_view> missing_metrics{"unacked"};
  if (!result.connected) missing_metrics.insert(missing_metrics.end(), {"workers_connected", "workers_silent"});
  for (const std::string_view name : missing_metrics)
    result.notes.push_back(Note{std::string(name), std::string(reason)});
  const std::string alarm = co_await amqp.close();
  if (!alarm.empty()) throw Unhealthy(fmt::format("publishing is blocked: {}", alarm));
  record_tls(amqp.tls_session(), observation);
  co_return result;
}

}  // namespace hale
