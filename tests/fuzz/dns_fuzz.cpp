#include "probes/dns/answer.hpp"
#include "tests/fuzz/fuzz.hpp"

/// For each type, an answer is rejected or has a code; it has a TTL if it has records.
void hale::fuzz::fuzz_one(std::string_view text) {
  for (const char* type : {"A", "AAAA", "CNAME", "MX", "NS", "TXT", "PTR", "SRV", "SOA", "CAA"}) {
    try {
      const DnsAnswer answer = read_dns_answer(text, dns_type(type).value());
      check(!answer.rcode.empty());
      check(answer.ttl.has_value() == !answer.records.empty());
    } catch (const Unhealthy& unhealthy) {
      check(*unhealthy.what() != '\0');
    }
  }
}
