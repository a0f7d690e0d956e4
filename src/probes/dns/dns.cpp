#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/resolve.hpp"
#include "probes/dns/answer.hpp"
#include "probes/dns/question.hpp"
#include "probes/dns/servers.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t max_summary_bytes = 120;

class DnsProbe : public Probe {
 public:
  explicit DnsProbe(DnsTarget target) : target_(std::move(target)) {}

  Task<Observation> observe(ProbeContext& context) override {
    const std::vector<DnsServer> servers = co_await name_servers(context);
    const DnsReply reply = co_await query_in_turn(context, servers, target_.question);
    co_return record_reply(reply);
  }

 private:
  Task<std::vector<DnsServer>> name_servers(ProbeContext& context) const {
    if (target_.host.empty()) co_return system_name_servers();
    const std::vector<std::string> addresses = co_await resolve(context, target_.host);
    std::vector<DnsServer> servers;
    for (const std::string& address : addresses) servers.push_back(DnsServer{address, target_.port});
    co_return servers;
  }

  Observation record_reply(const DnsReply& reply) const {
    const DnsAnswer& answer = reply.answer;
    const std::string text = fmt::format("{}", fmt::join(answer.records, ", "));
    Observation observation;
    if (answer.rcode != "NOERROR") {
      observation.summary = describe_error(answer.rcode);
      observation.claims.push_back(Claim{State::critical, observation.summary, "rcode"});
    } else if (answer.records.empty()) {
      observation.summary = fmt::format("{} has no {} record", target_.name, target_.type);
      observation.claims.push_back(Claim{State::critical, observation.summary, "answers"});
    } else {
      observation.summary = truncate_bytes(text, max_summary_bytes);
    }
    observation.metrics.push_back(Metric{"answers", Quantity{static_cast<double>(answer.records.size())}});
    if (answer.ttl)
      observation.metrics.push_back(Metric{"ttl", Quantity{static_cast<double>(*answer.ttl), Unit::seconds}});
    observation.facts = {Fact{"answer", text}, Fact{"rcode", answer.rcode}, Fact{"server", reply.server}};
    return observation;
  }

  std::string describe_error(const std::string& rcode) const {
    if (rcode == "NXDOMAIN") return fmt::format("{} does not exist (NXDOMAIN)", target_.name);
    if (rcode == "SERVFAIL") return fmt::format("the server failed to resolve {} (SERVFAIL)", target_.name);
    if (rcode == "REFUSED") return fmt::format("the server refuses to resolve {} (REFUSED)", target_.name);
    if (rcode == "NOTIMP") return "the server does not support such queries (NOTIMP)";
    if (rcode == "FORMERR") return "the server does not understand the query (FORMERR)";
    return fmt::format("the server answered {}", rcode);
  }

  DnsTarget target_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  return std::make_unique<DnsProbe>(read_dns_target(target));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{.name = "dns", .default_port = 53}});
constexpr auto syntaxes = std::to_array<std::string_view>({"dns://[SERVER[:PORT]]/NAME[?type=TYPE]", "NAME"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when the name has a record of the type. A name that does not exist (NXDOMAIN), a name without such a record, "
    "and a server that fails (SERVFAIL) or refuses (REFUSED) are CRITICAL. A condition on rcode or answers replaces "
    "this rule.",
    "hale asks SERVER alone, at each of its addresses in turn. Without SERVER it asks the nameservers in "
    "/etc/resolv.conf and ignores the other lines there, /etc/hosts and nsswitch.conf: NAME is complete, and no search "
    "domain is added.",
    "When an answer is too long for UDP, hale asks again over TCP; this is a phase. Records are written as in a zone "
    "file, names without the final dot, the strings of a TXT record joined. With --type PTR, hale looks up an address "
    "under in-addr.arpa or ip6.arpa.",
});
constexpr auto options = std::to_array<OptionSpec>({
    {.name = "type",
     .value = "TYPE",
     .meaning = "the type of record to look up (A), as ?type=TYPE in the address",
     .choices = dns_types},
});
constexpr auto metrics = std::to_array<NameSpec>({
    {.name = "answers", .meaning = "the number of records of the type"},
    {.name = "ttl",
     .meaning = "how long the answer may be cached: the lowest TTL of the records",
     .unit = Unit::seconds,
     .absence = Absence::failed},
});
constexpr auto facts = std::to_array<NameSpec>({
    {.name = "answer", .meaning = "the data of the records, sorted and separated by ', '; empty without records"},
    {.name = "rcode", .meaning = "the response code: NOERROR, NXDOMAIN, SERVFAIL, REFUSED or another"},
    {.name = "server", .meaning = "the address and port of the server that answered"},
});
constexpr auto phases = std::to_array<std::string_view>({"dns", "ask", "tcp"});

}  // namespace

extern const Kind dns_kind;
const Kind dns_kind{
    .name = "dns",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a DNS name: look up its records",
    .detail = detail,
    .example = "hale dns://localhost/example.com --type MX -e 'answer~10 mail' -w ttl=60:",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = dns_library,
    .make = make,
    .descriptors = 2,  // UDP and TCP
};

}  // namespace hale
