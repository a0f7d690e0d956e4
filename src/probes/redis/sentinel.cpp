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

std::optional<std::uint16_t> find_port(std::string_view text) {
  try {
    return parse_port(text);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

/// Parses the reply to `SENTINEL get-master-addr-by-name` (redis.io, "Sentinel API"): a host and a port, or a null
/// reply when the sentinel does not watch the service.
RedisMaster parse_master(const RedisReply& reply, const std::string& service) {
  if (reply.is_error()) throw Unhealthy(describe_error(reply));
  if (reply.type == RedisReply::Type::nothing)
    throw Unhealthy(fmt::format("does not watch a service named {}", service));
  if (reply.items.size() == 2 && !reply.items[0].empty()) {
    if (const auto port = find_port(reply.items[1])) return RedisMaster{reply.items[0], *port};
  }
  const std::string text = reply.items.empty() ? reply.text : fmt::format("{}", fmt::join(reply.items, " "));
  throw Unhealthy(fmt::format("expected a host and a port, got \"{}\"", truncate_bytes(text, 60)));
}

Task<RedisMaster> query_sentinel(ProbeContext& context, RedisSentinels sentinels, RedisSentinels::Endpoint endpoint) {
  RedisClient client(co_await dial(context, endpoint.host, endpoint.port));
  if (!sentinels.password.empty()) {
    context.enter("login");
    RedisCommand login = parse_command("AUTH");
    login.push_back(sentinels.password.reveal());
    const RedisReply reply = co_await client.call(login);
    if (reply.is_error()) throw Unhealthy(describe_error(reply));
  }
  context.enter("ask");
  RedisCommand query = parse_command("SENTINEL get-master-addr-by-name");
  query.push_back(sentinels.service);
  const RedisReply reply = co_await client.call(query);
  client.shutdown_write();
  RedisMaster master = parse_master(reply, sentinels.service);
  master.sentinel = host_and_port(endpoint.host, endpoint.port);
  co_return master;
}

}  // namespace

Task<RedisMaster> find_master(ProbeContext& context, RedisSentinels sentinels) {
  context.enter("sentinel");
  std::string failures;
  std::size_t remaining = sentinels.endpoints.size();
  for (const RedisSentinels::Endpoint& endpoint : sentinels.endpoints) {
    // One share more than there are sentinels left: the master has to be probed after the last one.
    const Duration limit = context.remaining_share(remaining + 1);
    --remaining;
    ProbeContext step = context.sub_context(limit);
    TimedResult<RedisMaster> result = co_await with_time_limit(step, limit, query_sentinel(step, sentinels, endpoint));
    if (result.value) {
      result.value->failures = failures;
      co_return std::move(*result.value);
    }
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", host_and_port(endpoint.host, endpoint.port),
                            result.error);
  }
  throw Unhealthy(failures);
}

void record_master(const RedisMaster& master, Observation& observation) {
  const std::string endpoint = host_and_port(master.host, master.port);
  observation.summary += fmt::format(", {} reported by sentinel {}", endpoint, master.sentinel);
  if (!master.failures.empty()) observation.summary += fmt::format(" ({})", master.failures);
  observation.facts.push_back(Fact{"master_address", endpoint});
  observation.facts.push_back(Fact{"sentinel_address", master.sentinel});
}

}  // namespace hale
