#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"
#include "probes/redis/connection.hpp"
#include "probes/redis/endpoint.hpp"
#include "probes/redis/info.hpp"
#include "probes/redis/resp.hpp"

namespace hale {
namespace {

/// A fact or metric of one key, and the command that reads it.
struct KeyQuery {
  std::string name;  ///< "llen:jobs"
  RedisCommand command;
};

/// The commands for the names in `requested` that are about keys, without duplicates.
std::vector<KeyQuery> key_queries(const std::vector<std::string>& requested) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> commands{
      {{"key:", "GET"}, {"llen:", "LLEN"}, {"ttl:", "PTTL"}}};
  std::vector<KeyQuery> queries;
  for (const std::string& name : requested) {
    const auto has_name = [&](const KeyQuery& query) { return query.name == name; };
    if (std::any_of(queries.begin(), queries.end(), has_name)) continue;
    for (const auto& [family, command] : commands) {
      if (name.starts_with(family)) queries.push_back({name, {std::string(command), name.substr(family.size())}});
    }
  }
  return queries;
}

/// Adds the reply as a fact or metric. Throws Unhealthy for an error reply: a key of the wrong type (WRONGTYPE), of
/// another cluster node (MOVED) or that the user may not read (NOPERM).
void record_key(const KeyQuery& query, const RedisReply& reply, Observation& observation) {
  const std::string& command = query.command.front();
  if (reply.is_error()) throw Unhealthy(fmt::format("{} {}: {}", command, query.command.back(), describe_error(reply)));
  if (reply.type == RedisReply::Type::nothing || reply.type == RedisReply::Type::list) return;
  if (command == "GET") {
    observation.facts.push_back(Fact{query.name, reply.text});
    return;
  }
  const auto number = parse_number(reply.text);
  const bool is_duration = command == "PTTL";
  // PTTL returns -2 when the key does not exist and -1 when it never expires.
  if (!number || *number < 0) return;
  observation.metrics.push_back(is_duration ? Metric{query.name, Quantity{*number / 1000, Unit::seconds}}
                                            : Metric{query.name, Quantity{*number}});
}

/// Adds a critical claim when the server that the sentinels named as the master is not one. After a failover, sentinels
/// may name the old master for a while.
void check_sentinel_answer(const RedisMaster& master, const std::string& service, Observation& observation) {
  for (const Fact& fact : observation.facts) {
    if (fact.name != "role" || fact.text == "master") continue;
    observation.claims.push_back(
        Claim{State::critical,
              fmt::format("sentinel {} names {} as the master of {}, but it is a {}", master.sentinel,
                          host_and_port(master.host, master.port), service, fact.text),
              "role"});
    break;
  }
}

class RedisProbe : public Probe {
 public:
  RedisProbe(RedisEndpoint endpoint, std::vector<std::string> requested)
      : endpoint_(std::move(endpoint)), requested_(std::move(requested)), key_queries_(key_queries(requested_)) {}

  Task<Observation> observe(ProbeContext& context) override {
    RedisConnection connection = co_await connect_redis(context, endpoint_);
    RedisClient& redis = connection.redis;
    context.enter("ask");
    co_await redis.send(commands());
    const RedisReply pong = co_await redis.receive();
    if (pong.is_error()) throw Unhealthy(describe_error(pong));
    if (pong.text != "PONG") throw Unhealthy(fmt::format("unexpected reply to PING: {}", describe_reply(pong)));
    Observation observation;
    observation.summary = "PONG";
    record_tls(redis.tls_session(), observation);
    co_await read_info(redis, observation);
    if (connection.master) {
      check_sentinel_answer(*connection.master, endpoint_.sentinels.service, observation);
      record_master(*connection.master, observation);
    }
    redis.shutdown_write();
    co_return observation;
  }

 private:
  /// Everything that can be sent before the first reply, to need one round trip only.
  std::vector<RedisCommand> commands() const {
    std::vector<RedisCommand> all{parse_command("PING"), parse_command("INFO")};
    for (const KeyQuery& query : key_queries_) all.push_back(query.command);
    return all;
  }

  /// Receives the replies after PONG. INFO and CLUSTER INFO may be refused: a monitoring user who is only allowed to
  /// PING still gets OK, without those facts and metrics.
  Task<void> read_info(RedisClient& redis, Observation& observation) {
    const RedisReply info = co_await redis.receive();
    if (!info.is_error()) record_info(info.text, requested_, observation);
    for (const KeyQuery& query : key_queries_) {
      const RedisReply reply = co_await redis.receive();
      record_key(query, reply, observation);
    }
    if (info.is_error() || info_field(info.text, "cluster_enabled") != "1") co_return;
    const RedisReply cluster = co_await redis.call(parse_command("CLUSTER INFO"));
    if (!cluster.is_error()) record_cluster(cluster.text, observation);
  }

  RedisEndpoint endpoint_;
  std::vector<std::string> requested_;  ///< names of facts and metrics in the user's conditions and ranges
  std::vector<KeyQuery> key_queries_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  RedisEndpoint endpoint = read_redis_endpoint(target, environment);
  const std::vector<std::string_view> requested = target.requested();
  return std::make_unique<RedisProbe>(std::move(endpoint),
                                      std::vector<std::string>(requested.begin(), requested.end()));
}

constexpr auto schemes = std::to_array<SchemeSpec>(
    {{"redis", redis_port}, {"rediss", redis_port}, {"redis+unix"}, {"redis+sentinel", redis_sentinel_port}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB]", "/PATH/TO/SOCKET",
                                     "redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"OK when the server answers PING with PONG. CRITICAL when it refuses the connection or the login, answers with an "
     "error such as NOAUTH, WRONGPASS, LOADING, MASTERDOWN, BUSY or MISCONF, or does not answer in time. The message "
     "explains the error and repeats the server's text.",
     "A replica whose link to its master is down is CRITICAL, unless --expect or --prefer has a condition on link (-e "
     "link=down, --prefer link=up). A cluster node is CRITICAL when the cluster's state is not ok, unless a condition "
     "on cluster says otherwise.",
     "A user that may only PING is enough: without permission for INFO, what INFO reports is left out. Keys are read "
     "when a condition or range names them (key:NAME, llen:NAME, ttl:NAME).",
     "rediss:// uses TLS. redis+unix:///PATH?db=1, or a path alone, is a unix socket. Without a password in the "
     "address, REDISCLI_AUTH is used.",
     "redis+sentinel:// asks the sentinels in turn for the master of SERVICE, each for a share of the timeout, and "
     "probes that master. The user and password in the address are the master's; --sentinel-password is for the "
     "sentinels."});
constexpr auto options = concat(std::to_array<OptionSpec>({
                                    {.name = sentinel_password_option,
                                     .value = "PASSWORD",
                                     .meaning = "log in to the sentinels with PASSWORD; @FILE reads it from FILE",
                                     .secret = true},
                                }),
                                tls_options);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {.name = "role",
         .meaning = "master, replica or sentinel; absent, like all of INFO, if the user may not run INFO"},
        {.name = "link",
         .meaning = "up or down: a replica's link to its master; CRITICAL when down, unless a condition on it says "
                    "otherwise"},
        {.name = "version", .meaning = "the server's version"},
        {.name = "mode", .meaning = "standalone, cluster or sentinel"},
        {.name = "cluster",
         .meaning =
             "ok or fail: the state of the cluster; CRITICAL unless ok, unless a condition on it says otherwise"},
        {.name = "key:",
         .meaning = "the string value of KEY; read when a condition names it",
         .absence = Absence::failed,
         .example = "KEY"},
        {.name = "info:", .meaning = "any other field of INFO, by its name there", .example = "NAME"},
        {.name = "master_address", .meaning = "HOST:PORT of the master, as a sentinel reported it"},
        {.name = "sentinel_address", .meaning = "HOST:PORT of that sentinel"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"sentinel", "dns", "connect", "tls", "login", "ask"});
constexpr auto environment_variables = concat(
    std::to_array<VariableSpec>({{"REDISCLI_AUTH", "the password, when the address has none"}}), tls_environment);

}  // namespace

extern const Kind redis_kind;
const Kind redis_kind{
    .name = "redis",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a Redis server: log in, select the database, PING and INFO",
    .detail = detail,
    .example = "hale redis://localhost:6379 --expect role=master --expect 'version>=7'",
    .options = options,
    .metrics = redis_metrics,
    .facts = facts,
    .phases = phases,
    .library = redis_library,
    .make = make,
    .environment = environment_variables,
    .path_meaning = "a socket",
};

}  // namespace hale
