#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

/// What hale says of `name` and `type`, asked of the real server.
std::string said(const std::string& name, const std::string& type, const std::vector<std::string>& options = {}) {
  std::vector<std::string> words{"dns://127.0.0.1:" + server("DNS_PORT") + "/" + name, "--type", type, "--name", "dns"};
  words.insert(words.end(), options.begin(), options.end());
  const Finished finished = run_hale(words);
  CHECK(finished.err == "");
  return settled(finished.out);
}

}  // namespace

TEST_SUITE("DNS") {
  TEST_CASE("Records of every type") {
    CHECK(said("web.example.com", "A") == well("dns", "192.0.2.10"));
    CHECK(said("web.example.com", "AAAA") == well("dns", "2001:db8::10"));
    CHECK(said("www.example.com", "CNAME") == well("dns", "web.example.com"));
    CHECK(said("example.com", "MX") == well("dns", "10 mail.example.com, 20 backup.example.com"));
    CHECK(said("example.com", "NS") == well("dns", "ns.example.com"));
    CHECK(said("example.com", "TXT") == well("dns", "v=spf1 -all"));
    CHECK(said("192.0.2.10", "PTR") == well("dns", "web.example.com"));
    CHECK(said("2001:db8::10", "PTR") == well("dns", "web.example.com"));
    CHECK(said("_ldap._tcp.example.com", "SRV") == well("dns", "1 5 389 ldap.example.com"));
    CHECK(said("example.com", "SOA") ==
          well("dns", "ns.example.com hostmaster.example.com 2026112001 7200 900 1209600 300"));
    CHECK(said("example.com", "CAA") == well("dns", "0 issue \"ca.example.net\""));
  }

  TEST_CASE("An alias leads to its addresses, and a round robin is always the same") {
    CHECK(said("www.example.com", "A") == well("dns", "192.0.2.10"));
    CHECK(said("pool.example.com", "A") == well("dns", "192.0.2.21, 192.0.2.22"));
    CHECK(said("pool.example.com", "A") == well("dns", "192.0.2.21, 192.0.2.22"));
  }

  TEST_CASE("What is not there") {
    CHECK(said("none.example.com", "A") == unwell("dns", "none.example.com does not exist (NXDOMAIN)"));
    CHECK(said("web.example.com", "MX") == unwell("dns", "web.example.com has no MX record"));
    CHECK(said("other.example.org", "A") ==
          unwell("dns", "the server refuses to answer for other.example.org (REFUSED)"));
    CHECK(said("none.example.com", "A", {"-e", "rcode=NXDOMAIN"}) ==
          well("dns", "none.example.com does not exist (NXDOMAIN)"));
  }

  TEST_CASE("What is too long for UDP comes by TCP") {
    const std::string report = said("big.example.com", "TXT", {"-v", "-e", "answers=8", "-e", "ttl=5min"});
    CHECK(report.starts_with("OK: dns \u2013 1000"));
    CHECK(report.find("\n tcp TIME ") != std::string::npos);
  }
}

}  // namespace hale::testing
