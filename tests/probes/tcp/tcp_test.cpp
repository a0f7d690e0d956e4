#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

std::string url(const FakeServer& server) { return "tcp://" + server.endpoint(); }

}  // namespace

TEST_SUITE("tcp") {
  TEST_CASE("A port that accepts is OK") {
    FakeServer server({expect_close()});
    CHECK(reported(probe_one({url(server)})) ==
          fmt::format("ok: connected to {0}\nphases: dns, connect\nfact address={0}\n", server.endpoint()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("IPv6") {
    FakeServer server({expect_close()}, {.host = "::1"});
    CHECK(reported(probe_one({url(server)})) ==
          fmt::format("ok: connected to {0}\nphases: dns, connect\nfact address={0}\n", server.endpoint()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("The first line of a server that speaks first, with --banner") {
    FakeServer server({say("220 mail.test ESMTP\r\n250 more\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--banner", "^220 "})) ==
          fmt::format("ok: 220 mail.test ESMTP\nphases: dns, connect, listen\n"
                      "fact address={}\nfact banner=220 mail.test ESMTP\n",
                      server.endpoint()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A condition on the banner reads it too") {
    FakeServer server({say("SSH-2.0-OpenSSH_9.2\r\n"), expect_close()});
    CHECK(probe_one({url(server), "--prefer", "banner~OpenSSH_9"}).message == "SSH-2.0-OpenSSH_9.2");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A server that waits for a request") {
    FakeServer server({expect("stats\r\n"), say("STAT pid 1\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--send", "stats\\r\\n", "--expect", "banner=STAT pid 1"})) ==
          fmt::format("ok: STAT pid 1\nphases: dns, connect, send, listen\n"
                      "fact address={}\nfact banner=STAT pid 1\n",
                      server.endpoint()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A banner that arrives in pieces") {
    FakeServer server({drip("220 slow\r\n", std::chrono::milliseconds(1)), expect_close()});
    CHECK(probe_one({url(server), "--banner", "^220 slow$"}).message == "220 slow");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A refused connection") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("tcp://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("A banner that does not match") {
    FakeServer server({say("HTTP/1.1 400 Bad Request\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--banner", "^220 "})) ==
          fmt::format("critical: HTTP/1.1 400 Bad Request, but banner is HTTP/1.1 400 Bad Request, expected ~^220 \n"
                      "phases: dns, connect, listen\nfact address={}\nfact banner=HTTP/1.1 400 Bad Request\n",
                      server.endpoint()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A connection closed without a byte") {
    FakeServer server({hang_up()});
    CHECK(reported(probe_one({url(server), "--banner", "."})) ==
          "critical: listen: the peer hung up\nfailed: listen\nphases: dns, connect, listen\n");
  }

  TEST_CASE("A reset") {
    FakeServer server({expect("?"), reset()});
    CHECK(reported(probe_one({url(server), "--send", "?"})) ==
          "critical: listen: Connection reset by peer\nfailed: listen\nphases: dns, connect, send, listen\n");
  }

  TEST_CASE("A connection closed within the line: the part received is the banner") {
    FakeServer server({say("220 mai"), hang_up()});
    CHECK(reported(probe_one({url(server), "--banner", "^220 mail"})) ==
          fmt::format("critical: 220 mai, but banner is 220 mai, expected ~^220 mail\n"
                      "phases: dns, connect, listen\nfact address={}\nfact banner=220 mai\n",
                      server.endpoint()));
  }

  TEST_CASE("A blank first line is not the message") {
    FakeServer server({say("\r\nwelcome\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--send", "\\n"})) ==
          fmt::format("ok: connected to {0}\nphases: dns, connect, send, listen\nfact address={0}\nfact banner=\n",
                      server.endpoint()));
  }

  TEST_CASE("A server that does not answer") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    const Result result = probe_one({url(server), "--banner", ".", "-t", "200ms"});
    CHECK(reported(result) ==
          "critical: listen: no answer within 200 ms\nfailed: listen\nphases: dns, connect, listen\n");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("A server that does not answer, with -t ...:unknown") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    CHECK(reported(probe_one({url(server), "--banner", ".", "-t", "200ms:unknown"})) ==
          "unknown: listen: no answer within 200 ms\nfailed: listen\nphases: dns, connect, listen\n");
  }

  TEST_CASE("A server that does not accept") {
    const FakeClock clock;
    const BlackholePort deaf;
    const Result result = probe_one({fmt::format("tcp://127.0.0.1:{}", deaf.port()), "-t", "200ms"});
    CHECK(reported(result) == "critical: connect: no answer within 200 ms\nfailed: connect\nphases: dns, connect\n");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("A server that sends slowly and never ends the line") {
    const FakeClock clock;
    FakeServer server({drip(std::string(10000, 'x'), std::chrono::milliseconds(10))});
    const Result result = probe_one({url(server), "--banner", ".", "-t", "200ms"});
    CHECK(result.message == "listen: no answer within 200 ms");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("A server that does not read what is sent") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    const Result result = probe_one({url(server), "--send", std::string(12'000'000, 'x'), "-t", "200ms"});
    CHECK(reported(result) == "critical: send: no answer within 200 ms\nfailed: send\nphases: dns, connect, send\n");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Only the beginning of an endless line is read") {
    FakeServer server({pour("0123456789abcdef")});
    const Result result = probe_one({url(server), "--banner", "^0123"});
    CHECK(result.state == State::ok);
    REQUIRE(result.facts.size() == 2);
    CHECK(result.facts[1].text.size() == 4096);
    CHECK(server.problem() == "");
  }

  TEST_CASE("Control characters are kept until the report") {
    const std::string control_characters = "\x1b[2J\xe2\x80\xae|a\0b\xff"s;
    FakeServer server({say(control_characters + "\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--banner", "."})) ==
          fmt::format("ok: {0}\nphases: dns, connect, listen\nfact address={1}\nfact banner={0}\n", control_characters,
                      server.endpoint()));
  }

  TEST_CASE("Control characters are escaped in the report") {
    FakeServer server({say("\x1b[2J\xe2\x80\xae|a\0b\xff\r\n"s), expect_close()});
    const Finished finished = run_program({testing::hale_binary(), "--for", "nagios", url(server), "--banner", "."});
    CHECK(finished.out.starts_with(
        fmt::format("HALE OK: {} - \\x1b[2J\\u{{202e}}/a\\x00b\xef\xbf\xbd | time=", url(server))));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Invalid addresses") {
    CHECK(refusal_of({"tcp://127.0.0.1"}) == "tcp://127.0.0.1: no port; use [tcp://]HOST:PORT");
    CHECK(refusal_of({"tcp://:25"}) == "tcp://:25: no host; use [tcp://]HOST:PORT");
    CHECK(refusal_of({"tcp://localhost:25/path"}) ==
          "tcp://localhost:25/path: tcp targets have no path; use [tcp://]HOST:PORT");
  }

  TEST_CASE("A slash after the port is not a path") {
    const ClosedPort closed;
    CHECK(probe_one({fmt::format("tcp://127.0.0.1:{}/", closed.port())}).address ==
          fmt::format("tcp://127.0.0.1:{}", closed.port()));
  }
}

}  // namespace hale::testing
