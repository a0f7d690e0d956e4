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
  throw Unhealthy(fmt::format("instead of a host and a port came \"{}\"", shorten(words, 60)));
}

Task<RedisMaster> ask_sentinel(Net& net, RedisSentinels sentinels, RedisSentinels::Place place) {
  RedisConversation sentinel(co_await dial(net, place.host, place.port));
  if (!sentinels.password.empty()) {
    net.enter("login");
    RedisCommand login = command_of("AUTH");
    login.push_back(sentinels.password.reveal());
    const RedisReply reply = co_await sentinel.ask(login);
    if (reply.is_error()) throw Unhealthy(explain(reply));
  }
  net.enter("ask");
  RedisCommand question = command_of("SENTINEL get-master-addr-by-name");
  question.push_back(sentinels.service);
  const RedisReply answer = co_await sentinel.ask(question);
  sentinel.finish();
  RedisMaster master = master_in(answer, sentinels.service);
  master.sentinel = host_and_port(place.host, place.port);
  co_return master;
}

}  // namespace

Task<RedisMaster> find_master(Net& net, RedisSentinels sentinels) {
  net.enter("sentinel");
  std::string failures;
  std::size_t left = sentinels.places.size();
  for (const RedisSentinels::Place& place : sentinels.places) {
    const Duration limit = net.share(left + 1);
    --left;
    Net part = net.part(limit);
    Attempt<RedisMaster> answer = co_await attempt(part, limit, ask_sentinel(part, sentinels, place));
    if (answer.result) {
      answer.result->failures = failures;
      co_return std::move(*answer.result);
    }
    failures +=
        fmt::format("{}{}: {}", failures.empty() ? "" : "; ", host_and_port(place.host, place.port), answer.trouble);
  }
  throw Unhealthy(failures);
}

void tell_master(const RedisMaster& master, Observation& seen) {
  const std::string place = host_and_port(master.host, master.port);
  seen.summary += fmt::format(", {} by sentinel {}", place, master.sentinel);
  if (!master.failures.empty()) seen.summary += fmt::format(" ({})", master.failures);
  seen.facts.push_back(Fact{"master_address", place});
  seen.facts.push_back(Fact{"sentinel_address", master.sentinel});
}

}  // namespace hale
