#include "probes/dns/servers.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/probes/dns/wire.hpp"
#include "tests/support/fake_name_server.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

FakeNameServer::Script answer_with(unsigned code, std::vector<std::string> records = {}) {
  return [=](const std::string& question) { return answer_to(question, records, recursive + code); };
}

NameServerAnswer no_answer(const std::string&) { return std::nullopt; }

const std::vector<std::string> home_records{record(1, "\x7f\0\0\1"s)};

/// Queries `servers`: "SERVER: RCODE RECORDS (FALLBACK)".
std::string query(const std::vector<DnsServer>& servers, Duration time = std::chrono::seconds(10)) {
  LoopFixture fixture(Family::any, time);
  const DnsReply reply = fixture.run(query_in_turn(fixture.context, servers, DnsQuestion{"a.example", 1}));
  return fmt::format("{}: {} {} ({})", reply.server, reply.answer.rcode, fmt::join(reply.answer.records, ", "),
                     fixture.context.fallback());
}

DnsServer server_at(const FakeNameServer& server) { return {"127.0.0.1", server.port()}; }

std::string read_servers(const std::string& text) {
  const TemporaryFolder folder;
  std::string servers;
  for (const DnsServer& server : system_name_servers(folder.write("resolv.conf", text)))
    servers += fmt::format("{} {}\n", server.address, server.port);
  return servers;
}

}  // namespace

TEST_SUITE("dns servers") {
  TEST_CASE("Only the first server is queried if it answers") {
    FakeNameServer first(answer_with(0, home_records));
    FakeNameServer second(answer_with(0));
    CHECK(query({server_at(first), server_at(second)}) == first.endpoint() + ": NOERROR 127.0.0.1 ()");
    CHECK(second.received().empty());
  }

  TEST_CASE("A name that does not exist is an answer") {
    FakeNameServer first(answer_with(3));
    FakeNameServer second(answer_with(0, home_records));
    CHECK(query({server_at(first), server_at(second)}) == first.endpoint() + ": NXDOMAIN  ()");
    CHECK(second.received().empty());
  }

  TEST_CASE("After a server that refuses or fails the next one is queried") {
    FakeNameServer refusing(answer_with(5));
    FakeNameServer failing(answer_with(2));
    FakeNameServer answering(answer_with(0, home_records));
    CHECK(query({server_at(refusing), server_at(failing), server_at(answering)}) ==
          fmt::format("{0}: NOERROR 127.0.0.1 ({0} answered, {1}: REFUSED, {2}: SERVFAIL)", answering.endpoint(),
                      refusing.endpoint(), failing.endpoint()));
  }

  TEST_CASE("A failure counts when no other server has a better answer") {
    FakeNameServer failing(answer_with(2));
    const ClosedPort closed;
    CHECK(query({server_at(failing), {"127.0.0.1", closed.port()}}) ==
          fmt::format("{0}: SERVFAIL  ({0} answered, 127.0.0.1:{1}: Connection refused)", failing.endpoint(),
                      closed.port()));
  }

  TEST_CASE("The error names every server that does not answer") {
    const ClosedPort closed;
    const ClosedPort other;
    CHECK_THROWS_WITH_AS(
        query({{"127.0.0.1", closed.port()}, {"127.0.0.1", other.port()}}),
        fmt::format("Connection refused (127.0.0.1:{}), Connection refused (127.0.0.1:{})", closed.port(), other.port())
            .c_str(),
        Unhealthy);
    CHECK_THROWS_WITH_AS(query({{"127.0.0.1", closed.port()}}), "Connection refused", Unhealthy);
  }

  TEST_CASE("A silent server is queried three times, then the next one") {
    FakeNameServer silent(no_answer);
    FakeNameServer answering(answer_with(0, home_records));
    CHECK(
        query({server_at(silent), server_at(answering)}, std::chrono::seconds(3)) ==
        fmt::format("{0}: NOERROR 127.0.0.1 ({0} answered, {1}: no answer)", answering.endpoint(), silent.endpoint()));
    CHECK(silent.received().size() == 3);
  }

  TEST_CASE("A lost query is sent again") {
    int count = 0;
    FakeNameServer server([&](const std::string& question) {
      return ++count == 1 ? std::nullopt : NameServerAnswer(answer_to(question, home_records));
    });
    // c-ares sends again by the machine's clock, here after a second.
    CHECK(query({server_at(server)}, std::chrono::seconds(7)) == server.endpoint() + ": NOERROR 127.0.0.1 ()");
    CHECK(server.received().size() == 2);
  }

  TEST_CASE("The servers of resolv.conf") {
    CHECK(read_servers("# nameserver 192.0.2.1\nsearch example.com\nnameserver 127.0.0.1\nnameserver ::1\n"
                       "options timeout:1 attempts:9 rotate\nnameserver 127.0.0.2 \n") ==
          "127.0.0.1 53\n::1 53\n127.0.0.2 53\n");
    CHECK(read_servers("search example.com\n") == "127.0.0.1 53\n");
  }

  TEST_CASE("Valid names") {
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
