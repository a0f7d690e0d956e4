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

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void record_server(const AmqpTable& server, const std::string& virtual_host, Observation& observation) {
  const auto reported = [&](const char* property) {
    const auto found = server.find(property);
    return found == server.end() ? std::string() : found->second;
  };
  constexpr std::array<std::pair<const char*, const char*>, 3> properties{
      {{"server", "product"}, {"version", "version"}, {"cluster", "cluster_name"}}};
  for (const auto& [fact, property] : properties) {
    if (std::string text = reported(property); !text.empty()) observation.facts.push_back(Fact{fact, std::move(text)});
  }
  const std::string name = reported("product") + " " + reported("version");
  observation.summary = fmt::format("{}, vhost {}", trim(name).empty() ? "AMQP 0-9-1" : trim(name), virtual_host);
}

/// One that belongs to another connection is there, which is all that may be known; any other refusal is critical.
void record_refusal(const AmqpQueue& queue, Observation& observation) {
  if (queue.refusal->code != AmqpRefusal::resource_locked) {
    observation.claims.push_back(Claim{State::critical, queue.refusal->words});
    return;
  }
  constexpr std::string_view why = "exclusive to another connection";
  observation.summary += fmt::format(", {}: {}", queue.name, why);
  for (const std::string_view family : {messages_family, consumers_family})
    observation.notes.push_back(Note{fmt::format("{}{}", family, queue.name), std::string(why)});
}

void record_queues(const std::vector<AmqpQueue>& queues, Observation& observation) {
  std::optional<std::uint64_t> most;
  std::optional<std::uint64_t> fewest;
  std::vector<Metric> each;
  for (const AmqpQueue& queue : queues) {
    if (queue.refusal) {
      record_refusal(queue, observation);
      continue;
    }
    observation.summary += fmt::format(", {}: {}, {}", queue.name, counted(queue.messages, "message"),
                                       counted(queue.consumers, "consumer"));
    const auto number = [](std::uint64_t count) { return Quantity{static_cast<double>(count)}; };
    each.push_back(Metric{fmt::format("{}{}", messages_family, queue.name), number(queue.messages)});
    each.push_back(Metric{fmt::format("{}{}", consumers_family, queue.name), number(queue.consumers)});
    most = std::max(most.value_or(0), queue.messages);
    fewest = std::min(fewest.value_or(queue.consumers), queue.consumers);
  }
  if (most) observation.metrics.push_back(Metric{"messages", Quantity{static_cast<double>(*most)}});
  if (fewest) observation.metrics.push_back(Metric{"consumers", Quantity{static_cast<double>(*fewest)}});
  observation.metrics.insert(observation.metrics.end(), each.begin(), each.end());
}

void record_alarm(const std::string& reason, Observation& observation) {
  observation.facts.push_back(Fact{std::string(alarm_fact), reason.empty() ? "none" : reason});
  if (reason.empty()) return;
  observation.claims.push_back(
      Claim{State::critical, fmt::format("nobody may publish: {}", reason), std::string(alarm_fact)});
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
      const AmqpQueue queue = co_await amqp.look_at(name);
      queues.push_back(queue);
    }
    record_queues(queues, observation);
    record_tls(amqp.tls_session(), observation);
    const std::string alarm = co_await amqp.leave();
    if (amqp.reports_alarms()) record_alarm(alarm, observation);
    co_return observation;
  }

 private:
  AmqpEndpoint endpoint_;
  std::vector<std::string> queues_;
};

/// Those of --queue and those that a demand speaks of, each once.
std::vector<std::string> asked_queues(const Target& target) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    constexpr std::size_t most = 255;
    if (name.empty() || name.size() > most)
      throw UsageError(fmt::format("the name of a queue has 1 to {} bytes; write --queue NAME", most));
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
  std::vector<std::string> queues = asked_queues(target);
  const std::vector<std::string_view> requested = target.requested();
  for (const std::string_view metric : {"messages", "consumers"}) {
    if (queues.empty() && std::find(requested.begin(), requested.end(), metric) != requested.end())
      throw UsageError(fmt::format("{} are those of queues; write --queue NAME", metric));
  }
  target.address = url.shown(amqp_port(url));
  return std::make_unique<AmqpProbe>(std::move(endpoint), std::move(queues));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"amqp", 5672}, {"amqps", 5671}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[amqp[s]://][USER:PASSWORD@]HOST[:PORT][/VHOST]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"AMQP 0-9-1, as RabbitMQ speaks it. A wrong password, a virtual host that there is not or that the user may not "
     "use, and a queue that there is not are critical, in the server's own words. So is an alarm, low on memory or "
     "disk, unless --expect or --prefer on alarm says otherwise (--prefer alarm=none): the server then lets nobody "
     "publish. hale finds that out by the beginning of a message that it never ends: it needs no permission, and "
     "nothing is published. A server with an alarm reads no goodbye either: it notices within 10 seconds that hale is "
     "gone, and its log says so. A queue that is exclusive to another connection is there, but its numbers are not "
     "told. Without a user it is guest, whom RabbitMQ lets in from its own host alone. Without a path, and with / "
     "alone, the virtual host is /; what stands behind ? in an application's address is left aside."});
constexpr auto options =
    concat(std::to_array<OptionSpec>({
               {queue_option, '\0', "NAME", "look at the queue NAME too: the messages in it and its consumers",
                Scope::target, true},
               {amqp_password_option, '\0', "PASSWORD",
                "log in by PASSWORD instead of one in the address; @FILE reads it", Scope::target, false, "", "", true},
           }),
           tls_options);
constexpr auto metrics =
    concat(std::to_array<NameSpec>({
               {"messages",
                "messages that wait in the fullest of the queues asked for; those that a consumer holds are not "
                "counted"},
               {"consumers", "consumers of the queue asked for that has the fewest"},
               {messages_family, "messages that wait in QUEUE; asked for by --queue, or when a demand names it",
                Unit::none, Absence::unknown, "QUEUE"},
               {consumers_family, "consumers of QUEUE; likewise", Unit::none, Absence::unknown, "QUEUE"},
           }),
           tls_metrics);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {"server", "the server's product, such as RabbitMQ"},
        {"version", "its version"},
        {"cluster", "the name of its cluster, where it has one"},
        {alarm_fact,
         "none, or why nobody may publish, such as low on memory; critical then, unless a demand on it says otherwise"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "login", "ask"});

}  // namespace

extern const Kind amqp_kind;
const Kind amqp_kind{
    .name = "amqp",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a RabbitMQ server: log in, open the virtual host and a channel, look at queues",
    .detail = detail,
    .example = "hale amqp://localhost/ --queue jobs -w messages=1000",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
};

}  // namespace hale
