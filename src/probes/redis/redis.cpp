#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
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

/// A demand on a key and the command that answers it.
struct Question {
  std::string name;  ///< of the fact or measure: "llen:jobs"
  RedisCommand command;
};

/// What the demands ask of keys, each once.
std::vector<Question> questions_in(const std::vector<std::string>& requested) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> commands{
      {{"key:", "GET"}, {"llen:", "LLEN"}, {"ttl:", "PTTL"}}};
  std::vector<Question> questions;
  for (const std::string& name : requested) {
    const auto known = [&](const Question& question) { return question.name == name; };
    if (std::any_of(questions.begin(), questions.end(), known)) continue;
    for (const auto& [family, command] : commands) {
      if (name.starts_with(family)) questions.push_back({name, {std::string(command), name.substr(family.size())}});
    }
  }
  return questions;
}

/// Throws Unhealthy when the server refuses, as it does for a key of another type.
void record_key(const Question& question, const RedisReply& reply, Observation& observation) {
  const std::string& command = question.command.front();
  if (reply.is_error()) throw Unhealthy(fmt::format("{} {}: {}", command, question.command.back(), explain(reply)));
  if (reply.type == RedisReply::Type::nothing || reply.type == RedisReply::Type::list) return;
  if (command == "GET") {
    observation.facts.push_back(Fact{question.name, reply.text});
    return;
  }
  const auto number = parse_number(reply.text);
  const bool is_time = command == "PTTL";
  // PTTL says -2 without the key and -1 for one that lives for ever.
  if (!number || *number < 0) return;
  observation.metrics.push_back(is_time ? Metric{question.name, Quantity{*number / 1000, Unit::seconds}}
                                        : Metric{question.name, Quantity{*number}});
}

/// Speaks against sentinels that sent us to a server which is no master.
void judge_sentinel(const RedisMaster& master, const std::string& service, Observation& observation) {
  for (const Fact& fact : observation.facts) {
    if (fact.name != "role" || fact.text == "master") continue;
    observation.claims.push_back(
        Claim{State::critical,
              fmt::format("sentinel {} calls {} the master of {}, but it is a {}", master.sentinel,
                          host_and_port(master.host, master.port), service, fact.text),
              "role"});
    break;
  }
}

class RedisProbe : public Probe {
 public:
  RedisProbe(RedisEndpoint endpoint, std::vector<std::string> requested)
      : endpoint_(std::move(endpoint)), asked_(std::move(requested)), questions_(questions_in(asked_)) {}

  Task<Observation> observe(ProbeContext& context) override {
    RedisConnection connection = co_await connect_redis(context, endpoint_);
    RedisConversation& redis = connection.redis;
    context.enter("ask");
    co_await redis.say(commands());
    const RedisReply pong = co_await redis.hear();
    if (pong.is_error()) throw Unhealthy(explain(pong));
    if (pong.text != "PONG") throw Unhealthy(fmt::format("PING was answered by {}", describe_reply(pong)));
    Observation observation;
    observation.summary = "PONG";
    record_tls(redis.tls_session(), observation);
    co_await look_around(redis, observation);
    if (connection.master) {
      judge_sentinel(*connection.master, endpoint_.sentinels.service, observation);
      record_master(*connection.master, observation);
    }
    redis.finish();
    co_return observation;
  }

 private:
  std::vector<RedisCommand> commands() const {
    std::vector<RedisCommand> all{parse_command("PING"), parse_command("INFO")};
    for (const Question& question : questions_) all.push_back(question.command);
    return all;
  }

  /// A user who may only PING is well all the same: what INFO does not say is left out.
  Task<void> look_around(RedisConversation& redis, Observation& observation) {
    const RedisReply info = co_await redis.hear();
    if (!info.is_error()) record_info(info.text, asked_, observation);
    for (const Question& question : questions_) {
      const RedisReply reply = co_await redis.hear();
      record_key(question, reply, observation);
    }
    if (info.is_error() || info_field(info.text, "cluster_enabled") != "1") co_return;
    const RedisReply cluster = co_await redis.ask(parse_command("CLUSTER INFO"));
    if (!cluster.is_error()) record_cluster(cluster.text, observation);
  }

  RedisEndpoint endpoint_;
  std::vector<std::string> asked_;
  std::vector<Question> questions_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  RedisEndpoint endpoint = read_redis_endpoint(target, environment);
  const std::vector<std::string_view> requested = target.requested();
  return std::make_unique<RedisProbe>(std::move(endpoint),
                                      std::vector<std::string>(requested.begin(), requested.end()));
}

constexpr auto schemes =
    std::to_array<SchemeSpec>({{"redis", 6379}, {"rediss", 6379}, {"redis+unix"}, {"redis+sentinel", 26379}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB]", "/PATH/TO/SOCKET",
                                     "redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"Only PONG is healthy. A password that is missing (NOAUTH) or wrong (WRONGPASS), data still loading (LOADING), a "
     "replica without its master (MASTERDOWN), a running script (BUSY) and a failed save (MISCONF) are told apart, "
     "with the server's own words. A user who may only PING is well: what INFO would tell is left out. A replica whose "
     "link to its master is down is critical unless --expect or --prefer on link says otherwise (-e link=down, "
     "--prefer link=up), and a cluster is unless its state is ok. Keys are looked at when a demand names them "
     "(key:NAME, llen:NAME, ttl:NAME). Without a password in the address, REDISCLI_AUTH is used. rediss:// speaks TLS; "
     "redis+unix:///PATH?db=1 or a path is a unix socket. redis+sentinel:// asks the sentinels in turn, each for a "
     "share of the time, where the master of SERVICE is, and probes that; user and password are those of the master, "
     "--sentinel-password is the sentinels'."});
constexpr auto options =
    concat(std::to_array<OptionSpec>({
               {sentinel_password_option, '\0', "PASSWORD", "log in to the sentinels with PASSWORD; @FILE reads it",
                Scope::target, false, "", "", true},
           }),
           tls_options);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {"role", "master, replica or sentinel; left out, as all that INFO tells, when the user may not ask INFO"},
        {"link",
         "up or down: a replica's link to its master; critical when down, unless a demand on it says otherwise"},
        {"version", "the server's version"},
        {"mode", "standalone, cluster or sentinel"},
        {"cluster", "ok or fail: the state of the cluster; critical unless ok, unless a demand on it says otherwise"},
        {"key:", "the text that KEY holds; asked for when a demand names it", Unit::none, Absence::failed, "KEY"},
        {"info:", "anything else that INFO tells, by its name there", Unit::none, Absence::unknown, "NAME"},
        {"master_address", "where a sentinel says that the master is"},
        {"sentinel_address", "the sentinel that said so"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"sentinel", "dns", "connect", "tls", "login", "ask"});

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
};

}  // namespace hale
