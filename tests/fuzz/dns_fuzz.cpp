#include "probes/dns/answer.hpp"
#include "tests/fuzz/fuzz.hpp"

/// Whatever a name server says of each type: it is refused, or it has a code, and a time to live where it has records.
void hale::fuzz::look_at(std::string_view text) {
  for (const char* type : {"A", "AAAA", "CNAME", "MX", "NS", "TXT", "PTR", "SRV", "SOA", "CAA"}) {
    try {
      const DnsAnswer answer = read_dns_answer(text, dns_type(type).value());
      hold(!answer.rcode.empty());
      hold(answer.ttl.has_value() == !answer.records.empty());
    } catch (const Unhealthy& unhealthy) {
      hold(*unhealthy.what() != '\0');
    }
  }
}
