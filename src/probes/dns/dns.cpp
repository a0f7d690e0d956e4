#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/resolve.hpp"
#include "probes/dns/question.hpp"
#include "probes/dns/servers.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t shown_bytes = 120;

class DnsProbe : public Probe {
 public:
  explicit DnsProbe(DnsTarget endpoint) : endpoint_(std::move(endpoint)) {}

  Task<Observation> observe(ProbeContext& context) override {
    const std::vector<DnsServer> servers = co_await name_servers(context);
    const DnsReply reply = co_await ask_in_turn(context, servers, endpoint_.question);
    co_return look_at(reply);
  }

 private:
  Task<std::vector<DnsServer>> name_servers(ProbeContext& context) const {
    if (endpoint_.host.empty()) co_return system_name_servers();
    const std::vector<std::string> addresses = co_await resolve(context, endpoint_.host);
    std::vector<DnsServer> servers;
    for (const std::string& address : addresses) servers.push_back(DnsServer{address, endpoint_.port});
    co_return servers;
  }

  Observation look_at(const DnsReply& reply) const {
    const DnsAnswer& answer = reply.answer;
    const std::string text = fmt::format("{}", fmt::join(answer.records, ", "));
    Observation observation;
    if (answer.rcode != "NOERROR") {
      observation.summary = error_words(answer.rcode);
      observation.claims.push_back(Claim{State::critical, observation.summary, "rcode"});
    } else if (answer.records.empty()) {
      observation.summary = fmt::format("{} has no {} record", endpoint_.name, endpoint_.type);
      observation.claims.push_back(Claim{State::critical, observation.summary, "answers"});
    } else {
      observation.summary = truncate_bytes(text, shown_bytes);
    }
    observation.metrics.push_back(Metric{"answers", Quantity{static_cast<double>(answer.records.size())}});
    if (answer.ttl)
      observation.metrics.push_back(Metric{"ttl", Quantity{static_cast<double>(*answer.ttl), Unit::seconds}});
    observation.facts = {Fact{"answer", text}, Fact{"rcode", answer.rcode}, Fact{"server", reply.server}};
    return observation;
  }

  std::string error_words(const std::string& rcode) const {
    if (rcode == "NXDOMAIN") return fmt::format("{} does not exist (NXDOMAIN)", endpoint_.name);
    if (rcode == "SERVFAIL") return fmt::format("the server cannot find out about {} (SERVFAIL)", endpoint_.name);
    if (rcode == "REFUSED") return fmt::format("the server refuses to answer for {} (REFUSED)", endpoint_.name);
    if (rcode == "NOTIMP") return fmt::format("the server does not answer such questions (NOTIMP)");
    if (rcode == "FORMERR") return "the server does not understand the question (FORMERR)";
    return fmt::format("the server answers {}", rcode);
  }

  DnsTarget endpoint_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  return std::make_unique<DnsProbe>(read_dns_target(target));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"dns", 53}});
constexpr auto syntaxes = std::to_array<std::string_view>({"dns://[SERVER[:PORT]]/NAME[?type=TYPE]", "NAME"});
constexpr auto detail = std::to_array<std::string_view>(
    {"A name that does not exist (NXDOMAIN), one without a record of the type, and a server that fails (SERVFAIL) or "
     "refuses (REFUSED) are critical, each in a sentence of its own; a condition on rcode or answers replaces that. "
     "SERVER is asked alone, at every one of its addresses in turn. Without it the nameserver lines of "
     "/etc/resolv.conf say who is asked; nothing else counts, neither its other lines nor /etc/hosts and "
     "nsswitch.conf: NAME is always whole, and no domain is added to it. An answer that is too long for UDP is asked "
     "for again by TCP, which is a phase of its own. Data are written as in a zone file, names without their last dot, "
     "the strings of a TXT record joined. With --type PTR an address is asked for under in-addr.arpa or ip6.arpa."});
constexpr auto options = std::to_array<OptionSpec>({
    {"type", '\0', "TYPE", "what records to ask for (A), as ?type=TYPE in the address does", Scope::target, false,
     "A|AAAA|CNAME|MX|NS|TXT|PTR|SRV|SOA|CAA"},
});
constexpr auto metrics = std::to_array<NameSpec>({
    {"answers", "how many records of the type there are"},
    {"ttl", "how long the answer may be kept, the least of its records", Unit::seconds, Absence::failed},

});
constexpr auto facts = std::to_array<NameSpec>({
    {"answer", "the data of the records, sorted and with ', ' between them; empty when there are none"},
    {"rcode", "NOERROR, NXDOMAIN, SERVFAIL, REFUSED or another of DNS' own words"},
    {"server", "the address and port of the server that answered"},

});
constexpr auto phases = std::to_array<std::string_view>({"dns", "ask", "tcp"});

}  // namespace

extern const Kind dns_kind;
const Kind dns_kind{
    .name = "dns",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a name in DNS: ask for its records",
    .detail = detail,
    .example = "hale dns://localhost/example.com --type MX -e 'answer~10 mail' -w ttl=60:",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = dns_library,
    .make = make,
    .descriptors = 2,  // by UDP and by TCP
};

}  // namespace hale
