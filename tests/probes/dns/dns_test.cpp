#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/probes/dns/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_name_server.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

FakeNameServer::Script answer_with(std::vector<std::string> records, unsigned flags = recursive) {
  return [=](const std::string& question) { return answer_to(question, records, flags); };
}

NameServerAnswer no_answer(const std::string&) { return std::nullopt; }

const std::vector<std::string> home_records{record(1, "\x7f\0\0\2"s), record(1, "\x7f\0\0\1"s, 60)};

std::string url(const FakeNameServer& server, const std::string& rest = "a.example") {
  return fmt::format("dns://{}/{}", server.endpoint(), rest);
}

/// The report on an answer without records and with `code`, but for its last line, the server.
std::string report_for_code(unsigned code, std::vector<std::string> options = {}) {
  FakeNameServer server(answer_with({}, recursive + code));
  options.insert(options.begin(), url(server));
  std::string report = reported(probe_one(options));
  const std::string fact = fmt::format("fact server={}\n", server.endpoint());
  CHECK(report.ends_with(fact));
  return report.substr(0, report.size() - fact.size());
}

}  // namespace

TEST_SUITE("dns") {
  TEST_CASE("A name with addresses is OK") {
    FakeNameServer server(answer_with(home_records));
    const Result result = probe_one({url(server)});
    CHECK(reported(result) == fmt::format("ok: 127.0.0.1, 127.0.0.2\nphases: dns, ask\nmetric answers=2 ok\n"
                                          "metric ttl=60s ok\nfact answer=127.0.0.1, 127.0.0.2\nfact rcode=NOERROR\n"
                                          "fact server={}\n",
                                          server.endpoint()));
    CHECK(result.kind == "dns");
    CHECK(result.address == url(server));
    const auto received = server.received();
    REQUIRE(received.size() == 1);
    CHECK(received[0].first == "udp");
    CHECK(received[0].second == question_for("a.example", 1).substr(2));
  }

  TEST_CASE("A server on IPv6") {
    FakeNameServer server(answer_with(home_records), {}, "::1");
    CHECK(probe_one({url(server)}).message == "127.0.0.1, 127.0.0.2");
  }

  TEST_CASE("The type, as an option or in the address") {
    for (const auto& words : {std::vector<std::string>{"a.example?type=mx"},
                              {"a.example?TYPE=MX"},
                              {"a.example", "--type", "MX"},
                              {"a.example?type=MX", "--type", "MX"}}) {
      FakeNameServer server(answer_with({record(15, number16(10) + labels("mail.example"))}));
      std::vector<std::string> typed = words;
      typed[0] = url(server, typed[0]);
      const Result result = probe_one(typed);
      CHECK(result.message == "10 mail.example");
      CHECK(result.address == url(server, "a.example?type=MX"));
      CHECK(server.received().at(0).second == question_for("a.example", 15).substr(2));
    }
  }

  TEST_CASE("An address is looked up in the reverse tree") {
    const auto query_for = [](const std::string& address) {
      FakeNameServer server(answer_with({record(12, labels("host.example"))}));
      CHECK(probe_one({url(server, address), "--type", "PTR"}).message == "host.example");
      return server.received().at(0).second;
    };
    CHECK(query_for("127.0.0.9") == question_for("9.0.0.127.in-addr.arpa", 12).substr(2));
    CHECK(query_for("2001:DB8::1f") ==
          question_for("f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 12).substr(2));
    CHECK(query_for("9.0.0.127.in-addr.arpa") == question_for("9.0.0.127.in-addr.arpa", 12).substr(2));
  }

  TEST_CASE("Names with escapes") {
    FakeNameServer server(answer_with({record(12, labels("host.example"))}));
    CHECK(probe_one({url(server, "0%2F25.in-addr.arpa."), "--type", "PTR"}).message == "host.example");
    CHECK(server.received().at(0).second == question_for("0/25.in-addr.arpa", 12).substr(2));
  }

  TEST_CASE("A truncated answer is requested again over TCP") {
    FakeNameServer server(answer_with({}, truncated),
                          [](const std::string& question) { return with_length(answer_to(question, home_records)); });
    CHECK(reported(probe_one({url(server)})) ==
          fmt::format("ok: 127.0.0.1, 127.0.0.2\nphases: dns, ask, tcp\nmetric answers=2 ok\nmetric ttl=60s ok\n"
                      "fact answer=127.0.0.1, 127.0.0.2\nfact rcode=NOERROR\nfact server={}\n",
                      server.endpoint()));
    CHECK(server.received().at(1).first == "tcp");
  }

  TEST_CASE("Every error has its own sentence") {
    const std::string no_records = "phases: dns, ask\nmetric answers=0 ok\nfact answer=\nfact rcode=";
    CHECK(report_for_code(3) == "critical: a.example does not exist (NXDOMAIN)\n" + no_records + "NXDOMAIN\n");
    CHECK(report_for_code(2) ==
          "critical: the server failed to resolve a.example (SERVFAIL)\n" + no_records + "SERVFAIL\n");
    CHECK(report_for_code(5) ==
          "critical: the server refuses to resolve a.example (REFUSED)\n" + no_records + "REFUSED\n");
    CHECK(report_for_code(4) ==
          "critical: the server does not support such queries (NOTIMP)\n" + no_records + "NOTIMP\n");
    CHECK(report_for_code(1) ==
          "critical: the server does not understand the query (FORMERR)\n" + no_records + "FORMERR\n");
    CHECK(report_for_code(9) == "critical: the server answered NOTAUTH\n" + no_records + "NOTAUTH\n");
    CHECK(report_for_code(0) == "critical: a.example has no A record\n" + no_records + "NOERROR\n");
  }

  TEST_CASE("A demand takes the place of hale's own judgement") {
    const std::string no_records = "phases: dns, ask\nmetric answers=0 ok";
    CHECK(report_for_code(3, {"-e", "rcode=NXDOMAIN"}) ==
          "ok: a.example does not exist (NXDOMAIN)\n" + no_records + "\nfact answer=\nfact rcode=NXDOMAIN\n");
    CHECK(report_for_code(0, {"-e", "answers=0"}) ==
          "ok: a.example has no A record\n" + no_records + "\nfact answer=\nfact rcode=NOERROR\n");
    CHECK(report_for_code(3, {"-w", "ttl=60:"}) == "critical: a.example does not exist (NXDOMAIN); ttl is absent\n" +
                                                       no_records + "\nfact answer=\nfact rcode=NXDOMAIN\n");
  }

  TEST_CASE("Conditions on the answer") {
    FakeNameServer server(answer_with(home_records));
    CHECK(probe_one({url(server), "-e", "answer=127.0.0.1, 127.0.0.2"}).state == State::critical);
    FakeNameServer other(answer_with(home_records));
    CHECK(probe_one({url(other), "-e", "answer~^127.0.0.1, 127.0.0.2$", "-e", "answers>=2", "-c", "ttl=30:"}).message ==
          "127.0.0.1, 127.0.0.2");
    FakeNameServer third(answer_with(home_records));
    CHECK(probe_one({url(third), "-w", "ttl=5min:"}).message == "127.0.0.1, 127.0.0.2, but ttl 1 min is under 5 min");
  }

  TEST_CASE("A closed port") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("dns://127.0.0.1:{}/a.example", closed.port())})) ==
          "critical: ask: Connection refused\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("A closed port over TCP") {
    FakeNameServer server(answer_with({}, truncated));
    CHECK(reported(probe_one({url(server)})) ==
          "critical: tcp: Connection refused\nfailed: tcp\nphases: dns, ask, tcp\n");
  }

  TEST_CASE("Answers that do not belong to the query are ignored") {
    const FakeClock clock;
    const auto report_for_answer = [](const FakeNameServer::Script& script) {
      FakeNameServer server(script);
      return reported(probe_one({url(server), "-t", "20s"}));
    };
    const std::string unanswered = "critical: ask: no answer within 20 s\nfailed: ask\nphases: dns, ask\n";
    CHECK(report_for_answer([](const std::string&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }) == unanswered);
    CHECK(report_for_answer([](const std::string& question) {
            std::string forged = answer_to(question, home_records);
            forged[0] = static_cast<char>(forged[0] ^ 1);
            return forged;
          }) == unanswered);
    CHECK(report_for_answer([](const std::string& question) {
            return answer_to(question.substr(0, 12) + labels("b.example") + question.substr(question.size() - 4),
                             home_records);
          }) == unanswered);
  }

  TEST_CASE("A server that echoes the query") {
    FakeNameServer server([](const std::string& question) { return question; });
    CHECK(reported(probe_one({url(server)})) ==
          "critical: ask: the server sent a query instead of an answer\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("An answer with a name that points to itself") {
    FakeNameServer server(answer_with({record(2, "\xc0\x27")}));
    CHECK(reported(probe_one({url(server), "--type", "NS"})) ==
          "critical: ask: malformed answer: it has an invalid name\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("A connection closed within the answer") {
    FakeNameServer server(answer_with({}, truncated), [](const std::string& question) {
      return with_length(answer_to(question, home_records)).substr(0, 20);
    });
    CHECK(reported(probe_one({url(server)})) ==
          "critical: tcp: the server closed the connection\nfailed: tcp\nphases: dns, ask, tcp\n");
  }

  TEST_CASE("A server that does not answer") {
    const FakeClock clock;
    FakeNameServer server(no_answer);
    const Result result = probe_one({url(server), "-t", "20s"});
    CHECK(reported(result) == "critical: ask: no answer within 20 s\nfailed: ask\nphases: dns, ask\n");
    CHECK(result.length == std::chrono::seconds(20));
  }

  TEST_CASE("A server that does not answer over TCP") {
    const FakeClock clock;
    FakeNameServer server(answer_with({}, truncated), no_answer);
    const Result result = probe_one({url(server), "-t", "20s:unknown"});
    CHECK(reported(result) == "unknown: tcp: no answer within 20 s\nfailed: tcp\nphases: dns, ask, tcp\n");
    CHECK(result.length == std::chrono::seconds(20));
  }

  TEST_CASE("Many concurrent queries, some without an answer") {
    const FakeClock clock;
    FakeNameServer answering(answer_with(home_records));
    FakeNameServer silent(no_answer);
    std::vector<std::string> words{"-t", "20s"};
    for (int i = 0; i < 100; ++i) words.push_back(url(i % 2 == 0 ? answering : silent, fmt::format("n{}.example", i)));
    std::size_t answered = 0;
    for (const Result& result : probe(words).results) answered += result.state == State::ok ? 1 : 0;
    CHECK(answered == 50);
  }

  TEST_CASE("Control characters in an answer are escaped") {
    FakeNameServer server(answer_with({record(16, "\x0e\x1b[2J\xe2\x80\xae|a\0b\xff\r\n"s)}));
    const Finished finished = run_hale({"--for", "nagios", url(server), "--type", "TXT"});
    CHECK(finished.out.starts_with(
        fmt::format("HALE OK: {}?type=TXT - \\x1b[2J\\u{{202e}}/a\\x00b\xef\xbf\xbd | time=", url(server))));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("A bare name is a dns target for the system's servers") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--dns", "a.example"}, {"dns:a.example"}, {"dns:///a.example"}}) {
      std::vector<std::string> refused = words;
      refused.insert(refused.end(), {"--query", "x"});
      CHECK(refusal_of(refused).starts_with("--query is not for dns targets"));
    }
  }

  TEST_CASE("Invalid addresses") {
    const std::string form = "use dns://[SERVER[:PORT]]/NAME[?type=TYPE] or NAME";
    CHECK(refusal_of({"dns:///"}) == "dns:///: no name to look up; " + form);
    CHECK(refusal_of({"dns://a.example"}) ==
          "dns://a.example: no name to look up; use dns:///a.example, or dns://a.example/NAME to ask the server "
          "a.example");
    CHECK(
        refusal_of({"--dns", "127.0.0.1/a.example"}) ==
        "--dns 127.0.0.1/a.example: a name cannot have a slash; use dns://SERVER/NAME, or %2F for a slash in the name");
    CHECK(refusal_of({"--dns", "a.example:53"}) ==
          "--dns a.example:53: a name cannot have a port; use dns://SERVER:PORT/NAME");
    CHECK(refusal_of({"--dns", "http://a.example"}) ==
          "--dns http://a.example: dns targets do not accept the scheme http://; " + form);
    CHECK(refusal_of({"dns://me:sesame@127.0.0.1/a"}) == "dns:...: dns targets have no user; use dns://SERVER/NAME");
    CHECK(refusal_of({"--dns", "127.0.0.1"}) ==
          "--dns 127.0.0.1: 127.0.0.1 is an address; use --type PTR to look up its name");
    CHECK(refusal_of({"dns:///::1?type=MX"}) == "dns:...: ::1 is an address; use --type PTR to look up its name");
    CHECK(refusal_of({"--dns", "a..b"}) ==
          "--dns a..b: not a DNS name; use labels of 1 to 63 characters with dots between them, 253 characters "
          "in all");
    CHECK(refusal_of({"--dns", "m\u00fcnchen.example"}) ==
          "--dns 'm\u00fcnchen.example': not an ASCII name; use its encoded form xn--...");
  }

  TEST_CASE("Invalid types") {
    const std::string choices = "use A, AAAA, CNAME, MX, NS, TXT, PTR, SRV, SOA or CAA";
    CHECK(refusal_of({"--dns", "a.example", "--type", "ANY"}) == "--type ANY: " + choices);
    CHECK(refusal_of({"dns:///a.example?type=ANY"}) == "dns:...: ?type=ANY: " + choices);
    CHECK(refusal_of({"dns:///a.example?class=IN"}) == "dns:...: expected a type after the ?; use ?type=MX");
    CHECK(refusal_of({"dns:///a.example?type=MX", "--type", "NS"}) ==
          "dns:...: ?type=MX and --type NS differ; use one of them");
  }
}

}  // namespace hale::testing
