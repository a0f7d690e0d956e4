#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/amqp/connection.hpp"
#include "probes/amqp/endpoint.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
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

void tell_server(const AmqpTable& server, const std::string& virtual_host, Observation& seen) {
  const auto told = [&](const char* property) {
    const auto found = server.find(property);
    return found == server.end() ? std::string() : found->second;
  };
  constexpr std::array<std::pair<const char*, const char*>, 3> properties{
      {{"server", "product"}, {"version", "version"}, {"cluster", "cluster_name"}}};
  for (const auto& [fact, property] : properties) {
    if (std::string text = told(property); !text.empty()) seen.facts.push_back(Fact{fact, std::move(text)});
  }
  const std::string name = told("product") + " " + told("version");
  seen.summary = fmt::format("{}, vhost {}", trim(name).empty() ? "AMQP 0-9-1" : trim(name), virtual_host);
}

/// One that belongs to another connection is there, which is all that may be known; any other refusal is critical.
void tell_refusal(const AmqpQueue& queue, Observation& seen) {
  if (queue.refusal->code != AmqpRefusal::resource_locked) {
    seen.claims.push_back(Claim{State::critical, queue.refusal->words});
    return;
  }
  constexpr std::string_view why = "exclusive to another connection";
  seen.summary += fmt::format(", {}: {}", queue.name, why);
  for (const std::string_view family : {messages_family, consumers_family})
    seen.notes.push_back(Note{fmt::format("{}{}", family, queue.name), std::string(why)});
}

void tell_queues(const std::vector<AmqpQueue>& queues, Observation& seen) {
  std::optional<std::uint64_t> most;
  std::optional<std::uint64_t> fewest;
  std::vector<Measure> each;
  for (const AmqpQueue& queue : queues) {
    if (queue.refusal) {
      tell_refusal(queue, seen);
      continue;
    }
    seen.summary += fmt::format(", {}: {}, {}", queue.name, counted(queue.messages, "message"),
                                counted(queue.consumers, "consumer"));
    const auto number = [](std::uint64_t count) { return Quantity{static_cast<double>(count)}; };
    each.push_back(Measure{fmt::format("{}{}", messages_family, queue.name), number(queue.messages)});
    each.push_back(Measure{fmt::format("{}{}", consumers_family, queue.name), number(queue.consumers)});
    most = std::max(most.value_or(0), queue.messages);
    fewest = std::min(fewest.value_or(queue.consumers), queue.consumers);
  }
  if (most) seen.measures.push_back(Measure{"messages", Quantity{static_cast<double>(*most)}});
  if (fewest) seen.measures.push_back(Measure{"consumers", Quantity{static_cast<double>(*fewest)}});
  seen.measures.insert(seen.measures.end(), each.begin(), each.end());
}

void tell_alarm(const std::string& reason, Observation& seen) {
  seen.facts.push_back(Fact{std::string(alarm_fact), reason.empty() ? "none" : reason});
  if (reason.empty()) return;
  seen.claims.push_back(Claim{State::critical, fmt::format("nobody may publish: {}", reason), std::string(alarm_fact)});
}

class AmqpProbe : public Probe {
 public:
  AmqpProbe(AmqpPlace place, std::vector<std::string> queues) : place_(std::move(place)), queues_(std::move(queues)) {}

  Task<Observation> observe(Net& net) override {
    AmqpConnection amqp = co_await connect_amqp(net, place_);
    net.enter("ask");
    Observation seen;
    tell_server(amqp.server(), place_.virtual_host, seen);
    std::vector<AmqpQueue> queues;
    for (const std::string& name : queues_) {
      const AmqpQueue queue = co_await amqp.look_at(name);
      queues.push_back(queue);
    }
    tell_queues(queues, seen);
    tell_tls(amqp.tls_session(), seen);
    const std::string alarm = co_await amqp.leave();
    if (amqp.tells_of_alarms()) tell_alarm(alarm, seen);
    co_return seen;
  }

 private:
  AmqpPlace place_;
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
  for (const std::string_view name : target.asked()) {
    for (const std::string_view family : {messages_family, consumers_family}) {
      if (name.starts_with(family)) add(name.substr(family.size()));
    }
  }
  return names;
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  Url url = read_place(target, amqp_plain_port);
  AmqpPlace place = read_amqp_place(url, target, environment);
  std::vector<std::string> queues = asked_queues(target);
  const std::vector<std::string_view> asked = target.asked();
  for (const std::string_view measure : {"messages", "consumers"}) {
    if (queues.empty() && std::find(asked.begin(), asked.end(), measure) != asked.end())
      throw UsageError(fmt::format("{} are those of queues; write --queue NAME", measure));
  }
  target.address = url.shown(amqp_port(url));
  return std::make_unique<AmqpProbe>(std::move(place), std::move(queues));
}

constexpr std::array<std::string_view, 2> schemes{"amqp", "amqps"};
constexpr std::array<OptionSpec, 8> options{{
    {queue_option, '\0', "NAME", "look at the queue NAME too: the messages in it and its consumers", Scope::target,
     true},
    {amqp_password_option, '\0', "PASSWORD", "log in by PASSWORD instead of one in the address; @FILE reads it",
     Scope::target, false, "", "", true},
    cacert_option,
    insecure_option,
    cert_option,
    key_option,
    tls_min_option,
    server_name_option,
}};
constexpr std::array<NameSpec, 6> measures{{
    {"messages",
     "messages that wait in the fullest of the queues asked for; those that a consumer holds are not "
     "counted"},
    {"consumers", "consumers of the queue asked for that has the fewest"},
    {messages_family, "messages that wait in QUEUE; asked for by --queue, or when a demand names it", Unit::none,
     Absence::unknown, "QUEUE"},
    {consumers_family, "consumers of QUEUE; likewise", Unit::none, Absence::unknown, "QUEUE"},
    cert_days_measure,
    chain_days_measure,
}};
constexpr std::array<NameSpec, 9> facts{{
    {"server", "the server's product, such as RabbitMQ"},
    {"version", "its version"},
    {"cluster", "the name of its cluster, where it has one"},
    {alarm_fact,
     "none, or why nobody may publish, such as low on memory; critical then, unless a demand on it says otherwise"},
    subject_fact,
    issuer_fact,
    names_fact,
    protocol_fact,
    cipher_fact,
}};
constexpr std::array<std::string_view, 5> phases{"dns", "connect", "tls", "login", "ask"};

}  // namespace

extern const Kind amqp_kind;
const Kind amqp_kind{
    .name = "amqp",
    .schemes = schemes,
    .place = "[amqp[s]://][USER:PASSWORD@]HOST[:PORT][/VHOST]",
    .meaning = "a RabbitMQ server: log in, open the virtual host and a channel, look at queues",
    .detail =
        "AMQP 0-9-1, as RabbitMQ speaks it. A wrong password, a virtual host that there is not or that the user may "
        "not use, and a queue that there is not are critical, in the server's own words. So is an alarm, low on memory "
        "or disk, unless --expect or --prefer on alarm says otherwise (--prefer alarm=none): the server then lets "
        "nobody publish. hale finds that out by the beginning of a message that it never ends: it needs no permission, "
        "and nothing is published. A server with an alarm reads no goodbye either: it notices within 10 seconds that "
        "hale is gone, and its log says so. A queue that is exclusive to another connection is there, but its numbers "
        "are not told. Without a user it is guest, whom RabbitMQ lets in from its own host alone. Without a path, and "
        "with / alone, the virtual host is /; what stands behind ? in an application's address is left aside.",
    .example = "hale amqp://localhost/ --queue jobs -w messages=1000",
    .options = options,
    .measures = measures,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
};

}  // namespace hale
