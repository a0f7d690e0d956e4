#include "probes/celery/redis_broker.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/number.hpp"
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

constexpr int page_size = 16;  // replies per LRANGE
constexpr std::size_t max_reply_bytes = std::size_t{32} << 20;
constexpr milliseconds max_pause{50};
// A silent worker may still reply when its task is done, hours later. If the list had expired by then, the reply would
// create a new one without a time to live.
constexpr int late_reply_seconds = 24 * 60 * 60;
// All named workers have replied. Another worker of the same name may still do so.
constexpr int namesake_seconds = 60;

/// A poll's ticket and the list that the workers push their replies to.
struct ReplyList {
  std::string name;  ///< as workers get it: they add the prefix themselves
  std::string key;   ///< with the prefix
  std::string ticket;
};

ReplyList new_reply_list(const CeleryRedis& broker) {
  const std::string ticket = random_name();
  // The reply queues of Celery's own clients end like this, so an ACL for such clients allows it.
  const std::string name = fmt::format("hale-{}.reply.{}", ticket, broker.control_exchange);
  return ReplyList{name, broker.key_prefix + name, ticket};
}

[[noreturn]] void throw_refusal(const RedisReply& reply) {
  if (reply.error_code() == "READONLY")
    throw Unhealthy(fmt::format("the broker is a replica, which accepts no messages ({})", reply.text));
  throw Unhealthy(describe_error(reply));
}

/// One transaction, so that the list never exists without a time to live, and no worker gets the command when the list
/// cannot be created. The list needs a first entry to exist: a worker that replies to a list that is gone would create
/// it without a time to live.
std::vector<RedisCommand> publish_commands(const CeleryRedis& broker, const CeleryRequest& request,
                                           const ReplyList& list) {
  const std::string command = celery_command(request.workers, list.ticket, list.name);
  return {parse_command("MULTI"),
          {"RPUSH", list.key, "hale"},
          {"EXPIRE", list.key, fmt::format("{}", broker.key_seconds)},
          {"PUBLISH", broker.channel, redis_message(command, broker.control_exchange, list.ticket)},
          parse_command("EXEC")};
}

/// Returns how many clients received the command.
Task<double> send_request(RedisClient& redis, std::vector<RedisCommand> commands) {
  const std::size_t count = commands.size();
  co_await redis.send(std::move(commands));
  RedisReply reply;
  for (std::size_t i = 0; i < count; ++i) {
    reply = co_await redis.receive();
    if (reply.is_error()) throw_refusal(reply);
  }
  const auto listeners = reply.items.size() == 3 ? parse_number(reply.items.back()) : std::nullopt;
  if (!listeners || *listeners < 0) throw Unhealthy(fmt::format("unexpected reply to EXEC: {}", describe_reply(reply)));
  co_return *listeners;
}

/// Reads the replies after the first `read` ones. Workers push at the head, so replies are read from the tail, where
/// new ones do not move them; the very last entry is the one that created the list.
RedisCommand next_replies_command(const ReplyList& list, std::size_t read) {
  return {"LRANGE", list.key, fmt::format("-{}", read + 1 + page_size), fmt::format("-{}", read + 2)};
}

/// Polls for replies until all have arrived, or until a tenth of the remaining time is left: that is for the lengths of
/// the queues and for removing the list.
Task<void> receive_replies(ProbeContext& context, RedisClient& redis, const ReplyList& list,
                           const CeleryRequest& request, WorkerPollResult& result) {
  const Duration begin = context.remaining();
  const Duration reserve = context.remaining_share(10);
  milliseconds delay{1};
  std::size_t bytes = 0;
  while (!is_complete(request, result) && context.remaining() > reserve) {
    RedisReply replies = co_await redis.call(next_replies_command(list, result.replies.size()));
    if (replies.is_error()) throw_refusal(replies);
    if (replies.type != RedisReply::Type::list)
      throw Unhealthy(fmt::format("unexpected reply to LRANGE: {}", describe_reply(replies)));
    std::reverse(replies.items.begin(), replies.items.end());
    for (const std::string& message : replies.items) {
      bytes += message.size() + sizeof(CeleryReply);
      if (bytes > max_reply_bytes) throw Unhealthy("the workers' answers are longer than 32 MiB");
      result.replies.push_back(read_redis_message(message, list.ticket));
    }
    if (!replies.items.empty()) result.reply_time = begin - context.remaining();
    if (replies.items.size() >= page_size) continue;
    if (is_complete(request, result)) break;
    co_await sleep_for(context,
                       std::min<Duration>(delay, std::max<Duration>(context.remaining() - reserve, Duration::zero())));
    delay = std::min(delay * 2, max_pause);
  }
}

/// Deletes the list when every client that got the command has replied. Otherwise empties it and lets it expire later:
/// a late reply to a deleted list would create it again, and it would stay for ever.
std::vector<RedisCommand> cleanup_commands(const CeleryRequest& request, const WorkerPollResult& result,
                                           const ReplyList& list) {
  const double replies = static_cast<double>(result.replies.size());
  if (replies >= result.connected.value_or(0)) return {{"DEL", list.key}};
  const int seconds = is_complete(request, result) ? namesake_seconds : late_reply_seconds;
  return {{"LTRIM", list.key, "-1", "-1"}, {"EXPIRE", list.key, fmt::format("{}", seconds)}};
}

/// The lengths of a queue's lists, one for each priority (kombu/transport/redis.py, _q_for_pri). Which ones exist
/// depends on the application's priority_steps, so all ten are measured.
std::vector<RedisCommand> length_commands(const std::string& key) {
  std::vector<RedisCommand> commands{{"LLEN", key}};
  for (int step = 1; step <= 9; ++step) commands.push_back({"LLEN", fmt::format("{}\x06\x16{}", key, step)});
  return commands;
}

/// Receives `count` numbers and adds their sum as the metric `name`, or a note when the broker refuses.
Task<void> receive_sum(RedisClient& redis, std::size_t count, std::string name, WorkerPollResult& result) {
  double sum = 0;
  std::string refusal;
  for (std::size_t i = 0; i < count; ++i) {
    const RedisReply reply = co_await redis.receive();
    if (reply.is_error()) refusal = describe_error(reply);
    sum += parse_number(reply.text).value_or(0);
  }
  if (refusal.empty()) {
    result.counts.push_back(Metric{std::move(name), Quantity{sum}});
  } else {
    result.notes.push_back(Note{std::move(name), std::move(refusal)});
  }
}

/// Measures the queues after `commands`, whose replies do not matter.
Task<void> count_queues(RedisClient& redis, const CeleryRedis& broker, const CeleryRequest& request,
                        std::vector<RedisCommand> commands, WorkerPollResult& result) {
  const std::size_t ignored = commands.size();
  const std::vector<std::string> queues = queues_to_count(request, result.replies);
  std::size_t lengths = 0;
  for (const std::string& queue : queues) {
    std::vector<RedisCommand> more = length_commands(broker.key_prefix + queue);
    lengths = more.size();
    std::move(more.begin(), more.end(), std::back_inserter(commands));
  }
  commands.push_back({"HLEN", broker.key_prefix + "unacked"});
  co_await redis.send(std::move(commands));
  for (std::size_t i = 0; i < ignored; ++i) co_await redis.receive();
  for (const std::string& queue : queues)
    co_await receive_sum(redis, lengths, std::string(queue_family) + queue, result);
  co_await receive_sum(redis, 1, "unacked", result);
}

}  // namespace

Task<WorkerPollResult> poll_over_redis(ProbeContext& context, CeleryRedis broker, CeleryRequest request,
                                       Observation& observation) {
  RedisConnection connection = co_await connect_redis(context, broker.endpoint);
  RedisClient& redis = connection.redis;
  context.enter("ask");
  const ReplyList list = new_reply_list(broker);
  WorkerPollResult result;
  result.control_channel = "channel " + broker.channel;
  result.connected = co_await send_request(redis, publish_commands(broker, request, list));
  co_await receive_replies(context, redis, list, request, result);
  co_await count_queues(redis, broker, request, cleanup_commands(request, result, list), result);
  redis.shutdown_write();
  record_tls(redis.tls_session(), observation);
  if (connection.master) record_master(*connection.master, observation);
  co_return result;
}

}  // namespace hale
