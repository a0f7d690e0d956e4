#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

// PING and INFO are sent together.
const std::string ping = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
const std::string auth = "*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n";

std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

/// The conversation with a healthy server: `before`, then PING and INFO.
Conversation healthy(Conversation before = {}) {
  const Conversation rest{expect(ping),
                          say("+PONG\r\n" + bulk("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n"
                                                 "# Replication\r\nrole:master\r\nconnected_slaves:0\r\n")),
                          expect_close()};
  before.insert(before.end(), rest.begin(), rest.end());
  return before;
}

/// The result for that server; `phases` are those before "ask", `tls` are the metrics and facts of TLS.
std::string healthy_result(const std::string& phases = "dns, connect", const std::string& tls = "") {
  const std::size_t facts = std::min(tls.find("fact "), tls.size());
  return fmt::format(
      "ok: PONG, master, 7.0.15\nphases: {}, ask\n{}metric connected_slaves=0 ok\n{}"
      "fact role=master\nfact version=7.0.15\nfact mode=standalone\n",
      phases, tls.substr(0, facts), tls.substr(facts));
}

std::string url(const FakeServer& server, const std::string& login = "") {
  return fmt::format("redis://{}{}", login, server.endpoint());
}

/// The result for a server that replies to PING with `reply`.
std::string result_of_ping(const std::string& reply) {
  FakeServer server({expect(ping), say(reply), expect_close()});
  const std::string text = reported(probe_one({url(server)}));
  CHECK(server.problem() == "");
  return text;
}

std::string failed_ask(const std::string& words) {
  return fmt::format("critical: ask: {}\nfailed: ask\nphases: dns, connect, ask\n", words);
}

std::string failed_login(const std::string& words) {
  return fmt::format("critical: login: {}\nfailed: login\nphases: dns, connect, login\n", words);
}

Environment with_variable(std::string name, std::string text) {
  Environment environment;
  environment.variable = [name = std::move(name), text = std::move(text)](const char* requested) {
    return requested == name ? std::optional(text) : std::nullopt;
  };
  return environment;
}

}  // namespace

TEST_SUITE("redis") {
  TEST_CASE("PONG is OK") {
    FakeServer server(healthy());
    const Result result = probe_one({url(server)});
    CHECK(reported(result) == healthy_result());
    CHECK(result.address == url(server));
    CHECK(result.kind == "redis");
    CHECK(server.problem() == "");
  }

  TEST_CASE("PONG as a bulk string is OK") {
    FakeServer server({expect(ping), say("$4\r\nPONG\r\n$-1\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server)})) == "ok: PONG\nphases: dns, connect, ask\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A reply that arrives byte by byte") {
    FakeServer server(
        {expect(ping), drip("+PONG\r\n$11\r\nrole:master\r\n", std::chrono::milliseconds(1)), expect_close()});
    CHECK(reported(probe_one({url(server)})) == "ok: PONG, master\nphases: dns, connect, ask\nfact role=master\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A user that may only PING is enough") {
    FakeServer server({expect(ping), say("+PONG\r\n-NOPERM this user has no permissions to run the 'info' command\r\n"),
                       expect_close()});
    CHECK(reported(probe_one({url(server)})) == "ok: PONG\nphases: dns, connect, ask\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Without INFO, a condition on role is UNKNOWN") {
    FakeServer server({expect(ping), say("+PONG\r\n-NOPERM no\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server), "--expect", "role=master"})) ==
          "unknown: PONG, but the answer has no role\nphases: dns, connect, ask\n");
  }
}

TEST_SUITE("redis login") {
  TEST_CASE("A password alone") {
    FakeServer server(healthy({expect(auth), say("+OK\r\n")}));
    const Result result = probe_one({url(server, ":sesame@")});
    CHECK(reported(result) == healthy_result("dns, connect, login"));
    CHECK(result.address == url(server));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A single word before the @ is the password") {
    FakeServer server(healthy({expect(auth), say("+OK\r\n")}));
    const Result result = probe_one({url(server, "sesame@")});
    CHECK(reported(result) == healthy_result("dns, connect, login"));
    CHECK(result.address == url(server));
    CHECK(result.name == url(server));
    CHECK(server.problem() == "");
  }

  TEST_CASE("User and password") {
    FakeServer server(healthy({expect("*3\r\n$4\r\nAUTH\r\n$3\r\nali\r\n$6\r\nsesame\r\n"), say("+OK\r\n")}));
    const Result result = probe_one({url(server, "ali:sesame@")});
    CHECK(reported(result) == healthy_result("dns, connect, login"));
    CHECK(result.address == url(server, "ali@"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A password may contain any byte") {
    FakeServer server(healthy({expect("*2\r\n$4\r\nAUTH\r\n$7\r\na@ /\r\n%\r\n"), say("+OK\r\n")}));
    CHECK(reported(probe_one({url(server, ":a%40%20%2F%0D%0A%25@")})) == healthy_result("dns, connect, login"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("REDISCLI_AUTH") {
    FakeServer server(healthy({expect(auth), say("+OK\r\n")}));
    CHECK(reported(probe_one({url(server)}, with_variable("REDISCLI_AUTH", "sesame"))) ==
          healthy_result("dns, connect, login"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("The password in the address overrides REDISCLI_AUTH") {
    FakeServer server(healthy({expect(auth), say("+OK\r\n")}));
    CHECK(reported(probe_one({url(server, ":sesame@")}, with_variable("REDISCLI_AUTH", "other"))) ==
          healthy_result("dns, connect, login"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A database by path") {
    FakeServer server(healthy({expect("*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"), say("+OK\r\n")}));
    CHECK(reported(probe_one({url(server) + "/3"})) == healthy_result("dns, connect, login"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A database by parameter, selected after the login") {
    FakeServer server(
        healthy({expect(auth), say("+OK\r\n"), expect("*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n"), say("+OK\r\n")}));
    CHECK(reported(probe_one({url(server, ":sesame@") + "?db=12"})) == healthy_result("dns, connect, login"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("Database 0 needs no SELECT") {
    FakeServer server(healthy());
    CHECK(reported(probe_one({url(server) + "/0"})) == healthy_result());
    CHECK(server.problem() == "");
  }

  TEST_CASE("A database that does not exist") {
    FakeServer server(
        {expect("*2\r\n$6\r\nSELECT\r\n$2\r\n99\r\n"), say("-ERR DB index is out of range\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server) + "/99"})) == failed_login("ERR DB index is out of range"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A password is required") {
    CHECK(result_of_ping("-NOAUTH Authentication required.\r\n") ==
          failed_ask("a password is required (NOAUTH Authentication required.)"));
  }

  TEST_CASE("A wrong password") {
    FakeServer server(
        {expect(auth), say("-WRONGPASS invalid username-password pair or user is disabled.\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server, ":sesame@")})) ==
          failed_login("wrong user or password (WRONGPASS invalid username-password pair or user is disabled.)"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A user that may not PING") {
    CHECK(result_of_ping("-NOPERM this user has no permissions to run the 'ping' command\r\n") ==
          failed_ask("permission denied (NOPERM this user has no permissions to run the 'ping' command)"));
  }

  TEST_CASE("A password in the server's error is redacted") {
    FakeServer server({expect(auth), say("-ERR sesame is wrong\r\n"), expect_close()});
    CHECK(reported(probe_one({url(server, ":sesame@")})) == failed_login("ERR *** is wrong"));
  }
}

TEST_SUITE("redis failures") {
  TEST_CASE("Known error codes are explained") {
    CHECK(result_of_ping("-LOADING Redis is loading the dataset in memory\r\n") ==
          failed_ask("still loading its data (LOADING Redis is loading the dataset in memory)"));
    CHECK(result_of_ping("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n") ==
          failed_ask("a replica that has lost its master (MASTERDOWN Link with MASTER is down and "
                     "replica-serve-stale-data is set to 'no'.)"));
    CHECK(result_of_ping("-BUSY Redis is busy running a script.\r\n") ==
          failed_ask("busy running a script (BUSY Redis is busy running a script.)"));
    CHECK(result_of_ping("-MISCONF Redis is configured to save RDB snapshots\r\n") ==
          failed_ask("cannot save its data and refuses writes (MISCONF Redis is configured to save RDB snapshots)"));
    CHECK(result_of_ping("-DENIED Redis is running in protected mode\r\n") ==
          failed_ask("connection denied (DENIED Redis is running in protected mode)"));
    CHECK(result_of_ping("-ERR max number of clients reached\r\n") == failed_ask("ERR max number of clients reached"));
  }

  TEST_CASE("Refused") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("redis://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("A web server") {
    CHECK(result_of_ping("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          failed_ask("not a Redis reply: Protocol error, got \"H\" as reply type byte"));
  }

  TEST_CASE("Another answer than PONG") {
    CHECK(result_of_ping("+OK\r\n") == failed_ask("unexpected reply to PING: OK"));
    CHECK(result_of_ping(":7\r\n") == failed_ask("unexpected reply to PING: 7"));
    CHECK(result_of_ping("+\r\n") == failed_ask("unexpected reply to PING: nothing"));
    CHECK(result_of_ping("$-1\r\n") == failed_ask("unexpected reply to PING: nothing"));
    CHECK(result_of_ping("*1\r\n$4\r\nPONG\r\n") == failed_ask("unexpected reply to PING: a list"));
    CHECK(result_of_ping("+" + std::string(1000, 'P') + "\r\n") ==
          failed_ask("unexpected reply to PING: " + std::string(57, 'P') + "\u2026"));
  }

  TEST_CASE("The server closes the connection without a reply") {
    FakeServer server({expect(ping), hang_up()});
    CHECK(reported(probe_one({url(server)})) == failed_ask("the peer hung up"));
  }

  TEST_CASE("The server closes the connection within a reply") {
    FakeServer server({expect(ping), say("+PON"), hang_up()});
    CHECK(reported(probe_one({url(server)})) == failed_ask("the peer hung up"));
  }

  TEST_CASE("A reset") {
    FakeServer server({expect(ping), reset()});
    CHECK(reported(probe_one({url(server)})) == failed_ask("Connection reset by peer"));
  }

  TEST_CASE("Never answering PING") {
    const FakeClock clock;
    FakeServer server({expect(ping), stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(reported(result) == failed_ask("no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Never answering AUTH") {
    const FakeClock clock;
    FakeServer server({expect(auth), stay_silent()});
    CHECK(reported(probe_one({url(server, ":sesame@"), "-t", "200ms"})) == failed_login("no answer within 200 ms"));
  }

  TEST_CASE("Never answering, where that is unknown") {
    const FakeClock clock;
    FakeServer server({expect(ping), stay_silent()});
    CHECK(reported(probe_one({url(server), "-t", "200ms:unknown"})) ==
          "unknown: ask: no answer within 200 ms\nfailed: ask\nphases: dns, connect, ask\n");
  }
}

TEST_SUITE("redis hostile answers") {
  TEST_CASE("Text is kept as it is until the report") {
    CHECK(result_of_ping("-ERR \x1b[2J\xe2\x80\xae|\xff\r\n") == failed_ask("ERR \x1b[2J\xe2\x80\xae|\xff"));
  }

  TEST_CASE("Text is escaped in the report") {
    FakeServer server({expect(ping), say("-ERR \x1b[2J\xe2\x80\xae|\xff\r\n"), expect_close()});
    const Finished finished = run_program({testing::hale_binary(), "--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE CRITICAL: "));
    CHECK(finished.out.find("ERR \\x1b[2J\\u{202e}/\xef\xbf\xbd") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("Facts are kept as they are until the report") {
    FakeServer server(
        {expect(ping), say("+PONG\r\n" + bulk("role:a\0b\x1b[2J\r\nredis_version:\xe2\x80\xae\r\n"s)), expect_close()});
    CHECK(reported(probe_one({url(server)})) ==
          "ok: PONG, a\0b\x1b[2J, \xe2\x80\xae\nphases: dns, connect, ask\n"
          "fact role=a\0b\x1b[2J\nfact version=\xe2\x80\xae\n"s);
  }

  TEST_CASE("A list of two billion entries") {
    CHECK(result_of_ping("*2147483647\r\n") == failed_ask("not a Redis reply: a list of more than 4096 entries"));
  }

  TEST_CASE("Lists within lists") {
    std::string lists;
    for (int i = 0; i < 20; ++i) lists += "*1\r\n";
    CHECK(result_of_ping(lists) ==
          failed_ask("not a Redis reply: No support for nested multi bulk replies with depth > 7"));
  }

  TEST_CASE("A text of half a gigabyte that never comes") {
    const FakeClock clock;
    FakeServer server({expect(ping), say("$536870912\r\n"), stay_silent()});
    CHECK(reported(probe_one({url(server), "-t", "200ms"})) == failed_ask("no answer within 200 ms"));
  }

  TEST_CASE("A text of half a gigabyte that comes") {
    FakeServer server({expect(ping), say("$536870912\r\n"), pour(std::string(16384, 'x'))});
    CHECK(reported(probe_one({url(server)})) == failed_ask("the answer is longer than 1.05 MB"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A line without an end") {
    FakeServer server({expect(ping), say("+"), pour(std::string(16384, 'P'))});
    CHECK(reported(probe_one({url(server)})) == failed_ask("the answer is longer than 1.05 MB"));
  }

  TEST_CASE("A list without an end") {
    FakeServer server({expect(ping), say("*4096\r\n"), pour("*4096\r\n")});
    CHECK(probe_one({url(server)}).message ==
          "ask: not a Redis reply: No support for nested multi bulk replies with depth > 7");
  }

  TEST_CASE("Invalid numbers") {
    CHECK(result_of_ping("$99999999999999999999\r\n").starts_with("critical: ask: not a Redis reply: "));
    CHECK(result_of_ping("*-7\r\n").starts_with("critical: ask: not a Redis reply: "));
    CHECK(result_of_ping("$x\r\n").starts_with("critical: ask: not a Redis reply: "));
  }
}

TEST_SUITE("rediss") {
  TEST_CASE("--cacert") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(healthy({expect(auth), say("+OK\r\n")}), {.certificate = authority.issue({"127.0.0.1"})});
    const Result result = probe_one(
        {"rediss://:sesame@" + server.endpoint(), "--cacert", folder.write("ca.pem", authority.certificate())});
    CHECK(reported(result) == healthy_result("dns, connect, tls, login", reported_tls("127.0.0.1")));
    CHECK(result.address == "rediss://" + server.endpoint());
    CHECK(server.problem() == "");
  }

  TEST_CASE("The certificate is for the name in the address") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(healthy(), {.certificate = authority.issue({"localhost"})});
    CHECK(reported(probe_one({fmt::format("rediss://localhost:{}", server.port()), "-4", "--cacert",
                              folder.write("ca.pem", authority.certificate())})) ==
          healthy_result("dns, connect, tls", reported_tls("localhost")));
    CHECK(server.problem() == "");
  }

  TEST_CASE("SSL_CERT_FILE") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(healthy(), {.certificate = authority.issue({"127.0.0.1"})});
    CHECK(reported(probe_one({"rediss://" + server.endpoint()},
                             with_variable("SSL_CERT_FILE", folder.write("ca.pem", authority.certificate())))) ==
          healthy_result("dns, connect, tls", reported_tls("127.0.0.1")));
  }

  TEST_CASE("An unknown issuer") {
    FakeServer server({stay_silent()}, {.certificate = CertificateAuthority().issue({"127.0.0.1"})});
    const TemporaryFolder folder;
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "--cacert",
                              folder.write("ca.pem", CertificateAuthority("another").certificate())})) ==
          "critical: tls: certificate: unknown issuer CN=hale throw-away CA\nfailed: tls\n"
          "phases: dns, connect, tls\n");
  }

  TEST_CASE("A certificate for another name") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"elsewhere.test"})});
    const std::string ca = folder.write("ca.pem", authority.certificate());
    CHECK(reported(probe_one({fmt::format("rediss://localhost:{}", server.port()), "-4", "--cacert", ca})) ==
          "critical: tls: certificate: valid for elsewhere.test, not for localhost\nfailed: tls\nphases: dns, connect, "
          "tls\n");
  }

  TEST_CASE("A certificate for another address") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"localhost", "127.0.0.2"})});
    const std::string ca = folder.write("ca.pem", authority.certificate());
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "--cacert", ca})) ==
          "critical: tls: certificate: valid for localhost, 127.0.0.2, not for 127.0.0.1\nfailed: tls\nphases: dns, "
          "connect, tls\n");
  }

  TEST_CASE("An expired certificate") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"127.0.0.1"}, expired_yesterday)});
    const std::string ca = folder.write("ca.pem", authority.certificate());
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "--cacert", ca})) ==
          "critical: tls: certificate: expired 1 d ago\nfailed: tls\nphases: dns, connect, tls\n");
  }

  TEST_CASE("--insecure") {
    FakeServer server(healthy(), {.certificate = self_signed({"elsewhere.test"})});
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "--insecure"})) ==
          healthy_result("dns, connect, tls",
                         "metric cert_days ok\nfact subject=CN=elsewhere.test\nfact issuer=CN=elsewhere.test\n"
                         "fact names=elsewhere.test\nfact protocol=TLSv1.3\nfact cipher=TLS_AES_256_GCM_SHA384\n"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A server without TLS") {
    FakeServer server({expect_until("\x01"), say("-ERR what is this\r\n"), hang_up()});
    CHECK(reported(probe_one({"rediss://" + server.endpoint()})) ==
          "critical: tls: the answer is not TLS: \"-ERR ...\"\nfailed: tls\nphases: dns, connect, tls\n");
  }

  TEST_CASE("The server never answers the TLS handshake") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "-t", "200ms"})) ==
          "critical: tls: no answer within 200 ms\nfailed: tls\nphases: dns, connect, tls\n");
  }

  TEST_CASE("The server closes the connection in the TLS handshake") {
    FakeServer server({expect_until("\x01"), hang_up()});
    CHECK(reported(probe_one({"rediss://" + server.endpoint()})) ==
          "critical: tls: the peer hung up\nfailed: tls\nphases: dns, connect, tls\n");
  }

  TEST_CASE("The server closes the connection within a reply") {
    FakeServer server({expect(ping), say("+PON"), hang_up()}, {.certificate = self_signed({"x"})});
    CHECK(reported(probe_one({"rediss://" + server.endpoint(), "--insecure"})) ==
          "critical: ask: the peer hung up\nfailed: ask\nphases: dns, connect, tls, ask\n");
  }

  TEST_CASE("Never answering PING") {
    const FakeClock clock;
    FakeServer server({expect(ping), stay_silent()}, {.certificate = self_signed({"x"})});
    const Result result = probe_one({"rediss://" + server.endpoint(), "--insecure", "-t", "200ms"});
    CHECK(reported(result) == "critical: ask: no answer within 200 ms\nfailed: ask\nphases: dns, connect, tls, ask\n");
    CHECK(result.length == std::chrono::milliseconds(200));
  }
}

TEST_SUITE("redis unix socket") {
  TEST_CASE("A path") {
    const TemporaryFolder folder;
    FakeServer server(healthy(), {.unix_path = folder / "socket"});
    const Result result = probe_one({"--redis", server.endpoint()});
    CHECK(reported(result) == healthy_result("connect"));
    CHECK(result.address == "redis+unix://" + server.endpoint());
    CHECK(server.problem() == "");
  }

  TEST_CASE("A URL with password and database") {
    const TemporaryFolder folder;
    FakeServer server(
        healthy({expect(auth), say("+OK\r\n"), expect("*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n"), say("+OK\r\n")}),
        {.unix_path = folder / "socket"});
    const Result result = probe_one({"redis+unix://:sesame@" + server.endpoint() + "?db=1"});
    CHECK(reported(result) == healthy_result("connect, login"));
    CHECK(result.address == "redis+unix://" + server.endpoint());
    CHECK(server.problem() == "");
  }

  TEST_CASE("The socket does not exist") {
    const TemporaryFolder folder;
    CHECK(reported(probe_one({"--redis", folder / "socket"})) ==
          "critical: connect: No such file or directory\nfailed: connect\nphases: connect\n");
  }

  TEST_CASE("The path is not a socket") {
    const TemporaryFolder folder;
    CHECK(reported(probe_one({"--redis", folder.write("socket", "")})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: connect\n");
  }

  TEST_CASE("A path that is too long for a socket") {
    CHECK(reported(probe_one({"--redis", "/" + std::string(200, 'x')})) ==
          "critical: connect: File name too long\nfailed: connect\nphases: connect\n");
  }

  TEST_CASE("A password is required") {
    const TemporaryFolder folder;
    FakeServer server({expect(ping), say("-NOAUTH Authentication required.\r\n"), expect_close()},
                      {.unix_path = folder / "socket"});
    CHECK(reported(probe_one({"--redis", server.endpoint()})) ==
          "critical: ask: a password is required (NOAUTH Authentication required.)\nfailed: ask\n"
          "phases: connect, ask\n");
  }

  TEST_CASE("Not a Redis server") {
    const TemporaryFolder folder;
    FakeServer server({expect(ping),
                       say("\x7f"
                           "ELF"),
                       expect_close()},
                      {.unix_path = folder / "socket"});
    CHECK(reported(probe_one({"--redis", server.endpoint()})) ==
          "critical: ask: not a Redis reply: Protocol error, got \"\\x7f\" as reply type byte\nfailed: ask\n"
          "phases: connect, ask\n");
  }

  TEST_CASE("The server closes the connection within a reply") {
    const TemporaryFolder folder;
    FakeServer server({expect(ping), say("+PO"), hang_up()}, {.unix_path = folder / "socket"});
    CHECK(reported(probe_one({"--redis", server.endpoint()})) ==
          "critical: ask: the peer hung up\nfailed: ask\nphases: connect, ask\n");
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    const TemporaryFolder folder;
    FakeServer server({expect(ping), stay_silent()}, {.unix_path = folder / "socket"});
    const Result result = probe_one({"--redis", server.endpoint(), "-t", "200ms"});
    CHECK(reported(result) == "critical: ask: no answer within 200 ms\nfailed: ask\nphases: connect, ask\n");
    CHECK(result.length == std::chrono::milliseconds(200));
  }
}

TEST_SUITE("redis address") {
  TEST_CASE("Usage errors") {
    CHECK(refusal_of({"redis://127.0.0.1/x"}) ==
          "redis://127.0.0.1/x: x: a Redis database is a number from 0; use redis://HOST/0");
    CHECK(refusal_of({"redis://127.0.0.1/-1"}) ==
          "redis://127.0.0.1/-1: -1: a Redis database is a number from 0; use redis://HOST/0");
    CHECK(refusal_of({"redis+unix://host/path"}) ==
          "redis+unix://host/path: a unix socket needs an absolute path; use redis+unix:///run/redis.sock");
    CHECK(refusal_of({"redis+unix:///"}) ==
          "redis+unix:///: a unix socket needs an absolute path; use redis+unix:///run/redis.sock");
    CHECK(refusal_of({"--redis", "http://127.0.0.1"}) ==
          "--redis http://127.0.0.1: redis targets do not accept the scheme http://; use "
          "[redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB], /PATH/TO/SOCKET or "
          "redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]");
    CHECK(refusal_of({"rediss://127.0.0.1", "--cacert", "/no/such/file"}) ==
          "rediss://127.0.0.1: --cacert /no/such/file: No such file or directory");
  }

  TEST_CASE("A usage error does not show the password") {
    CHECK(refusal_of({"redis://sesame@:6379"}) ==
          "redis:...: no host; use [redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB], /PATH/TO/SOCKET or "
          "redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]");
  }
}

}  // namespace hale::testing
