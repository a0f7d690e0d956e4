#include <array>
#include <utility>
#include <variant>

#include "base/concat.hpp"
#include "core/environment.hpp"
#include "probes/celery/amqp_broker.hpp"
#include "probes/celery/broker.hpp"
#include "probes/celery/observation.hpp"
#include "probes/celery/redis_broker.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"
#include "probes/redis/resp.hpp"

namespace hale {
namespace {

class CeleryProbe : public Probe {
 public:
  explicit CeleryProbe(CeleryTarget celery) : celery_(std::move(celery)) {}

  Task<Observation> observe(ProbeContext& context) override {
    Observation observation;
    const WorkerPollResult result = co_await poll(context, observation);
    record_workers(celery_.request, result, observation);
    co_return observation;
  }

 private:
  Task<WorkerPollResult> poll(ProbeContext& context, Observation& observation) {
    if (const CeleryAmqp* amqp = std::get_if<CeleryAmqp>(&celery_.broker))
      co_return co_await poll_over_amqp(context, *amqp, celery_.request, observation);
    co_return co_await poll_over_redis(context, std::get<CeleryRedis>(celery_.broker), celery_.request, observation);
  }

  CeleryTarget celery_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  return std::make_unique<CeleryProbe>(read_celery_target(target, environment));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"celery+redis", redis_port},
                                                    {"celery+rediss", redis_port},
                                                    {"celery+redis+unix"},
                                                    {"celery+redis+socket"},
                                                    {"celery+redis+sentinel", redis_sentinel_port},
                                                    {"celery+sentinel", redis_sentinel_port},
                                                    {"celery+amqp", amqp_port},
                                                    {"celery+amqps", amqps_port}});
constexpr auto syntaxes = std::to_array<std::string_view>(
    {"[celery+]redis[s]://[[USER:]PASSWORD@]HOST[:PORT][/DB]", "redis+socket:///PATH?virtual_host=DB",
     "sentinel://HOST[:PORT];...", "[celery+]amqp[s]://[USER:PASSWORD@]HOST[:PORT][/VHOST]"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when all workers, or those of --worker, answer and consume a queue. Critical when no worker is connected, no "
    "worker answers, one of --worker does not answer, no worker consumes any queue, or no worker consumes a --queue. "
    "Without --worker it is a warning when only some workers are silent or consume nothing.",
    "hale sends a control command through the broker, as celery inspect does; no Python runs. A worker answers while "
    "its "
    "tasks run, but with the solo pool only between tasks. A worker that has not answered after nine tenths of the "
    "timeout is silent.",
    "Workers with worker_enable_remote_control off, or without json in accept_content, do not answer. Over Redis, any "
    "other client that listens on the workers' channel counts as a silent worker, and on a Redis Cluster only the "
    "listeners of the node in the address count.",
    "hale writes one list into Redis, hale-DIGITS.reply.celery.pidbox, never without an expiry. It deletes the list "
    "when "
    "all workers have answered. Otherwise it empties the list, which expires after a minute, or after a day when a "
    "silent worker may answer late. When hale is killed, the list expires after ten minutes plus the timeout.",
    "An ACL of Redis must allow that key, the workers' channel, and the commands SELECT, MULTI, EXEC, RPUSH, EXPIRE, "
    "PUBLISH, LRANGE, LTRIM and DEL, and LLEN and HLEN for the lengths of queues. These are right for Celery's default "
    "sep and for priority_steps from 0 to 9.",
    "In a rediss:// address the query parameters ssl_cert_reqs=none, ssl_ca_certs, ssl_certfile and ssl_keyfile work "
    "as "
    "--insecure, --cacert, --cert and --key do.",
    "RabbitMQ (amqp, amqps) does not report which workers are connected, only that none is, and keeps nothing of "
    "hale's. "
    "Without --worker, hale stops waiting 0.2 s after the last answer, or after twice the time that it took.",
    "It waits longer for as many workers as a condition on workers requires, and when a queue has more consumers than "
    "workers that answered: those count as silent workers.",
});
constexpr auto options = concat(
    std::to_array<OptionSpec>({
        {.name = "worker",
         .value = "NAME",
         .meaning = "ask the worker NAME, such as celery@%h (%h: the name of this host), instead of all",
         .repeatable = true},
        {.name = "queue",
         .value = "NAME",
         .meaning = "critical unless a worker that answers consumes the queue NAME",
         .repeatable = true},
        {.name = "global-keyprefix",
         .value = "PREFIX",
         .meaning = "the prefix of every key: global_keyprefix in Celery's broker_transport_options"},
        {.name = "control-exchange", .value = "NAME", .meaning = "Celery's control_exchange (celery)"},
        {.name = "fanout-prefix",
         .value = "PREFIX",
         .meaning = "the prefix of the channel: fanout_prefix in broker_transport_options; true, false or a text "
                    "(true)"},
        {.name = "master-name",
         .value = "NAME",
         .meaning = "the service to ask sentinel:// brokers for: master_name in broker_transport_options"},
        {.name = sentinel_password_option,
         .value = "PASSWORD",
         .meaning = "log in to the sentinels with PASSWORD; @FILE reads it from FILE",
         .secret = true},
    }),
    tls_options);
constexpr auto metrics = concat(
    std::to_array<NameSpec>({
        {.name = "workers", .meaning = "workers that answered"},
        {.name = "workers_connected",
         .meaning = "workers that the broker passed the command to, whatever their names; over AMQP, those that are "
                    "known to be connected"},
        {.name = "workers_silent",
         .meaning = "connected workers, or those of --worker, that did not answer; a warning above 0 when others did, "
                    "unless a condition says otherwise"},
        {.name = "workers_consuming",
         .meaning = "workers that consume a queue; a warning when others do not, unless a condition says otherwise"},
        {.name = "reply_time", .meaning = "from the command to the last answer", .unit = Unit::seconds},
        {.name = queue_family,
         .meaning = "tasks that wait in the queue NAME, of all priorities, for each queue that is consumed (the first "
                    "100) or that --queue or a condition names",
         .example = "NAME"},
        {.name = "unacked",
         .meaning = "tasks that workers have taken and not finished, of all queues in the database; not over AMQP"},
    }),
    tls_metrics);
constexpr auto facts =
    concat(std::to_array<NameSpec>({
               {.name = "worker", .meaning = "the names of the workers that answered, sorted and separated by ', '"},
               {.name = "queues", .meaning = "the queues that they consume, sorted and separated by ', '"},
               {.name = "master_address", .meaning = "the broker's address, as a sentinel reports it"},
               {.name = "sentinel_address", .meaning = "the sentinel that reported it"},
           }),
           tls_facts);
constexpr auto environment_variables =
    concat(std::to_array<VariableSpec>({{"REDISCLI_AUTH", "the password of Redis, when the address has none"}}),
           tls_environment);
constexpr auto phases = std::to_array<std::string_view>({"sentinel", "dns", "connect", "tls", "login", "ask"});

}  // namespace

extern const Kind celery_kind;
const Kind celery_kind{
    .name = "celery",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "Celery workers, by their broker: which ones answer, which queues they consume, how many tasks wait",
    .detail = detail,
    .example = "hale --celery redis://localhost:6379/0 --queue celery -w queue:celery=1000",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = redis_library,
    .make = make,
    .environment = environment_variables,
};

}  // namespace hale
