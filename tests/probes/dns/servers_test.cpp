#include "probes/dns/servers.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/net/loop.hpp"
#include "tests/probes/dns/wire.hpp"
#include "tests/support/fake_name_server.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

FakeNameServer::Script says(unsigned code, std::vector<std::string> records = {}) {
  return [=](const std::string& question) { return answer_to(question, records, recursive + code); };
}

NameServerAnswer silent(const std::string&) { return std::nullopt; }

const std::vector<std::string> home{record(1, "\x7f\0\0\1"s)};

/// "SERVER: RCODE RECORDS (DETOUR)".
std::string requested(const std::vector<DnsServer>& servers, Duration time = std::chrono::seconds(10)) {
  Bench bench(Family::any, time);
  const DnsReply reply = bench.run(ask_in_turn(bench.context, servers, DnsQuestion{"a.example", 1}));
  return fmt::format("{}: {} {} ({})", reply.server, reply.answer.rcode, fmt::join(reply.answer.records, ", "),
                     bench.context.fallback());
}

DnsServer at(const FakeNameServer& server) { return {"127.0.0.1", server.port()}; }

std::string listed(const std::string& text) {
  const TemporaryFolder folder;
  std::string servers;
  for (const DnsServer& server : system_name_servers(folder.write("resolv.conf", text)))
    servers += fmt::format("{} {}\n", server.address, server.port);
  return servers;
}

}  // namespace

TEST_SUITE("dns servers") {
  TEST_CASE("The first server that answers is asked alone") {
    FakeNameServer first(says(0, home));
    FakeNameServer second(says(0));
    CHECK(requested({at(first), at(second)}) == first.endpoint() + ": NOERROR 127.0.0.1 ()");
    CHECK(second.heard().empty());
  }

  TEST_CASE("A name that does not exist is an answer") {
    FakeNameServer first(says(3));
    FakeNameServer second(says(0, home));
    CHECK(requested({at(first), at(second)}) == first.endpoint() + ": NXDOMAIN  ()");
    CHECK(second.heard().empty());
  }

  TEST_CASE("A server that refuses or fails leaves it to the others") {
    FakeNameServer refusing(says(5));
    FakeNameServer failing(says(2));
    FakeNameServer well(says(0, home));
    CHECK(requested({at(refusing), at(failing), at(well)}) ==
          fmt::format("{0}: NOERROR 127.0.0.1 ({0} answered, {1}: REFUSED, {2}: SERVFAIL)", well.endpoint(),
                      refusing.endpoint(), failing.endpoint()));
  }

  TEST_CASE("What the others cannot better is the answer") {
    FakeNameServer failing(says(2));
    const ClosedPort closed;
    CHECK(requested({at(failing), {"127.0.0.1", closed.port()}}) ==
          fmt::format("{0}: SERVFAIL  ({0} answered, 127.0.0.1:{1}: Connection refused)", failing.endpoint(),
                      closed.port()));
  }

  TEST_CASE("Every server that does not answer is named") {
    const ClosedPort closed;
    const ClosedPort other;
    CHECK_THROWS_WITH_AS(
        requested({{"127.0.0.1", closed.port()}, {"127.0.0.1", other.port()}}),
        fmt::format("Connection refused (127.0.0.1:{}), Connection refused (127.0.0.1:{})", closed.port(), other.port())
            .c_str(),
        Unhealthy);
    CHECK_THROWS_WITH_AS(requested({{"127.0.0.1", closed.port()}}), "Connection refused", Unhealthy);
  }

  TEST_CASE("A silent server is asked three times, and then the next one") {
    FakeNameServer mute(silent);
    FakeNameServer well(says(0, home));
    CHECK(requested({at(mute), at(well)}, std::chrono::seconds(3)) ==
          fmt::format("{0}: NOERROR 127.0.0.1 ({0} answered, {1}: no answer)", well.endpoint(), mute.endpoint()));
    CHECK(mute.heard().size() == 3);
  }

  TEST_CASE("A question that is lost is asked again") {
    int count = 0;
    FakeNameServer server([&](const std::string& question) {
      return ++count == 1 ? std::nullopt : NameServerAnswer(answer_to(question, home));
    });
    // c-ares asks again by the machine's clock, here after a second.
    CHECK(requested({at(server)}, std::chrono::seconds(7)) == server.endpoint() + ": NOERROR 127.0.0.1 ()");
    CHECK(server.heard().size() == 2);
  }

  TEST_CASE("The servers of resolv.conf") {
    CHECK(listed("# nameserver 192.0.2.1\nsearch example.com\nnameserver 127.0.0.1\nnameserver ::1\n"
                 "options timeout:1 attempts:9 rotate\nnameserver 127.0.0.2 \n") ==
          "127.0.0.1 53\n::1 53\n127.0.0.2 53\n");
    CHECK(listed("search example.com\n") == "127.0.0.1 53\n");
  }

  TEST_CASE("Names that can be asked for") {
    for (const char* name : {"a", "a.example", "_ldap._tcp.a.example", "0/25.2.0.192.in-addr.arpa", "."})
      CHECK(is_dns_name(name));
    for (const std::string& name : {"a..b"s, ".a"s, std::string(64, 'x'), "x.onion"s}) CHECK_FALSE(is_dns_name(name));
    std::string longest;
    for (int i = 0; i < 127; ++i) longest += "a.";
    CHECK(is_dns_name(longest));
    CHECK_FALSE(is_dns_name("a." + longest));
  }
}

}  // namespace hale::testing
