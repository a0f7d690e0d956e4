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
  explicit CeleryProbe(CeleryTarget endpoint) : endpoint_(std::move(endpoint)) {}

  Task<Observation> observe(ProbeContext& context) override {
    Observation observation;
    const CeleryAnswer answer = co_await ask(context, observation);
    record_workers(endpoint_.question, answer, observation);
    co_return observation;
  }

 private:
  Task<CeleryAnswer> ask(ProbeContext& context, Observation& observation) {
    if (const CeleryAmqp* amqp = std::get_if<CeleryAmqp>(&endpoint_.broker))
      co_return co_await ask_by_amqp(context, *amqp, endpoint_.question, observation);
    co_return co_await ask_by_redis(context, std::get<CeleryRedis>(endpoint_.broker), endpoint_.question, observation);
  }

  CeleryTarget endpoint_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  return std::make_unique<CeleryProbe>(read_celery_target(target, environment));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"celery+redis", 6379},
                                                    {"celery+rediss", 6379},
                                                    {"celery+redis+unix"},
                                                    {"celery+redis+socket"},
                                                    {"celery+redis+sentinel", 26379},
                                                    {"celery+sentinel", 26379},
                                                    {"celery+amqp", 5672},
                                                    {"celery+amqps", 5671}});
constexpr auto syntaxes = std::to_array<std::string_view>(
    {"[celery+]redis[s]://[[USER:]PASSWORD@]HOST[:PORT][/DB]", "redis+socket:///PATH?virtual_host=DB",
     "sentinel://HOST[:PORT];...", "[celery+]amqp[s]://[USER:PASSWORD@]HOST[:PORT][/VHOST]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"The broker passes the question on to every connected worker, or to those that --worker names, as celery inspect "
     "does; no Python runs. A worker answers while its tasks run, but for one with the solo pool, which answers "
     "between tasks. Critical: no worker connected (told at once), none that answers, a named one that does not, none "
     "that consumes a queue, a --queue that none consumes. Warning, when none is named: some are silent or consume "
     "nothing while others do. Silent is who has not answered when nine tenths of the time are over. Whoever else "
     "listens at the workers' channel counts as a silent worker; on a Redis Cluster only who listens at the node asked "
     "is counted. Workers with worker_enable_remote_control off, or whose accept_content lacks json, cannot be heard. "
     "Depths are those of Celery's own sep and of priority_steps from 0 to 9. hale writes one list of its own, "
     "hale-DIGITS.reply.celery.pidbox, never without a time to live: it is removed when all have answered; else it is "
     "emptied and gone after a minute, or after a day when a worker was silent, who may answer late; when hale is "
     "killed, after ten minutes and -t. An ACL has to allow that key, the channel, SELECT, MULTI, EXEC, RPUSH, EXPIRE, "
     "PUBLISH, LRANGE, LTRIM and DEL, and for the depths LLEN and HLEN. Without a password in the address "
     "REDISCLI_AUTH is used. In a rediss:// address ssl_cert_reqs=none, ssl_ca_certs, ssl_certfile and ssl_keyfile "
     "count as --insecure, --cacert, --cert and --key. RabbitMQ (amqp, amqps) does not say who is connected, only that "
     "nobody is, and keeps nothing of hale's: there, when no worker is named, who has not answered within 0.2 s after "
     "the last one, or twice the time that took, is not waited for, unless a demand on workers wants more or the "
     "queues have more consumers than have answered: those count as silent workers."});
constexpr auto options = concat(
    std::to_array<OptionSpec>({
        {"worker", '\0', "NAME", "ask the worker NAME, such as celery@%h (%h: this host's name), and not all of them",
         Scope::target, true},
        {"queue", '\0', "NAME", "critical unless a worker that answers consumes the queue NAME", Scope::target, true},
        {"global-keyprefix", '\0', "PREFIX", "what stands before every key, as in Celery's broker_transport_options"},
        {"control-exchange", '\0', "NAME", "Celery's control_exchange (celery)"},
        {"fanout-prefix", '\0', "PREFIX", "what stands before the channel, likewise: true, false or a text (true)"},
        {"master-name", '\0', "NAME", "the service that sentinel:// brokers are asked for, likewise"},
        {sentinel_password_option, '\0', "PASSWORD", "log in to the sentinels with PASSWORD; @FILE reads it",
         Scope::target, false, "", "", true},
    }),
    tls_options);
constexpr auto metrics =
    concat(std::to_array<NameSpec>({
               {"workers", "workers that answered"},
               {"workers_connected",
                "workers that the broker passed the question on to, whatever their names; over AMQP those of whom it "
                "is known"},
               {"workers_silent",
                "connected workers that did not answer, or of the named ones those; when others did, a warning above "
                "0, unless a "
                "demand on it says otherwise"},
               {"workers_consuming",
                "workers that consume a queue; a warning when others do not, unless a demand on it says otherwise"},
               {"reply_time", "from the question to the last answer", Unit::seconds},
               {"queue:",
                "tasks that wait in the queue NAME, all priorities together; told of every queue that is consumed (of "
                "more than 100 the first), and of NAME when a demand or --queue names it",
                Unit::none, Absence::unknown, "NAME"},
               {"unacked",
                "tasks that workers have taken and not finished, all queues of the database together; "
                "not over AMQP"},
           }),
           tls_metrics);
constexpr auto facts =
    concat(std::to_array<NameSpec>({
               {"worker", "the names of the workers that answered, sorted and with ', ' between them"},
               {"queues", "the queues that they consume, likewise"},
               {"master_address", "where a sentinel says that the broker is"},
               {"sentinel_address", "the sentinel that said so"},
           }),
           tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"sentinel", "dns", "connect", "tls", "login", "ask"});

}  // namespace

extern const Kind celery_kind;
const Kind celery_kind{
    .name = "celery",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "Celery workers, by their broker: who is alive, who consumes which queue, how much waits",
    .detail = detail,
    .example = "hale --celery redis://localhost:6379/0 --queue celery -w queue:celery=1000",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = redis_library,
    .make = make,
};

}  // namespace hale
