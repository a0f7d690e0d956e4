#include <doctest/doctest.h>

#include "tests/probes/format_result.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string query = "*3\r\n$8\r\nSENTINEL\r\n$23\r\nget-master-addr-by-name\r\n$4\r\nshop\r\n";
const std::string ping_info = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
const std::string auth = "*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n";

std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

/// A sentinel's reply with an address.
std::string address_reply(const std::string& host, const std::string& port) {
  return "*2\r\n" + bulk(host) + bulk(port);
}

std::string address_reply(std::uint16_t port) { return address_reply("127.0.0.1", fmt::format("{}", port)); }

Conversation server_with_role(const std::string& role) {
  return {expect(ping_info), say("+PONG\r\n" + bulk("role:" + role + "\r\n")), expect_close()};
}

std::string url(const std::string& sentinels) { return "redis+sentinel://" + sentinels + "/shop"; }

/// The result when no sentinel reports a master, with "S" for `sentinel`.
std::string failed_result(const std::string& sentinel, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{url(sentinel)};
  words.insert(words.end(), more.begin(), more.end());
  return replaced(reported(probe_one(words)), sentinel, "S");
}

/// The same for one sentinel that sends `reply`.
std::string result_of_reply(const std::string& reply) {
  FakeServer sentinel({expect(query), say(reply), expect_close()});
  const std::string text = failed_result(sentinel.endpoint());
  CHECK(sentinel.problem() == "");
  return text;
}

std::string failed(const std::string& words) {
  return "critical: sentinel: " + words + "\nfailed: sentinel\nphases: sentinel\n";
}

}  // namespace

TEST_SUITE("redis sentinel") {
  TEST_CASE("The master that a sentinel names is probed") {
    FakeServer master(server_with_role("master"));
    FakeServer sentinel({expect(query), say(address_reply(master.port())), expect_close()});
    const Result result = probe_one({url(sentinel.endpoint())});
    CHECK(replaced(replaced(reported(result), sentinel.endpoint(), "S"), master.endpoint(), "M") ==
          "ok: PONG, master, M reported by sentinel S\nphases: sentinel, dns, connect, ask\n"
          "fact role=master\nfact master_address=M\nfact sentinel_address=S\n");
    CHECK(result.address == url(sentinel.endpoint()));
    CHECK(sentinel.problem() == "");
    CHECK(master.problem() == "");
  }

  TEST_CASE("User, password and database are for the master") {
    FakeServer master({expect("*3\r\n$4\r\nAUTH\r\n$3\r\nali\r\n$6\r\nsesame\r\n"), say("+OK\r\n"),
                       expect("*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"), say("+OK\r\n"), expect(ping_info),
                       say("+PONG\r\n$-1\r\n"), expect_close()});
    FakeServer sentinel({expect(query), say(address_reply(master.port())), expect_close()});
    const Result result = probe_one({"redis+sentinel://ali:sesame@" + sentinel.endpoint() + "/shop/3"});
    CHECK(replaced(replaced(reported(result), sentinel.endpoint(), "S"), master.endpoint(), "M") ==
          "ok: PONG, M reported by sentinel S\nphases: sentinel, dns, connect, login, ask\nfact master_address=M\nfact "
          "sentinel_address=S\n");
    CHECK(result.address == "redis+sentinel://ali@" + sentinel.endpoint() + "/shop/3");
    CHECK(sentinel.problem() == "");
    CHECK(master.problem() == "");
  }

  TEST_CASE("--sentinel-password is for the sentinels, and is not shown") {
    const TemporaryFolder folder;
    for (const std::string& option : {std::string("sesame"), "@" + folder.write("password", "sesame\n")}) {
      FakeServer master(server_with_role("master"));
      FakeServer sentinel(
          {expect(auth), say("+OK\r\n"), expect(query), say(address_reply(master.port())), expect_close()});
      CHECK(probe_one({url(sentinel.endpoint()), "--sentinel-password", option}).state == State::ok);
      CHECK(sentinel.problem() == "");
      CHECK(master.problem() == "");
    }
    FakeServer sentinel({expect(auth), say("-WRONGPASS sesame is wrong\r\n"), expect_close()});
    CHECK(failed_result(sentinel.endpoint(), {"--sentinel-password", "sesame"}) ==
          failed("S: login: wrong user or password (WRONGPASS *** is wrong)"));
  }

  TEST_CASE("The first answer counts, and the failures before it are named") {
    const FakeClock clock;
    const ClosedPort closed;
    FakeServer silent({expect(query), stay_silent()});
    FakeServer master(server_with_role("master"));
    FakeServer sentinel({expect(query), say(address_reply(master.port())), expect_close()});
    FakeServer unused({expect_close()});
    const std::string closed_endpoint = fmt::format("127.0.0.1:{}", closed.port());
    const Result result = probe_one(
        {url(fmt::format("{},{},{},{}", closed_endpoint, silent.endpoint(), sentinel.endpoint(), unused.endpoint())),
         "-t", "2s"});
    CHECK(replaced(replaced(result.message, sentinel.endpoint(), "S"), master.endpoint(), "M") ==
          fmt::format("PONG, master, M reported by sentinel S ({}: connect: Connection refused; {}: ask: no answer "
                      "within 500 ms)",
                      closed_endpoint, silent.endpoint()));
    CHECK(result.length == std::chrono::milliseconds(500));
    CHECK(sentinel.problem() == "");
    CHECK(unused.connections() == 0);
  }

  TEST_CASE("No sentinel answers") {
    const ClosedPort closed;
    const std::string endpoint = fmt::format("127.0.0.1:{}", closed.port());
    CHECK(failed_result(endpoint) == failed("S: connect: Connection refused"));
    CHECK(failed_result(endpoint + "," + endpoint) ==
          "critical: sentinel: " + endpoint + ": connect: Connection refused; " + endpoint +
              ": connect: Connection refused\nfailed: sentinel\nphases: sentinel\n");
  }

  TEST_CASE("A silent sentinel leaves half the time for the master") {
    const FakeClock clock;
    FakeServer sentinel({expect(query), stay_silent()});
    const Result result = probe_one({url(sentinel.endpoint()), "-t", "1s"});
    CHECK(reported(result).starts_with("critical: sentinel: " + sentinel.endpoint() + ": ask: no answer within "));
    CHECK(result.length == std::chrono::milliseconds(500));
  }

  TEST_CASE("A service that the sentinel does not watch") {
    CHECK(result_of_reply("*-1\r\n") == failed("S: ask: does not watch a service named shop"));
  }

  TEST_CASE("The sentinel requires a password") {
    CHECK(result_of_reply("-NOAUTH Authentication required.\r\n") ==
          failed("S: ask: a password is required (NOAUTH Authentication required.)"));
  }

  TEST_CASE("A server that is not a sentinel") {
    CHECK(result_of_reply("-ERR unknown command 'SENTINEL'\r\n") == failed("S: ask: ERR unknown command 'SENTINEL'"));
  }

  TEST_CASE("Unexpected replies") {
    CHECK(result_of_reply("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          failed("S: ask: not a Redis reply: Protocol error, got \"H\" as reply type byte"));
    for (const auto& [host, port] : {std::pair("", "6379"), {"h", "0"}, {"h", "x"}, {"h", "65536"}}) {
      CHECK(result_of_reply(address_reply(host, port)) ==
            failed(fmt::format("S: ask: expected a host and a port, got \"{} {}\"", host, port)));
    }
    CHECK(result_of_reply("+OK\r\n") == failed("S: ask: expected a host and a port, got \"OK\""));
    CHECK(result_of_reply("*1\r\n$1\r\nh\r\n") == failed("S: ask: expected a host and a port, got \"h\""));
  }

  TEST_CASE("The sentinel closes the connection within its reply") {
    FakeServer sentinel({expect(query), say("*2\r\n$9\r\n127."), hang_up()});
    CHECK(failed_result(sentinel.endpoint()) == failed("S: ask: the peer hung up"));
  }

  TEST_CASE("Hostile text is kept as it is until the report") {
    CHECK(result_of_reply("-ERR \x1b[2J|\xff\r\n") == failed("S: ask: ERR \x1b[2J|\xff"));
  }

  TEST_CASE("A master that refuses the connection is named") {
    const ClosedPort closed;
    FakeServer sentinel({expect(query), say(address_reply(closed.port())), expect_close()});
    CHECK(reported(probe_one({url(sentinel.endpoint())})) ==
          fmt::format(
              "critical: connect: Connection refused (master 127.0.0.1:{} reported by sentinel {})\nfailed: connect\n"
              "phases: sentinel, dns, connect\n",
              closed.port(), sentinel.endpoint()));
  }

  TEST_CASE("A sentinel that names a replica") {
    FakeServer master(server_with_role("slave"));
    FakeServer sentinel({expect(query), say(address_reply(master.port())), expect_close()});
    const Result result = probe_one({url(sentinel.endpoint())});
    CHECK(
        replaced(replaced(reported(result), sentinel.endpoint(), "S"), master.endpoint(), "M") ==
        "critical: sentinel S names M as the master of shop, but it is a replica\nphases: sentinel, dns, connect, ask\n"
        "fact role=replica\nfact master_address=M\nfact sentinel_address=S\n");
  }
}

TEST_SUITE("redis sentinel address") {
  TEST_CASE("The port is 26379 unless given") {
    CHECK(probe_one({"redis+sentinel://127.0.0.1,[::1],127.0.0.1:7/shop"}).address ==
          "redis+sentinel://127.0.0.1:26379,[::1]:26379,127.0.0.1:7/shop");
  }

  TEST_CASE("Usage errors") {
    const std::string service = "no service name; use redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]";
    CHECK(refusal_of({"redis+sentinel://a,b"}) == "redis+sentinel://a,b: " + service);
    CHECK(refusal_of({"redis+sentinel://a/"}) == "redis+sentinel://a/: " + service);
    CHECK(refusal_of({"redis+sentinel://a/s/1/2"}) == "redis+sentinel://a/s/1/2: " + service);
    CHECK(refusal_of({"redis+sentinel://a/s/x"}) ==
          "redis+sentinel://a/s/x: x: a Redis database is a number from 0; use redis://HOST/0");
    const std::string host = "a sentinel has no host; use redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]";
    CHECK(refusal_of({"redis+sentinel:///s"}) == "redis+sentinel:///s: " + host);
    CHECK(refusal_of({"redis+sentinel://a,,b/s"}) == "redis+sentinel://a,,b/s: " + host);
    CHECK(refusal_of({"redis+sentinel://a:0/s"}) == "redis+sentinel://a:0/s: a port is a number from 1 to 65535");
    CHECK(refusal_of({"redis+sentinel://:sesame@/s"}) == "redis+sentinel:...: " + host);
    CHECK(refusal_of({"redis+sentinel://a/s", "--sentinel-password", "@/no/such/file"}) ==
          "redis+sentinel://a/s: --sentinel-password @/no/such/file: No such file or directory");
  }
}

}  // namespace hale::testing
