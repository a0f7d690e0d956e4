#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
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
std::vector<Question> questions_in(const std::vector<std::string>& asked) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> commands{
      {{"key:", "GET"}, {"llen:", "LLEN"}, {"ttl:", "PTTL"}}};
  std::vector<Question> questions;
  for (const std::string& name : asked) {
    const auto known = [&](const Question& question) { return question.name == name; };
    if (std::any_of(questions.begin(), questions.end(), known)) continue;
    for (const auto& [family, command] : commands) {
      if (name.starts_with(family)) questions.push_back({name, {std::string(command), name.substr(family.size())}});
    }
  }
  return questions;
}

/// Throws Unhealthy when the server refuses, as it does for a key of another type.
void tell_key(const Question& question, const RedisReply& reply, Observation& seen) {
  const std::string& command = question.command.front();
  if (reply.is_error()) throw Unhealthy(fmt::format("{} {}: {}", command, question.command.back(), explain(reply)));
  if (reply.type == RedisReply::Type::nothing || reply.type == RedisReply::Type::list) return;
  if (command == "GET") {
    seen.facts.push_back(Fact{question.name, reply.text});
    return;
  }
  const auto number = parse_number(reply.text);
  const bool is_time = command == "PTTL";
  // PTTL says -2 without the key and -1 for one that lives for ever.
  if (!number || *number < 0) return;
  seen.measures.push_back(is_time ? Measure{question.name, Quantity{*number / 1000, Unit::seconds}}
                                  : Measure{question.name, Quantity{*number}});
}

/// Speaks against sentinels that sent us to a server which is no master.
void judge_sentinel(const RedisMaster& master, const std::string& service, Observation& seen) {
  for (const Fact& fact : seen.facts) {
    if (fact.name != "role" || fact.text == "master") continue;
    seen.claims.push_back(Claim{State::critical,
                                fmt::format("sentinel {} calls {} the master of {}, but it is a {}", master.sentinel,
                                            host_and_port(master.host, master.port), service, fact.text),
                                "role"});
    break;
  }
}

class RedisProbe : public Probe {
 public:
  RedisProbe(RedisPlace place, std::vector<std::string> asked)
      : place_(std::move(place)), asked_(std::move(asked)), questions_(questions_in(asked_)) {}

  Task<Observation> observe(Net& net) override {
    RedisConnection connection = co_await connect_redis(net, place_);
    RedisConversation& redis = connection.redis;
    net.enter("ask");
    co_await redis.say(commands());
    const RedisReply pong = co_await redis.hear();
    if (pong.is_error()) throw Unhealthy(explain(pong));
    if (pong.text != "PONG") throw Unhealthy(fmt::format("PING was answered by {}", wrong_words(pong)));
    Observation seen;
    seen.summary = "PONG";
    tell_tls(redis.tls_session(), seen);
    co_await look_around(redis, seen);
    if (connection.master) {
      judge_sentinel(*connection.master, place_.sentinels.service, seen);
      tell_master(*connection.master, seen);
    }
    redis.finish();
    co_return seen;
  }

 private:
  std::vector<RedisCommand> commands() const {
    std::vector<RedisCommand> all{command_of("PING"), command_of("INFO")};
    for (const Question& question : questions_) all.push_back(question.command);
    return all;
  }

  /// A user who may only PING is well all the same: what INFO does not say is left out.
  Task<void> look_around(RedisConversation& redis, Observation& seen) {
    const RedisReply info = co_await redis.hear();
    if (!info.is_error()) tell_info(info.text, asked_, seen);
    for (const Question& question : questions_) {
      const RedisReply reply = co_await redis.hear();
      tell_key(question, reply, seen);
    }
    if (info.is_error() || info_field(info.text, "cluster_enabled") != "1") co_return;
    const RedisReply cluster = co_await redis.ask(command_of("CLUSTER INFO"));
    if (!cluster.is_error()) tell_cluster(cluster.text, seen);
  }

  RedisPlace place_;
  std::vector<std::string> asked_;
  std::vector<Question> questions_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  RedisPlace place = read_redis_place(target, environment);
  const std::vector<std::string_view> asked = target.asked();
  return std::make_unique<RedisProbe>(std::move(place), std::vector<std::string>(asked.begin(), asked.end()));
}

constexpr std::array<std::string_view, 4> schemes{"redis", "rediss", "redis+unix", "redis+sentinel"};
constexpr std::array<OptionSpec, 7> options{{
    {sentinel_password_option, '\0', "PASSWORD", "log in to the sentinels with PASSWORD; @FILE reads it", Scope::target,
     false, "", "", true},
    cacert_option,
    insecure_option,
    cert_option,
    key_option,
    tls_min_option,
    server_name_option,
}};
constexpr std::array<NameSpec, 14> facts{{
    {"role", "master, replica or sentinel; left out, as all that INFO tells, when the user may not ask INFO"},
    {"link", "up or down: a replica's link to its master; critical when down, unless a demand on it says otherwise"},
    {"version", "the server's version"},
    {"mode", "standalone, cluster or sentinel"},
    {"cluster", "ok or fail: the state of the cluster; critical unless ok, unless a demand on it says otherwise"},
    {"key:", "the text that KEY holds; asked for when a demand names it", Unit::none, Absence::failed, "KEY"},
    {"info:", "anything else that INFO tells, by its name there", Unit::none, Absence::unknown, "NAME"},
    {"master_address", "where a sentinel says that the master is"},
    {"sentinel_address", "the sentinel that said so"},
    subject_fact,
    issuer_fact,
    names_fact,
    protocol_fact,
    cipher_fact,
}};
constexpr std::array<std::string_view, 6> phases{"sentinel", "dns", "connect", "tls", "login", "ask"};

}  // namespace

extern const Kind redis_kind;
const Kind redis_kind{
    .name = "redis",
    .schemes = schemes,
    .place =
        "[redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB], /PATH/TO/SOCKET or "
        "redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]",
    .meaning = "a Redis server: log in, select the database, PING and INFO",
    .detail =
        "Only PONG is healthy. A password that is missing (NOAUTH) or wrong (WRONGPASS), data still loading (LOADING), "
        "a replica without its master (MASTERDOWN), a running script (BUSY) and a failed save (MISCONF) are told "
        "apart, "
        "with the server's own words. A user who may only PING is well: what INFO would tell is left out. A replica "
        "whose link to its master is down is critical unless --expect or --prefer on link says otherwise (-e "
        "link=down, "
        "--prefer link=up), and a cluster is unless its state is ok. Keys are looked at when a demand names them "
        "(key:NAME, "
        "llen:NAME, ttl:NAME). Without a password in the address, REDISCLI_AUTH is used. rediss:// speaks TLS; "
        "redis+unix:///PATH?db=1 or a path is a unix socket. redis+sentinel:// asks the sentinels in turn, each for a "
        "share of the time, where the master of SERVICE is, and probes that; user and password are those of the "
        "master, "
        "--sentinel-password is the sentinels'.",
    .example = "hale redis://localhost:6379 --expect role=master --expect 'version>=7'",
    .options = options,
    .measures = redis_measures,
    .facts = facts,
    .phases = phases,
    .library = redis_library,
    .make = make,
};

}  // namespace hale
