#include "probes/postgres/endpoint.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probes/postgres/status.hpp"
#include "tests/core/refusal.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/probes/postgres/wire.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using namespace postgres;
using std::chrono_literals::operator""ms;

/// Sets environment variables for the duration of a test, because libpq reads those of the process.
class EnvironmentVariables {
 public:
  EnvironmentVariables(std::initializer_list<std::pair<const char*, std::string>> variables) {
    for (const auto& [name, text] : variables) {
      const char* old = std::getenv(name);
      before_.emplace_back(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
      setenv(name, text.c_str(), 1);
    }
  }
  EnvironmentVariables(const EnvironmentVariables&) = delete;
  EnvironmentVariables& operator=(const EnvironmentVariables&) = delete;
  ~EnvironmentVariables() {
    for (const auto& [name, text] : before_) {
      if (text) {
        setenv(name.c_str(), text->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
  }

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

const Conversation healthy = conversation(rows({"1"}));

/// The address, state and message of one probe, with the port of `server` as PORT.
std::string short_result(FakeServer& server, const std::vector<std::string>& arguments) {
  const Result result = probe_one(arguments);
  CHECK(server.problem() == "");
  return without_port(fmt::format("{} {}: {}", result.address, to_string(result.state), result.message), server);
}

/// A login of app with the cleartext password `value`, and SELECT 1.
Conversation password_login(const std::string& value) {
  return {expect(startup("app", "app")),
          say(cleartext_password_request),
          expect(password(value)),
          say(logged_in),
          expect(extended_query("SELECT 1")),
          say(rows({"1"})),
          expect(terminate),
          expect_close()};
}

/// The usage error for the address `endpoint`, without the target at its start.
std::string usage_error(const std::string& endpoint) {
  const std::string text = refusal([&] { probe_one({"--postgres", endpoint}); });
  REQUIRE(text.starts_with("--postgres "));
  return text.substr(text.find(": ") + 2);
}

/// The address that reports show for `endpoint`.
std::string shown(const std::string& endpoint) {
  const ClosedPort closed;
  const std::string port = fmt::format("{}", closed.port());
  return replaced(probe_one({"--postgres", replaced(endpoint, "PORT", port), "-t", "2s"}).address, port, "PORT");
}

const std::string healthy_message = "ok: PostgreSQL 15.6, primary";

}  // namespace

TEST_SUITE("postgres: addresses") {
  TEST_CASE("a URI") {
    FakeServer server(healthy);
    CHECK(short_result(server, {fmt::format("postgresql://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a URI whose scheme is in capitals") {
    FakeServer server(healthy);
    CHECK(short_result(server, {fmt::format("POSTGRES://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a conninfo") {
    FakeServer server(healthy);
    CHECK(short_result(server, {"--postgres",
                                fmt::format("host=127.0.0.1 port={} user='app' dbname = app sslmode=disable",
                                            server.port())}) == "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a bare HOST:PORT/DATABASE") {
    const EnvironmentVariables variables{{"PGUSER", "app"}, {"PGSSLMODE", "disable"}};
    FakeServer server(healthy);
    CHECK(short_result(server, {"--postgres", server.endpoint() + "/app"}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("HOST:PORT/DATABASE with parameters, which is not a conninfo") {
    FakeServer server(healthy);
    CHECK(short_result(server, {"--postgres", fmt::format("app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a unix socket") {
    const TemporaryFolder folder;
    FakeServer server(healthy, {.unix_path = folder / ".s.PGSQL.5432"});
    const std::string endpoint = fmt::format("host={} user=app", folder.path().string());
    const Result result = probe_one({"--postgres", endpoint});
    CHECK(replaced(format_result(result), folder.path().string(), "FOLDER") ==
          "postgres postgres://app@/app?host=FOLDER ok: PostgreSQL 15.6, primary\n"
          "phases: connect, login, ask,\n"
          "metrics: time value=1 connect login ask\n"
          "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=1\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a unix socket of another port") {
    const TemporaryFolder folder;
    FakeServer server(healthy, {.unix_path = folder / ".s.PGSQL.5433"});
    const Result result = probe_one({fmt::format("postgres://app@/app?host={}&port=5433", folder.path().string())});
    CHECK(result.message == "PostgreSQL 15.6, primary");
    CHECK(result.address == fmt::format("postgres://app@/app?host={}&port=5433", folder.path().string()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a unix socket that does not exist") {
    const TemporaryFolder folder;
    const Result result = probe_one({fmt::format("postgres://app@/app?host={}", folder.path().string())});
    CHECK(result.state == State::critical);
    CHECK(result.message == "connect: No such file or directory");
  }

  TEST_CASE("PG* variables") {
    FakeServer server(healthy);
    const EnvironmentVariables variables{{"PGHOST", "127.0.0.1"},
                                         {"PGPORT", fmt::format("{}", server.port())},
                                         {"PGUSER", "app"},
                                         {"PGDATABASE", "app"},
                                         {"PGSSLMODE", "disable"}};
    CHECK(short_result(server, {"postgres://"}) == "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("PGPASSWORD") {
    FakeServer server(password_login("s3cret"));
    const EnvironmentVariables variables{{"PGPASSWORD", "s3cret"}};
    CHECK(short_result(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a service file") {
    FakeServer server(healthy);
    const TemporaryFolder folder;
    const std::string file = folder.write(
        "services",
        fmt::format("[shop]\nhost=127.0.0.1\nport={}\nuser=app\ndbname=app\nsslmode=disable\n", server.port()));
    const EnvironmentVariables variables{{"PGSERVICEFILE", file}};
    CHECK(short_result(server, {"--postgres", "service=shop"}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a password file") {
    FakeServer server(password_login("s3cret"));
    const TemporaryFolder folder;
    const std::string file = folder.write("passwords", fmt::format("127.0.0.1:{}:*:app:s3cret\n", server.port()));
    chmod(file.c_str(), 0600);
    const EnvironmentVariables variables{{"PGPASSFILE", file}};
    CHECK(short_result(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a password from a password file is redacted too") {
    FakeServer server({expect(startup("app", "app")), say(cleartext_password_request), expect(password("s3cret")),
                       say(error("FATAL", "28P01", "s3cret is wrong")), expect_close()});
    const TemporaryFolder folder;
    const std::string file = folder.write("passwords", "*:*:*:*:s3cret\n");
    chmod(file.c_str(), 0600);
    const EnvironmentVariables variables{{"PGPASSFILE", file}};
    CHECK(short_result(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app critical: login: *** is wrong (28P01)");
  }

  TEST_CASE("hostaddr is not looked up") {
    FakeServer server(healthy);
    CHECK(short_result(server, {"--postgres", fmt::format("host=nowhere.invalid hostaddr=127.0.0.1 port={} user=app "
                                                          "sslmode=disable",
                                                          server.port())}) ==
          "postgres://app@nowhere.invalid:PORT/app " + healthy_message);
  }

  TEST_CASE("hostaddr alone") {
    FakeServer server(healthy);
    CHECK(short_result(server, {"--postgres",
                                fmt::format("hostaddr=127.0.0.1 port={} user=app sslmode=disable", server.port())}) ==
          "postgres://app@127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a name that does not exist") {
    CHECK(format_result(probe_one({"postgres://app@nowhere.invalid/"})) ==
          "postgres postgres://app@nowhere.invalid/app critical: dns: nowhere.invalid: Name or service not known\n"
          "failed: dns\n"
          "phases: dns,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("-6 with an IPv4 address") {
    CHECK(probe_one({"postgres://app@127.0.0.1/", "-6"}).message == "dns: 127.0.0.1 has no IPv6 address");
  }

  TEST_CASE("an IPv6 address") {
    FakeServer server(healthy, {.host = "::1"});
    CHECK(short_result(server, {fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@[::1]:PORT/app " + healthy_message);
  }
}

TEST_SUITE("postgres: several hosts") {
  const std::string fallback = " (127.0.0.1:PORT answered, 127.0.0.1:FIRST: Connection refused)";

  /// The result for `endpoint`, with FIRST replaced by a closed port and PORT by that of a server that has
  /// `conversation`.
  std::string second(const Conversation& conversation, const std::string& endpoint) {
    const ClosedPort closed;
    FakeServer server(conversation);
    const std::string first = fmt::format("{}", closed.port());
    const Result result = probe_one(
        {"--postgres", replaced(replaced(endpoint, "FIRST", first), "PORT", fmt::format("{}", server.port()))});
    CHECK(server.problem() == "");
    const std::string text = fmt::format("{} {}: {}", result.address, to_string(result.state), result.message);
    return replaced(without_port(text, server), first, "FIRST");
  }

  TEST_CASE("the second one answers") {
    CHECK(second(healthy, "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app?sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + healthy_message + fallback);
  }

  TEST_CASE("as a conninfo") {
    CHECK(second(healthy, "host=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + healthy_message + fallback);
  }

  TEST_CASE("each with its hostaddr") {
    CHECK(second(healthy,
                 "host=a.invalid,b.invalid hostaddr=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app "
                 "sslmode=disable") ==
          "postgres://app@a.invalid:FIRST,b.invalid:PORT/app " + healthy_message + fallback);
  }

  TEST_CASE("by hostaddr alone") {
    CHECK(second(healthy, "hostaddr=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + healthy_message + fallback);
  }

  TEST_CASE("a name that does not exist is skipped") {
    CHECK(second(healthy, "postgres://app@nowhere.invalid:FIRST,127.0.0.1:PORT/app?sslmode=disable") ==
          "postgres://app@nowhere.invalid:FIRST,127.0.0.1:PORT/app " + healthy_message);
  }

  TEST_CASE("a refused login is final") {
    FakeServer first({expect(startup("app", "app")), say(error("FATAL", "28P01", "no")), expect_close()});
    const Result result =
        probe_one({fmt::format("postgres://app@{},127.0.0.1:1/app?sslmode=disable", first.endpoint())});
    CHECK(result.message == "login: no (28P01)");
    CHECK(first.problem() == "");
  }

  TEST_CASE("a server that is starting up is skipped") {
    FakeServer first({expect(startup("app", "app")), say(error("FATAL", "57P03", "starting up")), expect_close()});
    CHECK(second(healthy, fmt::format("postgres://app@{},127.0.0.1:PORT/app?sslmode=disable", first.endpoint()))
              .ends_with(fmt::format("{} (127.0.0.1:PORT answered, {}: starting up (57P03))", healthy_message,
                                     first.endpoint())));
    CHECK(first.problem() == "");
  }

  TEST_CASE("a server that does not match target_session_attrs is skipped") {
    FakeServer first({expect(startup("app", "app")),
                      say(authentication_ok + parameter("default_transaction_read_only", "off") +
                          parameter("in_hot_standby", "on") + parameter("server_version", "15.6") + ready_for_query),
                      expect(terminate), expect_close()});
    const std::string primary = authentication_ok + parameter("default_transaction_read_only", "off") +
                                parameter("in_hot_standby", "off") + parameter("server_version", "15.6") +
                                ready_for_query;
    CHECK(second(conversation(rows({"1"}), "SELECT 1", primary),
                 fmt::format("postgres://app@{},127.0.0.1:PORT/app?sslmode=disable&target_session_attrs=read-write",
                             first.endpoint()))
              .ends_with(fmt::format("{} (127.0.0.1:PORT answered, {}: session is read-only)", healthy_message,
                                     first.endpoint())));
    CHECK(first.problem() == "");
  }

  TEST_CASE("prefer-standby, and the second server is one") {
    const std::string standby =
        authentication_ok + parameter("in_hot_standby", "on") + parameter("server_version", "16.1") + ready_for_query;
    FakeServer first({expect(startup("app", "app")), say(logged_in), expect(terminate), expect_close()});
    FakeServer other(conversation(
        standby, {{"SELECT 1", rows({"1"})},
                  {status_query({.standby = true}), one_row({"t", "t", "streaming", "0/3000B68", "0", "1"})}}));
    const Result result =
        probe_one({fmt::format("postgres://app@{},{}/app?sslmode=disable&target_session_attrs=prefer-standby",
                               first.endpoint(), other.endpoint())});
    CHECK(result.message == "PostgreSQL 16.1, standby");
    CHECK(first.problem() == "");
    CHECK(other.problem() == "");
  }

  TEST_CASE("prefer-standby, and all servers are primaries: the first one is used") {
    const Conversation rejected_primary{expect(startup("app", "app")), say(logged_in), expect(terminate),
                                        expect_close()};
    const ClosedPort closed;
    FakeServer server = FakeServer::in_turn({rejected_primary, conversation(rows({"1"}))});
    const Result result =
        probe_one({fmt::format("postgres://app@127.0.0.1:{},{}/app?sslmode=disable&target_session_attrs=prefer-standby",
                               closed.port(), server.endpoint())});
    CHECK(result.message == fmt::format("PostgreSQL 15.6, primary ({} answered, 127.0.0.1:{}: Connection refused)",
                                        server.endpoint(), closed.port()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("no server answers: all failures are listed") {
    const ClosedPort first;
    const ClosedPort other;
    const Result result = probe_one(
        {fmt::format("postgres://app@127.0.0.1:{},nowhere.invalid,127.0.0.1:{}/app", first.port(), other.port())});
    CHECK(result.state == State::critical);
    CHECK(result.message == fmt::format("connect: nowhere.invalid: Name or service not known, Connection refused "
                                        "(127.0.0.1:{}), Connection refused (127.0.0.1:{})",
                                        first.port(), other.port()));
  }

  TEST_CASE("the first one is silent: each gets a share of the time") {
    const FakeClock clock;
    const BlackholePort blackhole;
    FakeServer server(healthy);
    const Result result = probe_one(
        {fmt::format("postgres://app@127.0.0.1:{},{}/app?sslmode=disable", blackhole.port(), server.endpoint()), "-t",
         "2s"});
    CHECK(result.message == fmt::format("PostgreSQL 15.6, primary ({} answered, 127.0.0.1:{}: Connection timed out)",
                                        server.endpoint(), blackhole.port()));
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("postgres: usage errors") {
  TEST_CASE("no address") {
    CHECK(usage_error("") == "no address; use postgres://USER@HOST/DATABASE");
    CHECK(usage_error(" ") == "no address; use postgres://USER@HOST/DATABASE");
  }

  TEST_CASE("a scheme of another kind") {
    CHECK(usage_error("http://u:s3cret@h/?password=s3cret") ==
          "postgres targets do not accept the scheme http://; use "
          "[postgres://][USER[:PASSWORD]@]HOST[:PORT][/DATABASE] or 'host=... dbname=...'");
  }

  TEST_CASE("parameters, with libpq's message") {
    CHECK(usage_error("hots=db") == "invalid connection option \"hots\"");
    CHECK(usage_error("db/app?sslmode=maybe") == "invalid sslmode value: \"maybe\"");
    CHECK(usage_error("app:s3cret@db/app?sslmode=maybe") == "invalid sslmode value: \"maybe\"");
    CHECK(usage_error("host=a,b port=1,2,3") == "could not match 3 port numbers to 2 hosts");
    CHECK(usage_error("host=a,b hostaddr=127.0.0.1") == "could not match 2 host names to 1 hostaddr values");
    CHECK(usage_error("service=none-such") == "definition of service \"none-such\" not found");
  }

  TEST_CASE("ports") {
    CHECK(usage_error("db:0/app") == "invalid port number: \"0\"");
    CHECK(usage_error("db:70000/app") == "invalid port number: \"70000\"");
    CHECK(usage_error("db:x/app") == "invalid integer value \"x\" for connection option \"port\"");
    CHECK(usage_error("a:5432,b:70000/app") == "70000: a port is a number from 1 to 65535");
  }

  TEST_CASE("what libpq cannot parse may hold a password, and is not repeated") {
    CHECK(usage_error("host=db password=my s3cret") == "missing \"...\" in connection info string");
    CHECK(usage_error("host=db password=my s3cret=x") == "invalid connection option \"...\"");
    CHECK(usage_error("host=db password='s3cret") == "unterminated quoted string in connection info string");
    CHECK(usage_error("postgres://u:s3cret%zz@db/") == "invalid percent-encoded token: \"...\"");
    CHECK(usage_error("postgres://u:s3cret@[::1/") == "end of string reached when looking for matching \"...\"");
    CHECK(usage_error("postgres://u:s3cret\"@[::1]x/") == "unexpected character \"...\"");
    CHECK(usage_error("postgres://u@db/?password=s3cret=x") == "extra key/value separator \"...\"");
    CHECK(usage_error("postgres://u:s3cret@db/?nonsense=1") == "invalid URI query parameter: \"...\"");
  }

  TEST_CASE("a password file that others may read is an error, and nothing reaches stderr") {
    const TemporaryFolder folder;
    const std::string file = folder.write("passwords", "*:*:*:*:s3cret\n");
    chmod(file.c_str(), 0644);
    const Finished finished = run_program({testing::hale_binary(), "--for", "nagios", "postgres://app@127.0.0.1:1/"},
                                          {.environment = {"PGPASSFILE=" + file}});
    CHECK(finished.out ==
          fmt::format("HALE UNKNOWN: postgres:...: password file \"{}\" has group or world access; permissions should "
                      "be u=rw (0600) or less\n",
                      file));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("a password is never part of the address") {
    CHECK(shown("postgres://app:s3cret@127.0.0.1:PORT/app?sslmode=disable&application_name=x") ==
          "postgres://app@127.0.0.1:PORT/app");
    CHECK(shown("host=127.0.0.1 port=PORT user=app password=s3cret dbname='a b'") ==
          "postgres://app@127.0.0.1:PORT/a b");
  }
}

}  // namespace hale::testing
