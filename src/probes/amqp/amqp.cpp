#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/amqp/connection.hpp"
#include "probes/amqp/endpoint.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::string_view queue_option = "queue";
constexpr std::string_view messages_family = "messages:";
constexpr std::string_view consumers_family = "consumers:";
constexpr std::string_view alarm_fact = "alarm";

std::string format_count(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void record_server(const AmqpTable& server, const std::string& virtual_host, Observation& observation) {
  const auto reported = [&](const char* property) {
    const auto found = server.find(property);
    return found == server.end() ? std::string() : found->second;
  };
  constexpr auto properties = std::to_array<std::pair<const char*, const char*>>(
      {{"server", "product"}, {"version", "version"}, {"cluster", "cluster_name"}});
  for (const auto& [fact, property] : properties) {
    if (std::string text = reported(property); !text.empty()) observation.facts.push_back(Fact{fact, std::move(text)});
  }
  const std::string name = reported("product") + " " + reported("version");
  observation.summary = fmt::format("{}, vhost {}", trim(name).empty() ? "AMQP 0-9-1" : trim(name), virtual_host);
}

/// A queue that is exclusive to another connection exists, and the server reports no more than that. Any other refusal
/// is critical.
void record_refusal(const AmqpQueue& queue, Observation& observation) {
  if (queue.refusal->code != AmqpRefusal::resource_locked) {
    observation.claims.push_back(Claim{State::critical, queue.refusal->reason});
    return;
  }
  constexpr std::string_view reason = "exclusive to another connection";
  observation.summary += fmt::format(", {}: {}", queue.name, reason);
  for (const std::string_view family : {messages_family, consumers_family})
    observation.notes.push_back(Note{fmt::format("{}{}", family, queue.name), std::string(reason)});
}

void record_queues(const std::vector<AmqpQueue>& queues, Observation& observation) {
  const auto number = [](std::uint64_t count) { return Quantity{static_cast<double>(count)}; };
  std::optional<std::uint64_t> max_messages;
  std::optional<std::uint64_t> min_consumers;
  std::vector<Metric> metrics_of_queues;
  for (const AmqpQueue& queue : queues) {
    if (queue.refusal) {
      record_refusal(queue, observation);
      continue;
    }
    observation.summary += fmt::format(", {}: {}, {}", queue.name, format_count(queue.messages, "message"),
                                       format_count(queue.consumers, "consumer"));
    metrics_of_queues.push_back(Metric{fmt::format("{}{}", messages_family, queue.name), number(queue.messages)});
    metrics_of_queues.push_back(Metric{fmt::format("{}{}", consumers_family, queue.name), number(queue.consumers)});
    max_messages = std::max(max_messages.value_or(0), queue.messages);
    min_consumers = std::min(min_consumers.value_or(queue.consumers), queue.consumers);
  }
  if (max_messages) observation.metrics.push_back(Metric{"messages", number(*max_messages)});
  if (min_consumers) observation.metrics.push_back(Metric{"consumers", number(*min_consumers)});
  observation.metrics.insert(observation.metrics.end(), metrics_of_queues.begin(), metrics_of_queues.end());
}

void record_alarm(const std::string& reason, Observation& observation) {
  observation.facts.push_back(Fact{std::string(alarm_fact), reason.empty() ? "none" : reason});
  if (reason.empty()) return;
  observation.claims.push_back(
      Claim{State::critical, fmt::format("publishing is blocked: {}", reason), std::string(alarm_fact)});
}

class AmqpProbe : public Probe {
 public:
  AmqpProbe(AmqpEndpoint endpoint, std::vector<std::string> queues)
      : endpoint_(std::move(endpoint)), queues_(std::move(queues)) {}

  Task<Observation> observe(ProbeContext& context) override {
    AmqpConnection amqp = co_await connect_amqp(context, endpoint_);
    context.enter("ask");
    Observation observation;
    record_server(amqp.server(), endpoint_.virtual_host, observation);
    std::vector<AmqpQueue> queues;
    for (const std::string& name : queues_) {
      const AmqpQueue queue = co_await amqp.inspect_queue(name);
      queues.push_back(queue);
    }
    record_queues(queues, observation);
    record_tls(amqp.tls_session(), observation);
    const std::string alarm = co_await amqp.close();
    if (amqp.reports_alarms()) record_alarm(alarm, observation);
    co_return observation;
  }

 private:
  AmqpEndpoint endpoint_;
  std::vector<std::string> queues_;
};

/// The queues of --queue and those that a condition or a range names, each once.
std::vector<std::string> requested_queues(const Target& target) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    constexpr std::size_t max_size = 255;
    if (name.empty() || name.size() > max_size)
      throw UsageError(fmt::format("the name of a queue has 1 to {} bytes; use --queue NAME", max_size));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  for (const std::string_view name : target.values(queue_option)) add(name);
  for (const std::string_view name : target.requested()) {
    for (const std::string_view family : {messages_family, consumers_family}) {
      if (name.starts_with(family)) add(name.substr(family.size()));
    }
  }
  return names;
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  Url url = read_target_url(target);
  AmqpEndpoint endpoint = read_amqp_endpoint(url, target, environment);
  std::vector<std::string> queues = requested_queues(target);
  const std::vector<std::string_view> requested = target.requested();
  for (const std::string_view metric : {"messages", "consumers"}) {
    if (queues.empty() && std::find(requested.begin(), requested.end(), metric) != requested.end())
      throw UsageError(fmt::format("{} is a metric of queues; use --queue NAME", metric));
  }
  target.address = url.shown(endpoint.port);
  return std::make_unique<AmqpProbe>(std::move(endpoint), std::move(queues));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"amqp", amqp_port}, {"amqps", amqps_port}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[amqp[s]://][USER:PASSWORD@]HOST[:PORT][/VHOST]"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when the server accepts the login and the virtual host, and all queues of --queue exist. Critical for a wrong "
    "password, for a virtual host or a queue that does not exist or that the user may not use, and for an alarm; the "
    "message is the server's own.",
    "The server reports an alarm when it is low on memory or disk: it then blocks publishing. --expect or --prefer on "
    "alarm replaces that verdict (--prefer alarm=none).",
    "To find out, hale begins a message that it never completes. That needs no permission, and publishes nothing. A "
    "server with an alarm does not read the end of the connection either: it notices within 10 seconds that hale is "
    "gone, and logs that.",
    "The server does not report the counts of a queue that is exclusive to another connection; such a queue is OK.",
    "Without a user in the address, hale logs in as guest, which RabbitMQ accepts only from its own host. Without a "
    "path "
    "or with the path / the virtual host is /. hale ignores the query (?heartbeat=30), which is for other clients.",
});
constexpr auto options =
    concat(std::to_array<OptionSpec>({
               {.name = queue_option,
                .value = "NAME",
                .meaning = "also check that the queue NAME exists, and count its messages and consumers",
                .repeatable = true},
               {.name = amqp_password_option,
                .value = "PASSWORD",
                .meaning = "log in with PASSWORD instead of one in the address; @FILE reads it from FILE",
                .secret = true},
           }),
           tls_options);
constexpr auto metrics = concat(
    std::to_array<NameSpec>({
        {.name = "messages",
         .meaning = "messages that wait in the fullest of the queues; those that a consumer holds are not counted"},
        {.name = "consumers", .meaning = "consumers of the queue that has the fewest"},
        {.name = messages_family,
         .meaning = "messages that wait in QUEUE, when --queue, a condition or a range names it",
         .example = "QUEUE"},
        {.name = consumers_family,
         .meaning = "consumers of QUEUE, when --queue, a condition or a range names it",
         .example = "QUEUE"},
    }),
    tls_metrics);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {.name = "server", .meaning = "the server's product, such as RabbitMQ"},
        {.name = "version", .meaning = "the server's version"},
        {.name = "cluster", .meaning = "the name of the server's cluster, if it has one"},
        {.name = alarm_fact,
         .meaning = "none, or why publishing is blocked, such as low on memory: critical unless a condition says "
                    "otherwise"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "login", "ask"});

}  // namespace

extern const Kind amqp_kind;
const Kind amqp_kind{
    .name = "amqp",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a RabbitMQ server: log in, open the virtual host and a channel, check queues",
    .detail = detail,
    .example = "hale amqp://localhost/ --queue jobs -w messages=1000",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
    .environment = tls_environment,
};

}  // namespace hale
