#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/probes/dns/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_name_server.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/names.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

// both.test has the addresses ::1 and 127.0.0.1: see tests/support/names.hpp.

namespace hale::testing {
namespace {

/// One line "NAME STATE: MESSAGE" for each result.
std::string format_results(const std::vector<std::string>& words) {
  std::string text;
  for (const Result& result : probe(words).results)
    text += fmt::format("{} {}: {}\n", result.name, to_string(result.state), result.message);
  return text;
}

std::string both_test_url(const std::string& scheme, std::uint16_t port) {
  return fmt::format("{}://both.test:{}", scheme, port);
}

}  // namespace

TEST_SUITE("each address") {
  TEST_CASE("A server that listens on one family only") {
    FakeServer server({expect_close()});
    const std::string url = both_test_url("tcp", server.port());
    CHECK(format_results({url, "--each-address"}) == fmt::format("{0} [::1] critical: connect: Connection refused\n"
                                                                 "{0} [127.0.0.1] ok: connected to 127.0.0.1:{1}\n",
                                                                 url, server.port()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("Each result has the phases of the lookup") {
    FakeServer server({expect_close()}, {.host = "::1"});
    const Outcome outcome = probe({both_test_url("tcp", server.port()), "--each-address", "--name", "web"});
    REQUIRE(outcome.results.size() == 2);
    CHECK(outcome.results[0].name == "web [::1]");
    CHECK(reported(outcome.results[0]) ==
          fmt::format("ok: connected to {0}\nphases: dns, connect\nfact address={0}\n", server.endpoint()));
    CHECK(outcome.results[1].name == "web [127.0.0.1]");
    CHECK(reported(outcome.results[1]) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("Without the option: the address that answers, and why the other did not") {
    FakeServer server({expect_close()});
    const std::string url = both_test_url("tcp", server.port());
    CHECK(format_results({url}) ==
          fmt::format("{0} ok: connected to 127.0.0.1:{1} (127.0.0.1:{1} answered, [::1]:{1}: Connection refused)\n",
                      url, server.port()));
  }

  TEST_CASE("A failure after connecting shows the address too") {
    FakeServer server({hang_up()});
    const std::string url = both_test_url("tcp", server.port());
    CHECK(format_results({url, "--banner", "."}) ==
          fmt::format("{0} critical: listen: the peer hung up (127.0.0.1:{1} answered, [::1]:{1}: Connection "
                      "refused)\n",
                      url, server.port()));
  }

  TEST_CASE("If no address answers, all are listed") {
    const ClosedPort closed;
    CHECK(format_results({both_test_url("tcp", closed.port())}) ==
          fmt::format("tcp://both.test:{0} critical: connect: Connection refused ([::1]:{0}), Connection refused "
                      "(127.0.0.1:{0})\n",
                      closed.port()));
    CHECK(format_results({both_test_url("http", closed.port())}) ==
          fmt::format("http://both.test:{0} critical: connect: Connection refused ([::1]:{0}, 127.0.0.1:{0})\n",
                      closed.port()));
  }

  TEST_CASE("http: the Host header is unchanged") {
    FakeServer server({expect_until("\r\n\r\n"), say("HTTP/1.1 204 No Content\r\n\r\n"), expect_close()});
    const std::string url = both_test_url("http", server.port());
    CHECK(format_results({url, "--each-address"}) ==
          fmt::format("{0} [::1] critical: connect: Connection refused\n{0} [127.0.0.1] ok: 204\n", url));
    CHECK(server.received().find(fmt::format("\r\nHost: both.test:{}\r\n", server.port())) != std::string::npos);
  }

  TEST_CASE("tls: the certificate is for the name") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string ca = folder.write("ca.pem", authority.certificate());
    FakeServer server({expect_close()}, {.certificate = authority.issue({"both.test"})});
    const Outcome outcome = probe({both_test_url("tls", server.port()), "--each-address", "--cacert", ca});
    REQUIRE(outcome.results.size() == 2);
    CHECK(outcome.results[0].message == "connect: Connection refused");
    CHECK(outcome.results[1].message.starts_with("TLSv1.3, certificate "));
    CHECK(outcome.results[1].state == State::ok);
  }

  TEST_CASE("dns: each address of the server") {
    FakeNameServer server([](const std::string& query) { return answer_to(query, {record(1, "\x7f\0\0\1"s)}); });
    const std::string url = both_test_url("dns", server.port()) + "/a.example";
    CHECK(format_results({url, "--each-address"}) ==
          fmt::format("{0} [::1] critical: ask: Connection refused\n{0} [127.0.0.1] ok: 127.0.0.1\n", url));
    CHECK(
        format_results({url}) ==
        fmt::format("{0} ok: 127.0.0.1 (127.0.0.1:{1} answered, [::1]:{1}: Connection refused)\n", url, server.port()));
  }

  TEST_CASE("localhost in one family and the server in the other") {
    FakeServer server({expect_close()}, {.repeat = true});
    const ScriptedName localhost("localhost", {"::1"});
    const std::string message =
        fmt::format("connect: Connection refused; localhost is ::1 here, but 127.0.0.1:{} answers", server.port());
    for (const char* scheme : {"tcp://localhost", "redis://localhost", "postgres://app@localhost"}) {
      const std::string url = fmt::format("{}:{}", scheme, server.port());
      CHECK(probe_one({url}).message == message);
      CHECK(probe_one({url, "--each-address"}).message == "connect: Connection refused");
    }
  }

  TEST_CASE("postgres and redis") {
    const ClosedPort closed;
    const std::string postgres = fmt::format("postgres://app@both.test:{}/app", closed.port());
    CHECK(format_results({postgres, "--each-address"}) ==
          fmt::format("{0} [::1] critical: connect: Connection refused\n"
                      "{0} [127.0.0.1] critical: connect: Connection refused\n",
                      postgres));
    FakeServer server({expect("*1\r\n$4\r\nPING\r\n"), say("-ERR no\r\n"), expect_close()});
    CHECK(format_results({both_test_url("redis", server.port()), "--each-address"}) ==
          fmt::format("{0} [::1] critical: connect: Connection refused\n{0} [127.0.0.1] critical: ask: ERR no\n",
                      both_test_url("redis", server.port())));
  }

  TEST_CASE("Each address has the target's deadline") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    CHECK(format_results({both_test_url("tcp", server.port()), "--each-address", "--banner", ".", "-t",
                          "200ms:unknown"}) == fmt::format("{0} [::1] critical: connect: Connection refused\n"
                                                           "{0} [127.0.0.1] unknown: listen: no answer within 200 ms\n",
                                                           both_test_url("tcp", server.port())));
  }

  TEST_CASE("The deadline of the run applies too") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    CHECK(format_results(
              {both_test_url("tcp", server.port()), "--each-address", "--banner", ".", "--deadline", "200ms"}) ==
          fmt::format("{0} [::1] critical: connect: Connection refused\n"
                      "{0} [127.0.0.1] critical: listen: no answer within the deadline of 200 ms\n",
                      both_test_url("tcp", server.port())));
  }

  TEST_CASE("-4 and -6 select addresses") {
    FakeServer server({expect_close()});
    const std::string url = both_test_url("tcp", server.port());
    CHECK(format_results({"-4", url, "--each-address"}) ==
          fmt::format("{0} [127.0.0.1] ok: connected to 127.0.0.1:{1}\n", url, server.port()));
    CHECK(format_results({"-6", url, "--each-address"}) ==
          fmt::format("{0} [::1] critical: connect: Connection refused\n", url));
  }

  TEST_CASE("A target given by address has that address only") {
    FakeServer server({expect_close()});
    CHECK(format_results({"tcp://" + server.endpoint(), "--each-address"}) ==
          fmt::format("tcp://{0} [127.0.0.1] ok: connected to {0}\n", server.endpoint()));
  }

  TEST_CASE("A name without an address is one result") {
    const Outcome outcome = probe({"tcp://name.invalid:1", "--each-address"});
    REQUIRE(outcome.results.size() == 1);
    CHECK(outcome.results[0].name == "tcp://name.invalid:1");
    CHECK(outcome.results[0].failed_phase == "dns");
  }

  TEST_CASE("As a default it applies to targets with a host; the order is as typed") {
    const ClosedPort closed;
    CHECK(format_results({"--each-address", "--exec", "echo fine", "--name", "one", both_test_url("tcp", closed.port()),
                          "--name", "two", "--exec", "echo fine", "--name", "three"}) ==
          "one ok: fine\ntwo [::1] critical: connect: Connection refused\n"
          "two [127.0.0.1] critical: connect: Connection refused\nthree ok: fine\n");
  }

  TEST_CASE("Many targets") {
    const ClosedPort closed;
    std::vector<std::string> words{"--each-address"};
    for (int i = 0; i < 100; ++i) words.push_back(both_test_url("tcp", closed.port()));
    const Outcome outcome = probe(words);
    CHECK(outcome.results.size() == 200);
    for (const Result& result : outcome.results) CHECK(result.message == "connect: Connection refused");
  }

  TEST_CASE("The report has a row for each address") {
    const ClosedPort closed;
    const Finished finished =
        run_hale({fmt::format("tcp://127.0.0.1:{}", closed.port()), "--each-address", "--name", "web"});
    CHECK(normalize_report(finished.out) ==
          "CRITICAL: web [127.0.0.1] \u2013 connect: Connection refused\n\n critical web [127.0.0.1] TIME connect: "
          "Connection refused\n");
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("Targets without a host") {
    const std::string words = "--each-address needs a target with one host to resolve";
    CHECK(refusal_of({"--exec", "true", "--each-address"}) == "--exec true: " + words);
    CHECK(refusal_of({"--redis", "/run/redis.sock", "--each-address"}) == "--redis /run/redis.sock: " + words);
    CHECK(refusal_of({"http://a/", "--unix-socket", "/run/a", "--each-address"}) == "http://a/: " + words);
    CHECK(refusal_of({"http://a/", "--proxy", "http://b:1", "--each-address"}) == "http://a/: " + words);
    CHECK(refusal_of({"--dns", "a.example", "--each-address"}) == "--dns a.example: " + words);
    CHECK(refusal_of({"postgres://a,b/app", "--each-address"}) == "postgres://a,b/app: " + words);
  }
}

}  // namespace hale::testing
