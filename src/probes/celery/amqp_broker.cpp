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

/// For so long no answer comes before all are taken to be there, or one that is missing is looked for.
constexpr Duration least_quiet = std::chrono::milliseconds(200);

/// One question to the workers, and what has come of it.
class WorkerPoll {
 public:
  WorkerPoll(ProbeContext& context, AmqpConnection& amqp, const CeleryAmqp& broker, const CeleryQuestion& question)
      : context_(context), amqp_(amqp), broker_(broker), question_(question) {}

  Task<CeleryAnswer> hold() {
    answer_.mailbox = "exchange " + broker_.control_exchange;
    const std::string mailbox = co_await amqp_.open_mailbox();
    ticket_ = random_name();
    const std::string command = celery_command(question_.workers, ticket_, mailbox);
    begin_ = context_.remaining();
    co_await amqp_.publish(broker_.control_exchange, "application/json", command);
    co_await hear_replies();
    co_return std::move(answer_);
  }

 private:
  Duration since_question() const { return begin_ - context_.remaining(); }

  /// So that who answers in seconds is not taken to have answered in full after a fifth of one.
  Duration quiet() const { return std::max(least_quiet, 2 * answer_.slowest.value_or(Duration::zero())); }

  Task<void> hear_replies() {
    const Duration reserve = context_.remaining_share(10);
    bool looked = false;
    while (!all_is_heard(looked)) {
      const Duration left = context_.remaining() - reserve;
      if (left <= Duration::zero()) co_return;
      // While nobody has answered there is nothing to be looked for but those who are named.
      const bool waits = looked || (answer_.replies.empty() && question_.workers.empty());
      const Duration limit = waits ? left : std::min(left, quiet());
      const std::optional<AmqpMessage> message = co_await amqp_.receive(context_, limit);
      if (message) {
        take(*message);
      } else if (!waits) {
        co_await look_for_silent();
        looked = true;
      }
    }
  }

  bool all_is_heard(bool looked) const {
    if (answer_.connected == 0.0) return true;
    const std::vector<std::string> missing = missing_workers(question_, answer_.replies);
    if (!question_.workers.empty()) return missing.empty() || missing == absent_;
    return looked &&
           static_cast<double>(answer_.replies.size()) >= std::max(*answer_.connected, question_.least_workers);
  }

  void take(const AmqpMessage& message) {
    if (message.refusal) {
      const bool nobody =
          message.refusal->code == AmqpRefusal::no_route || message.refusal->code == AmqpRefusal::not_found;
      if (!nobody) throw Unhealthy(message.refusal->words);
      answer_.connected = 0;
      return;
    }
    const auto ticket = message.headers.find("ticket");
    if (ticket == message.headers.end() || ticket->second != ticket_) return;
    answer_.replies.push_back(read_celery_reply(message.body, message.content_type));
    answer_.slowest = since_question();
  }

  Task<void> look_for_silent() {
    if (question_.workers.empty()) {
      co_await look_for_consumers();
    } else {
      co_await look_for_missing();
    }
  }

  /// A queue that has more consumers than workers that answered and say so is consumed by one that is silent.
  Task<void> look_for_consumers() {
    const std::vector<std::string> names = queues_to_report(question_, answer_.replies);
    double silent = 0;
    for (const std::string& name : names) {
      const AmqpQueue queue = co_await amqp_.look_at(name);
      if (queue.refusal) continue;
      const auto consumes = [&](const CeleryReply& reply) {
        return reply.queues && std::binary_search(reply.queues->begin(), reply.queues->end(), name);
      };
      const auto heard = std::count_if(answer_.replies.begin(), answer_.replies.end(), consumes);
      silent = std::max(silent, static_cast<double>(queue.consumers) - static_cast<double>(heard));
    }
    answer_.connected = static_cast<double>(answer_.replies.size()) + silent;
  }

  /// Which of the named workers that have not answered are not even connected: their queues are not there. One that is
  /// exclusive to its worker is there (Celery's control_queue_exclusive).
  Task<void> look_for_missing() {
    std::size_t connected = answer_.replies.size();
    const std::vector<std::string> missing = missing_workers(question_, answer_.replies);
    for (const std::string& name : missing) {
      const std::string queue = fmt::format("{}.{}", name, broker_.control_exchange);
      const AmqpQueue observation = co_await amqp_.look_at(queue);
      if (observation.refusal && observation.refusal->code == AmqpRefusal::not_found) {
        absent_.push_back(name);
        answer_.mailbox = "queue " + queue;
      } else {
        ++connected;
      }
    }
    answer_.connected = static_cast<double>(connected);
  }

  ProbeContext& context_;
  AmqpConnection& amqp_;
  const CeleryAmqp& broker_;
  const CeleryQuestion& question_;
  std::string ticket_{};
  Duration begin_{};
  std::vector<std::string> absent_{};
  CeleryAnswer answer_{};
};

Task<void> look_at_queues(AmqpConnection& amqp, const CeleryQuestion& question, CeleryAnswer& answer) {
  const std::vector<std::string> names = queues_to_report(question, answer.replies);
  for (const std::string& name : names) {
    const AmqpQueue queue = co_await amqp.look_at(name);
    std::string metric = std::string(depth_family) + name;
    if (queue.refusal) {
      answer.notes.push_back(Note{std::move(metric), queue.refusal->words});
    } else {
      answer.depths.push_back(Metric{std::move(metric), Quantity{static_cast<double>(queue.messages)}});
    }
  }
}

}  // namespace

Task<CeleryAnswer> ask_by_amqp(ProbeContext& context, CeleryAmqp broker, CeleryQuestion question,
                               Observation& observation) {
  AmqpConnection amqp = co_await connect_amqp(context, broker.endpoint);
  context.enter("ask");
  WorkerPoll survey(context, amqp, broker, question);
  CeleryAnswer answer = co_await survey.hold();
  co_await look_at_queues(amqp, question, answer);
  constexpr std::string_view untold = "AMQP does not tell";
  std::vector<std::string_view> unknown{"unacked"};
  if (!answer.connected) unknown.insert(unknown.end(), {"workers_connected", "workers_silent"});
  for (const std::string_view name : unknown) answer.notes.push_back(Note{std::string(name), std::string(untold)});
  const std::string alarm = co_await amqp.leave();
  if (!alarm.empty()) throw Unhealthy(fmt::format("nobody may publish: {}", alarm));
  record_tls(amqp.tls_session(), observation);
  co_return answer;
}

}  // namespace hale
