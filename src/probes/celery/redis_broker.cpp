#include "probes/celery/redis_broker.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/sleep.hpp"
#include "probes/common/random_name.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/redis/connection.hpp"
#include "probes/redis/resp.hpp"
#include "probes/redis/sentinel.hpp"

namespace hale {
namespace {

using std::chrono::milliseconds;

constexpr int page = 16;
constexpr std::size_t most_heard = std::size_t{32} << 20;
constexpr milliseconds longest_pause{50};
// A worker that is silent now may answer when its task is done, hours later: should the list be gone by then, the
// answer would make a new one, which lives for ever.
constexpr int seconds_for_late_replies = 24 * 60 * 60;
// All who were named have answered. This is for another worker of the same name.
constexpr int seconds_for_namesakes = 60;

/// One question and the list that its replies come to.
struct Mailbox {
  std::string list;  ///< as workers are told; Redis knows it with the prefix
  std::string key;   ///< as Redis knows it
  std::string ticket;
};

Mailbox new_mailbox(const CeleryRedis& broker) {
  const std::string name = random_name();
  // So end the lists of Celery's own clients, and what an ACL lets them write.
  const std::string list = fmt::format("hale-{}.reply.{}", name, broker.control_exchange);
  return Mailbox{list, broker.key_prefix + list, name};
}

[[noreturn]] void refuse(const RedisReply& reply) {
  if (reply.error_code() == "READONLY")
    throw Unhealthy(fmt::format("the broker is a replica, which takes no messages ({})", reply.text));
  throw Unhealthy(explain(reply));
}

/// In one transaction: where the list cannot be made nobody is asked, and it never is without its time to live.
std::vector<RedisCommand> asking(const CeleryRedis& broker, const CeleryQuestion& question, const Mailbox& mailbox) {
  const std::string command = celery_command(question.workers, mailbox.ticket, mailbox.list);
  return {parse_command("MULTI"),
          {"RPUSH", mailbox.key, "hale"},
          {"EXPIRE", mailbox.key, fmt::format("{}", broker.key_seconds)},
          {"PUBLISH", broker.channel, redis_message(command, broker.control_exchange, mailbox.ticket)},
          parse_command("EXEC")};
}

/// Asks, and returns how many were listening.
Task<double> send_question(RedisConversation& redis, std::vector<RedisCommand> commands) {
  const std::size_t count = commands.size();
  co_await redis.say(std::move(commands));
  RedisReply reply;
  for (std::size_t i = 0; i < count; ++i) {
    reply = co_await redis.hear();
    if (reply.is_error()) refuse(reply);
  }
  const auto listeners = reply.items.size() == 3 ? parse_number(reply.items.back()) : std::nullopt;
  if (!listeners || *listeners < 0) throw Unhealthy(fmt::format("EXEC was answered by {}", describe_reply(reply)));
  co_return *listeners;
}

/// For the next replies, the oldest first behind those `read`. They stand at the end of the list, before the entry that
/// makes it; what is new does not move them.
RedisCommand looking(const Mailbox& mailbox, std::size_t read) {
  return {"LRANGE", mailbox.key, fmt::format("-{}", read + 1 + page), fmt::format("-{}", read + 2)};
}

/// Hears replies until all have come, or until the time for that is over.
Task<void> hear_replies(ProbeContext& context, RedisConversation& redis, const Mailbox& mailbox,
                        const CeleryQuestion& question, CeleryAnswer& answer) {
  const Duration begin = context.remaining();
  const Duration reserve = context.remaining_share(10);
  milliseconds wait{1};
  std::size_t heard = 0;
  while (!all_answered(question, answer) && context.remaining() > reserve) {
    RedisReply replies = co_await redis.ask(looking(mailbox, answer.replies.size()));
    if (replies.is_error()) refuse(replies);
    if (replies.type != RedisReply::Type::list)
      throw Unhealthy(fmt::format("LRANGE was answered by {}", describe_reply(replies)));
    std::reverse(replies.items.begin(), replies.items.end());
    for (const std::string& message : replies.items) {
      heard += message.size() + sizeof(CeleryReply);
      if (heard > most_heard) throw Unhealthy("the workers' answers are longer than 32 MiB");
      answer.replies.push_back(read_redis_message(message, mailbox.ticket));
    }
    if (!replies.items.empty()) answer.slowest = begin - context.remaining();
    if (replies.items.size() >= page) continue;
    if (all_answered(question, answer)) break;
    co_await pause(context,
                   std::min<Duration>(wait, std::max<Duration>(context.remaining() - reserve, Duration::zero())));
    wait = std::min(wait * 2, longest_pause);
  }
}

/// What lets the list go without a reply that comes late making it anew for ever.
std::vector<RedisCommand> tidying(const CeleryQuestion& question, const CeleryAnswer& answer, const Mailbox& mailbox) {
  const double heard = static_cast<double>(answer.replies.size());
  if (heard >= answer.connected.value_or(0)) return {{"DEL", mailbox.key}};
  const int seconds = all_answered(question, answer) ? seconds_for_namesakes : seconds_for_late_replies;
  return {{"LTRIM", mailbox.key, "-1", "-1"}, {"EXPIRE", mailbox.key, fmt::format("{}", seconds)}};
}

/// The lists of a queue, one for each step of priority (kombu/transport/redis.py, _q_for_pri): as many as there can be.
std::vector<RedisCommand> lengths_of(const std::string& key) {
  std::vector<RedisCommand> commands{{"LLEN", key}};
  for (int step = 1; step <= 9; ++step) commands.push_back({"LLEN", fmt::format("{}\x06\x16{}", key, step)});
  return commands;
}

/// Hears `count` numbers and adds their sum as the measure `name`, or a note when the broker refuses.
Task<void> hear_sum(RedisConversation& redis, std::size_t count, std::string name, CeleryAnswer& answer) {
  double sum = 0;
  std::string refusal;
  for (std::size_t i = 0; i < count; ++i) {
    const RedisReply reply = co_await redis.hear();
    if (reply.is_error()) refusal = explain(reply);
    sum += parse_number(reply.text).value_or(0);
  }
  if (refusal.empty()) {
    answer.depths.push_back(Metric{std::move(name), Quantity{sum}});
  } else {
    answer.notes.push_back(Note{std::move(name), std::move(refusal)});
  }
}

/// Asks how much waits, and tidies up.
Task<void> look_at_queues(RedisConversation& redis, const CeleryRedis& broker, const CeleryQuestion& question,
                          std::vector<RedisCommand> commands, CeleryAnswer& answer) {
  const std::size_t others = commands.size();
  const std::vector<std::string> queues = queues_to_report(question, answer.replies);
  std::size_t lengths = 0;
  for (const std::string& queue : queues) {
    std::vector<RedisCommand> more = lengths_of(broker.key_prefix + queue);
    lengths = more.size();
    std::move(more.begin(), more.end(), std::back_inserter(commands));
  }
  commands.push_back({"HLEN", broker.key_prefix + "unacked"});
  co_await redis.say(std::move(commands));
  for (std::size_t i = 0; i < others; ++i) co_await redis.hear();
  for (const std::string& queue : queues) co_await hear_sum(redis, lengths, std::string(depth_family) + queue, answer);
  co_await hear_sum(redis, 1, "unacked", answer);
}

}  // namespace

Task<CeleryAnswer> ask_by_redis(ProbeContext& context, CeleryRedis broker, CeleryQuestion question,
                                Observation& observation) {
  RedisConnection connection = co_await connect_redis(context, broker.endpoint);
  RedisConversation& redis = connection.redis;
  context.enter("ask");
  const Mailbox mailbox = new_mailbox(broker);
  CeleryAnswer answer;
  answer.mailbox = "channel " + broker.channel;
  answer.connected = co_await send_question(redis, asking(broker, question, mailbox));
  co_await hear_replies(context, redis, mailbox, question, answer);
  co_await look_at_queues(redis, broker, question, tidying(question, answer, mailbox), answer);
  redis.finish();
  record_tls(redis.tls_session(), observation);
  if (connection.master) record_master(*connection.master, observation);
  co_return answer;
}

}  // namespace hale
