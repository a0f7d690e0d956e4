#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/probes/postgres/wire.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"

namespace hale::testing {
namespace {

using namespace postgres;
using std::chrono_literals::operator""ms;
using std::string_literals::operator""s;

std::vector<std::string> command_line(const FakeServer& server, const std::vector<std::string>& options,
                                      const std::string& parameters = "?sslmode=disable") {
  std::vector<std::string> all{fmt::format("postgres://app@{}/app{}", server.endpoint(), parameters)};
  all.insert(all.end(), options.begin(), options.end());
  return all;
}

/// The whole result for a server that has `conversation`.
std::string full_result(const Conversation& conversation, const std::vector<std::string>& options = {},
                        const std::string& parameters = "?sslmode=disable") {
  FakeServer server(conversation);
  const std::string text = format_result(probe_one(command_line(server, options, parameters)), server);
  CHECK(server.problem() == "");
  return text;
}

/// Only the state and the message.
std::string short_result(const Conversation& conversation, const std::vector<std::string>& options = {}) {
  FakeServer server(conversation);
  const Result result = probe_one(command_line(server, options));
  CHECK(server.problem() == "");
  return without_port(fmt::format("{}: {}", to_string(result.state), result.message), server);
}

/// The state and message when the server refuses the login.
std::string refused_login(const std::string& sqlstate, const std::string& reason) {
  return short_result({expect(startup("app", "app")), say(error("FATAL", sqlstate, reason)), expect_close()});
}

std::string failed(const std::string& state, const std::string& phase, const std::string& reason,
                   const std::string& phases) {
  return fmt::format(
      "postgres postgres://app@127.0.0.1:PORT/app {}: {}: {}\nfailed: {}\nphases: {}\nmetrics:\nfacts:\n", state, phase,
      reason, phase, phases);
}

}  // namespace

TEST_SUITE("postgres: kinds of servers") {
  TEST_CASE("healthy") {
    CHECK(full_result(conversation(rows({"1"}))) ==
          "postgres postgres://app@127.0.0.1:PORT/app ok: PostgreSQL 15.6, primary\n"
          "phases: dns, connect, login, ask,\n"
          "metrics: time value=1 dns connect login ask\n"
          "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=1\n");
  }

  TEST_CASE("healthy, refusing TLS") {
    CHECK(full_result({expect(ssl_request), say("N"), expect(startup("app", "app")), say(logged_in),
                       expect(extended_query("SELECT 1")), say(rows({"1"})), expect(terminate), expect_close()},
                      {}, "") ==
          "postgres postgres://app@127.0.0.1:PORT/app ok: PostgreSQL 15.6, primary\n"
          "phases: dns, connect, tls, login, ask,\n"
          "metrics: time value=1 dns connect tls login ask\n"
          "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=1\n");
  }

  TEST_CASE("refuses TLS where it is required") {
    CHECK(full_result({expect(ssl_request), say("N"), expect_close()}, {}, "?sslmode=require") ==
          failed("critical", "tls", "server does not support SSL, but SSL was required", "dns, connect, tls,"));
  }

  TEST_CASE("refuses login") {
    CHECK(
        full_result({expect(startup("app", "app")), say(cleartext_password_request), expect(password("s3cret")),
                     say(error("FATAL", "28P01", "password authentication failed for user \"app\"")), expect_close()},
                    {}, "?sslmode=disable&password=s3cret") ==
        failed("critical", "login", "password authentication failed for user \"app\" (28P01)", "dns, connect, login,"));
  }

  TEST_CASE("does not speak the protocol") {
    CHECK(full_result({say("HTTP/1.1 400 Bad Request\r\n\r\n"), expect(startup("app", "app")), expect_close()}) ==
          failed("critical", "login", "expected authentication request from server, but received H",
                 "dns, connect, login,"));
  }

  TEST_CASE("answers the TLS request with garbage") {
    CHECK(full_result({expect(ssl_request), say("+PONG\r\n"), expect_close()}, {}, "?sslmode=require") ==
          failed("critical", "tls", "received invalid response to SSL negotiation: +", "dns, connect, tls,"));
  }

  TEST_CASE("answers the query with garbage") {
    CHECK(full_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")),
                       say("HTTP/1.1 400 Bad Request\r\n\r\n"), expect_close()}) ==
          failed("critical", "ask", "lost synchronization with server: got message type \"H\", length 1414811695",
                 "dns, connect, login, ask,"));
  }

  TEST_CASE("closes the connection at once") {
    CHECK(full_result({expect(startup("app", "app")), hang_up()}) ==
          failed("critical", "login", "server closed the connection unexpectedly", "dns, connect, login,"));
  }

  TEST_CASE("closes the connection within the login") {
    CHECK(full_result({expect(startup("app", "app")), say(logged_in.substr(0, 20)), hang_up()}) ==
          failed("critical", "login", "server closed the connection unexpectedly", "dns, connect, login,"));
  }

  TEST_CASE("closes the connection within the answer") {
    const std::string answer = rows({"1"});
    CHECK(full_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")),
                       say(answer.substr(0, answer.size() - 20)), hang_up()}) ==
          failed("critical", "ask", "server closed the connection unexpectedly", "dns, connect, login, ask,"));
  }

  TEST_CASE("resets the connection") {
    CHECK(full_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")), reset()}) ==
          failed("critical", "ask", "server closed the connection unexpectedly", "dns, connect, login, ask,"));
  }

  TEST_CASE("never answers") {
    const FakeClock clock;
    CHECK(full_result({expect(startup("app", "app")), stay_silent()}, {"-t", "200ms"}) ==
          failed("critical", "login", "no answer within 200 ms", "dns, connect, login,"));
  }

  TEST_CASE("never answers, with --timeout 200ms:unknown") {
    const FakeClock clock;
    CHECK(full_result({expect(startup("app", "app")), stay_silent()}, {"-t", "200ms:unknown"}) ==
          failed("unknown", "login", "no answer within 200 ms", "dns, connect, login,"));
  }

  TEST_CASE("never answers the query") {
    const FakeClock clock;
    CHECK(full_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")),
                       expect(terminate), expect_close()},
                      {"-t", "200ms"}) ==
          failed("critical", "ask", "no answer within 200 ms", "dns, connect, login, ask,"));
  }

  TEST_CASE("never answers the TLS request") {
    const FakeClock clock;
    CHECK(full_result({expect(ssl_request), stay_silent()}, {"-t", "200ms"}, "") ==
          failed("critical", "tls", "no answer within 200 ms", "dns, connect, tls,"));
  }

  TEST_CASE("begins a TLS handshake and never finishes it") {
    const FakeClock clock;
    CHECK(full_result({expect(ssl_request), say("S"), stay_silent()}, {"-t", "200ms"}, "?sslmode=require") ==
          failed("critical", "tls", "no answer within 200 ms", "dns, connect, tls,"));
  }

  TEST_CASE("sends its answer one byte at a time, past the deadline") {
    const FakeClock clock;
    CHECK(full_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")),
                       drip(rows({std::string(10'000, 'x')}), 5ms)},
                      {"-t", "200ms"}) ==
          failed("critical", "ask", "no answer within 200 ms", "dns, connect, login, ask,"));
  }

  TEST_CASE("never accepts the connection") {
    const FakeClock clock;
    const BlackholePort blackhole;
    const Result result = probe_one({fmt::format("postgres://app@127.0.0.1:{}/app", blackhole.port()), "-t", "200ms"});
    CHECK(replaced(format_result(result), fmt::format("{}", blackhole.port()), "PORT") ==
          failed("critical", "connect", "no answer within 200 ms", "dns, connect,"));
  }

  TEST_CASE("refuses the connection") {
    const ClosedPort closed;
    const Result result = probe_one({fmt::format("postgres://app@127.0.0.1:{}/app", closed.port())});
    CHECK(replaced(format_result(result), fmt::format("{}", closed.port()), "PORT") ==
          failed("critical", "connect", "Connection refused", "dns, connect,"));
  }

  TEST_CASE("answers with hostile text") {
    const std::string hostile = "a\x1b[31mb|c\u202e\xff'\"";
    CHECK(full_result(conversation(rows({hostile}), "SELECT 1",
                                   authentication_ok + parameter("server_version", hostile) +
                                       parameter("in_hot_standby", hostile) + ready_for_query)) ==
          "postgres postgres://app@127.0.0.1:PORT/app ok: PostgreSQL " + hostile +
              ", primary\n"
              "phases: dns, connect, login, ask,\n"
              "metrics: time dns connect login ask\n"
              "facts: server_version=" +
              hostile + " role=primary ssl=off value=" + hostile + "\n");
  }

  TEST_CASE("refuses login with hostile text") {
    CHECK(refused_login("28P01", "a\x1b[31m|\u202e\xff: FATAL:  28000: b\nsecond line") ==
          "critical: login: a\x1b[31m|\u202e\xff: FATAL:  28000: b (28P01)");
  }
}

TEST_SUITE("postgres: login") {
  TEST_CASE("a server that is starting up") {
    CHECK(refused_login("57P03", "the database system is starting up") ==
          "critical: login: the database system is starting up (57P03)");
  }

  TEST_CASE("too many clients") {
    CHECK(refused_login("53300", "sorry, too many clients already") ==
          "critical: login: sorry, too many clients already (53300)");
  }

  TEST_CASE("no such role") {
    CHECK(refused_login("28000", "role \"app\" does not exist") ==
          "critical: login: role \"app\" does not exist (28000)");
  }

  TEST_CASE("no such database") {
    CHECK(refused_login("3D000", "database \"app\" does not exist") ==
          "critical: login: database \"app\" does not exist (3D000)");
  }

  TEST_CASE("an error without a SQLSTATE, as from a pooler") {
    CHECK(short_result({expect(startup("app", "app")),
                        say(message('E', "S" + text("ERROR") + "M" + text("no such user") + '\0')), expect_close()}) ==
          "critical: login: no such user");
  }

  TEST_CASE("a password is required, and there is none") {
    CHECK(short_result({expect(startup("app", "app")), say(cleartext_password_request), expect_close()}) ==
          "critical: login: fe_sendauth: no password supplied");
  }

  TEST_CASE("an authentication method that libpq does not know") {
    CHECK(short_result({expect(startup("app", "app")), say(message('R', int32(99))), expect_close()}) ==
          "critical: login: authentication method 99 not supported");
  }

  TEST_CASE("a password in the server's error is redacted") {
    CHECK(full_result({expect(startup("app", "app")), say(cleartext_password_request), expect(password("s3cret")),
                       say(error("FATAL", "28P01", "s3cret is wrong")), expect_close()},
                      {}, "?sslmode=disable&password=s3cret") ==
          failed("critical", "login", "*** is wrong (28P01)", "dns, connect, login,"));
  }

  TEST_CASE("a condition on the version") {
    CHECK(short_result(conversation(rows({"1"})), {"-e", "server_version>=16"}) ==
          "critical: PostgreSQL 15.6, primary, but server_version is 15.6 (Debian 15.6-0+deb12u1), expected >= 16");
  }
}

TEST_SUITE("postgres: the query") {
  TEST_CASE("--query, with its value in the summary") {
    CHECK(
        full_result(conversation(rows({"42"}), "select count(*) from jobs"),
                    {"--query", "select count(*) from jobs", "-w", "value=10", "-c", "value=100"}) ==
        "postgres postgres://app@127.0.0.1:PORT/app warning: PostgreSQL 15.6, primary, value 42, but value 42 is over "
        "10\n"
        "phases: dns, connect, login, ask,\n"
        "metrics: time value=42(warning) dns connect login ask\n"
        "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=42\n");
  }

  TEST_CASE("a value that is not a number is only a fact") {
    CHECK(full_result(conversation(rows({"up"}), "q"), {"--query", "q", "-e", "value=up"}) ==
          "postgres postgres://app@127.0.0.1:PORT/app ok: PostgreSQL 15.6, primary, value up\n"
          "phases: dns, connect, login, ask,\n"
          "metrics: time dns connect login ask\n"
          "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=up\n");
  }

  TEST_CASE("a range for a value that is not a number") {
    CHECK(short_result(conversation(rows({"up"}), "q"), {"--query", "q", "-w", "value=1"}) ==
          "warning: PostgreSQL 15.6, primary, value up, but value is absent");
  }

  TEST_CASE("NULL is absent") {
    CHECK(short_result(conversation(rows({std::nullopt}), "q"), {"--query", "q", "-e", "value=1"}) ==
          "critical: PostgreSQL 15.6, primary, but value is absent, expected 1");
    CHECK(short_result(conversation(rows({std::nullopt}), "q"), {"--query", "q"}) == "ok: PostgreSQL 15.6, primary");
  }

  TEST_CASE("no row is absent") {
    CHECK(short_result(conversation(rows({}), "q"), {"--query", "q", "-e", "value=1"}) ==
          "critical: PostgreSQL 15.6, primary, but value is absent, expected 1");
    CHECK(short_result(conversation(rows({}), "q"), {"--query", "q", "--prefer", "value!=1"}) ==
          "warning: PostgreSQL 15.6, primary, but value is absent, expected != 1");
    CHECK(short_result(conversation(rows({}), "q"), {"--query", "q", "-c", "value=5"}) ==
          "critical: PostgreSQL 15.6, primary, but value is absent");
  }

  TEST_CASE("an empty text is not NULL") {
    CHECK(short_result(conversation(rows({""}), "q"), {"--query", "q", "-e", "value~^$"}) ==
          "ok: PostgreSQL 15.6, primary, value ");
  }

  TEST_CASE("no column at all") {
    CHECK(short_result(
              conversation(
                  parse_bind_complete + columns({}) + row({}) + message('C', text("SELECT 1")) + ready_for_query, "q"),
              {"--query", "q", "-e", "value=1"}) ==
          "critical: PostgreSQL 15.6, primary, but value is absent, expected 1");
  }

  TEST_CASE("a statement without rows") {
    CHECK(short_result(
              conversation(parse_bind_complete + message('n', "") + message('C', text("INSERT 0 1")) + ready_for_query,
                           "q"),
              {"--query", "q"}) == "ok: PostgreSQL 15.6, primary");
  }

  TEST_CASE("the first column of the first row counts") {
    CHECK(short_result(conversation(parse_bind_complete + columns({"a", "b"}) + row({"1", "2"}) + row({"3", "4"}) +
                                        message('C', text("SELECT 2")) + ready_for_query,
                                    "q"),
                       {"--query", "q", "-e", "value=1"}) == "ok: PostgreSQL 15.6, primary, value 1");
  }

  TEST_CASE("a query that fails") {
    CHECK(full_result(conversation(error("ERROR", "42P01", "relation \"jobs\" does not exist") + ready_for_query, "q"),
                      {"--query", "q"}) ==
          failed("critical", "ask", "relation \"jobs\" does not exist (42P01)", "dns, connect, login, ask,"));
  }

  TEST_CASE("a query that fails after a row") {
    CHECK(short_result(conversation(parse_bind_complete + columns({"a"}) + row({"1"}) +
                                        error("ERROR", "22012", "division by zero") + ready_for_query,
                                    "q"),
                       {"--query", "q"}) == "critical: ask: division by zero (22012)");
  }

  TEST_CASE("a server that shuts down during the query") {
    CHECK(short_result({expect(startup("app", "app")), say(logged_in), expect(extended_query("SELECT 1")),
                        say(error("FATAL", "57P01", "terminating connection due to administrator command")),
                        hang_up()}) == "critical: ask: terminating connection due to administrator command (57P01)");
  }

  TEST_CASE("a COPY, which libpq would report forever") {
    for (const char direction : {'H', 'G', 'W'}) {
      CAPTURE(direction);
      CHECK(short_result(conversation(parse_bind_complete + message(direction, "\0"s + int16(0)), "copy t to stdout"),
                         {"--query", "copy t to stdout"}) ==
            "critical: ask: the query is a COPY, which returns no rows");
    }
  }

  TEST_CASE("notices and notifications are ignored") {
    const std::string chatter =
        notice("careful") + message('A', int32(1) + text("channel") + text("payload")) + parameter("TimeZone", "UTC");
    CHECK(short_result(conversation(chatter + rows({"1"}) + chatter, "SELECT 1",
                                    authentication_ok + chatter + logged_in.substr(authentication_ok.size()))) ==
          "ok: PostgreSQL 15.6, primary");
  }

  TEST_CASE("notices do not reach stderr") {
    FakeServer server(conversation(notice("careful") + rows({"1"}), "SELECT 1",
                                   authentication_ok + notice("hello") + logged_in.substr(authentication_ok.size())));
    const Finished finished =
        run_program({testing::hale_binary(), fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint())});
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
    CHECK(server.problem() == "");
  }

  TEST_CASE("an empty --query") {
    CHECK_THROWS_WITH(probe_one({"postgres://h/", "--query", " "}),
                      "postgres://h/: --query is empty; use --query 'select count(*) from jobs'");
  }
}

}  // namespace hale::testing
