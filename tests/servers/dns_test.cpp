#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

/// The report for a query for `name` and `type`.
std::string dns_report(const std::string& name, const std::string& type, const std::vector<std::string>& options = {}) {
  std::vector<std::string> arguments{"dns://127.0.0.1:" + server("DNS_PORT") + "/" + name, "--type", type, "--name",
                                     "dns"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Finished finished = run_hale(arguments);
  CHECK(finished.err == "");
  return normalize_report(finished.out);
}

}  // namespace

TEST_SUITE("DNS") {
  TEST_CASE("Records of every type") {
    CHECK(dns_report("web.example.com", "A") == ok_report("dns", "192.0.2.10"));
    CHECK(dns_report("web.example.com", "AAAA") == ok_report("dns", "2001:db8::10"));
    CHECK(dns_report("www.example.com", "CNAME") == ok_report("dns", "web.example.com"));
    CHECK(dns_report("example.com", "MX") == ok_report("dns", "10 mail.example.com, 20 backup.example.com"));
    CHECK(dns_report("example.com", "NS") == ok_report("dns", "ns.example.com"));
    CHECK(dns_report("example.com", "TXT") == ok_report("dns", "v=spf1 -all"));
    CHECK(dns_report("192.0.2.10", "PTR") == ok_report("dns", "web.example.com"));
    CHECK(dns_report("2001:db8::10", "PTR") == ok_report("dns", "web.example.com"));
    CHECK(dns_report("_ldap._tcp.example.com", "SRV") == ok_report("dns", "1 5 389 ldap.example.com"));
    CHECK(dns_report("example.com", "SOA") ==
          ok_report("dns", "ns.example.com hostmaster.example.com 2026112001 7200 900 1209600 300"));
    CHECK(dns_report("example.com", "CAA") == ok_report("dns", "0 issue \"ca.example.net\""));
  }

  TEST_CASE("Aliases are followed, and round-robin addresses are sorted") {
    CHECK(dns_report("www.example.com", "A") == ok_report("dns", "192.0.2.10"));
    CHECK(dns_report("pool.example.com", "A") == ok_report("dns", "192.0.2.21, 192.0.2.22"));
    CHECK(dns_report("pool.example.com", "A") == ok_report("dns", "192.0.2.21, 192.0.2.22"));
  }

  TEST_CASE("Names and records that do not exist") {
    CHECK(dns_report("none.example.com", "A") == critical_report("dns", "none.example.com does not exist (NXDOMAIN)"));
    CHECK(dns_report("web.example.com", "MX") == critical_report("dns", "web.example.com has no MX record"));
    CHECK(dns_report("other.example.org", "A") ==
          critical_report("dns", "the server refuses to resolve other.example.org (REFUSED)"));
    CHECK(dns_report("none.example.com", "A", {"-e", "rcode=NXDOMAIN"}) ==
          ok_report("dns", "none.example.com does not exist (NXDOMAIN)"));
  }

  TEST_CASE("An answer that is too long for UDP uses TCP") {
    const std::string report = dns_report("big.example.com", "TXT", {"-v", "-e", "answers=8", "-e", "ttl=5min"});
    CHECK(report.starts_with("OK: dns \u2013 1000"));
    CHECK(report.find("\n tcp TIME ") != std::string::npos);
  }
}

}  // namespace hale::testing
