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
  explicit DnsProbe(DnsPlace place) : place_(std::move(place)) {}

  Task<Observation> observe(Net& net) override {
    const std::vector<DnsServer> servers = co_await name_servers(net);
    const DnsReply reply = co_await ask_in_turn(net, servers, place_.question);
    co_return look_at(reply);
  }

 private:
  Task<std::vector<DnsServer>> name_servers(Net& net) const {
    if (place_.host.empty()) co_return system_name_servers();
    const std::vector<std::string> addresses = co_await resolve(net, place_.host);
    std::vector<DnsServer> servers;
    for (const std::string& address : addresses) servers.push_back(DnsServer{address, place_.port});
    co_return servers;
  }

  Observation look_at(const DnsReply& reply) const {
    const DnsAnswer& answer = reply.answer;
    const std::string text = fmt::format("{}", fmt::join(answer.records, ", "));
    Observation seen;
    if (answer.rcode != "NOERROR") {
      seen.summary = error_words(answer.rcode);
      seen.claims.push_back(Claim{State::critical, seen.summary, "rcode"});
    } else if (answer.records.empty()) {
      seen.summary = fmt::format("{} has no {} record", place_.name, place_.type);
      seen.claims.push_back(Claim{State::critical, seen.summary, "answers"});
    } else {
      seen.summary = shorten(text, shown_bytes);
    }
    seen.measures.push_back(Measure{"answers", Quantity{static_cast<double>(answer.records.size())}});
    if (answer.ttl) seen.measures.push_back(Measure{"ttl", Quantity{static_cast<double>(*answer.ttl), Unit::seconds}});
    seen.facts = {Fact{"answer", text}, Fact{"rcode", answer.rcode}, Fact{"server", reply.server}};
    return seen;
  }

  std::string error_words(const std::string& rcode) const {
    if (rcode == "NXDOMAIN") return fmt::format("{} does not exist (NXDOMAIN)", place_.name);
    if (rcode == "SERVFAIL") return fmt::format("the server cannot find out about {} (SERVFAIL)", place_.name);
    if (rcode == "REFUSED") return fmt::format("the server refuses to answer for {} (REFUSED)", place_.name);
    if (rcode == "NOTIMP") return fmt::format("the server does not answer such questions (NOTIMP)");
    if (rcode == "FORMERR") return "the server does not understand the question (FORMERR)";
    return fmt::format("the server answers {}", rcode);
  }

  DnsPlace place_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  return std::make_unique<DnsProbe>(read_dns_place(target));
}

constexpr std::array<std::string_view, 1> schemes{"dns"};
constexpr std::array<OptionSpec, 1> options{{
    {"type", '\0', "TYPE", "what records to ask for (A), as ?type=TYPE in the address does", Scope::target, false,
     "A|AAAA|CNAME|MX|NS|TXT|PTR|SRV|SOA|CAA"},
}};
constexpr std::array<NameSpec, 2> measures{{
    {"answers", "how many records of the type there are"},
    {"ttl", "how long the answer may be kept, the least of its records", Unit::seconds, Absence::failed},
}};
constexpr std::array<NameSpec, 3> facts{{
    {"answer", "the data of the records, sorted and with ', ' between them; empty when there are none"},
    {"rcode", "NOERROR, NXDOMAIN, SERVFAIL, REFUSED or another of DNS' own words"},
    {"server", "the address and port of the server that answered"},
}};
constexpr std::array<std::string_view, 3> phases{"dns", "ask", "tcp"};

}  // namespace

extern const Kind dns_kind;
const Kind dns_kind{
    .name = "dns",
    .schemes = schemes,
    .place = "dns://[SERVER[:PORT]]/NAME[?type=TYPE] or NAME",
    .meaning = "a name in DNS: ask for its records",
    .detail =
        "A name that does not exist (NXDOMAIN), one without a record of the type, and a server that fails (SERVFAIL) "
        "or refuses (REFUSED) are critical, each in a sentence of its own; a condition on rcode or answers replaces "
        "that. SERVER is asked alone, at every one of its addresses in turn. Without it the nameserver lines of "
        "/etc/resolv.conf say who is asked; nothing else counts, neither its other lines nor /etc/hosts and "
        "nsswitch.conf: NAME is always whole, and no domain is added to it. An answer that is too long for UDP is "
        "asked for again by TCP, which is a phase of its own. Data are written as in a zone file, names without their "
        "last dot, the strings of a TXT record joined. With --type PTR an address is asked for under in-addr.arpa or "
        "ip6.arpa.",
    .example = "hale dns://localhost/example.com --type MX -e 'answer~10 mail' -w ttl=60:",
    .options = options,
    .measures = measures,
    .facts = facts,
    .phases = phases,
    .library = dns_library,
    .make = make,
    .descriptors = 2,  // by UDP and by TCP
};

}  // namespace hale
