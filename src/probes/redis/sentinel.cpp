#include "probes/redis/sentinel.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "net/stream.hpp"
#include "net/timed_result.hpp"
#include "probes/redis/resp.hpp"

namespace hale {
namespace {

std::optional<std::uint16_t> read_port(std::string_view text) {
  try {
    return parse_port(text);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

/// What a sentinel answers to `SENTINEL get-master-addr-by-name` (redis.io, "Sentinel API"): a host and a port, or
/// nothing when it watches no such service.
RedisMaster master_in(const RedisReply& answer, const std::string& service) {
  if (answer.is_error()) throw Unhealthy(explain(answer));
  if (answer.type == RedisReply::Type::nothing) throw Unhealthy(fmt::format("watches no service called {}", service));
  if (answer.items.size() == 2 && !answer.items[0].empty()) {
    if (const auto port = read_port(answer.items[1])) return RedisMaster{answer.items[0], *port};
  }
  const std::string words = answer.items.empty() ? answer.text : fmt::format("{}", fmt::join(answer.items, " "));
  throw Unhealthy(fmt::format("instead of a host and a port came \"{}\"", truncate_bytes(words, 60)));
}

Task<RedisMaster> ask_sentinel(ProbeContext& context, RedisSentinels sentinels, RedisSentinels::Endpoint endpoint) {
  RedisConversation sentinel(co_await dial(context, endpoint.host, endpoint.port));
  if (!sentinels.password.empty()) {
    context.enter("login");
    RedisCommand login = parse_command("AUTH");
    login.push_back(sentinels.password.reveal());
    const RedisReply reply = co_await sentinel.ask(login);
    if (reply.is_error()) throw Unhealthy(explain(reply));
  }
  context.enter("ask");
  RedisCommand question = parse_command("SENTINEL get-master-addr-by-name");
  question.push_back(sentinels.service);
  const RedisReply answer = co_await sentinel.ask(question);
  sentinel.finish();
  RedisMaster master = master_in(answer, sentinels.service);
  master.sentinel = host_and_port(endpoint.host, endpoint.port);
  co_return master;
}

}  // namespace

Task<RedisMaster> find_master(ProbeContext& context, RedisSentinels sentinels) {
  context.enter("sentinel");
  std::string failures;
  std::size_t left = sentinels.endpoints.size();
  for (const RedisSentinels::Endpoint& endpoint : sentinels.endpoints) {
    const Duration limit = context.remaining_share(left + 1);
    --left;
    ProbeContext part = context.sub_context(limit);
    TimedResult<RedisMaster> answer = co_await with_time_limit(part, limit, ask_sentinel(part, sentinels, endpoint));
    if (answer.value) {
      answer.value->failures = failures;
      co_return std::move(*answer.value);
    }
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", host_and_port(endpoint.host, endpoint.port),
                            answer.error);
  }
  throw Unhealthy(failures);
}

void record_master(const RedisMaster& master, Observation& observation) {
  const std::string endpoint = host_and_port(master.host, master.port);
  observation.summary += fmt::format(", {} by sentinel {}", endpoint, master.sentinel);
  if (!master.failures.empty()) observation.summary += fmt::format(" ({})", master.failures);
  observation.facts.push_back(Fact{"master_address", endpoint});
  observation.facts.push_back(Fact{"sentinel_address", master.sentinel});
}

}  // namespace hale
