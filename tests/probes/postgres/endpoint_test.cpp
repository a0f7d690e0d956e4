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
#include "tests/probes/postgres/wire.hpp"
#include "tests/probes/whole.hpp"
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

/// Environment variables for the length of a test. libpq looks at the process's own.
class Variables {
 public:
  Variables(std::initializer_list<std::pair<const char*, std::string>> variables) {
    for (const auto& [name, text] : variables) {
      const char* old = std::getenv(name);
      before_.emplace_back(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
      setenv(name, text.c_str(), 1);
    }
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
  ~Variables() {
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

const Conversation well = conversation(rows({"1"}));

/// The address, state and message of probing `server` as `words` say, its port as PORT.
std::string probing(FakeServer& server, const std::vector<std::string>& words) {
  const Result result = probe_one(words);
  CHECK(server.problem() == "");
  return without_port(fmt::format("{} {}: {}", result.address, word(result.state), result.message), server);
}

/// A login of app by the cleartext password.
Conversation asking_password(const std::string& words) {
  return {expect(startup("app", "app")), say(password_please), expect(password(words)), say(logged_in),
          expect(question("SELECT 1")),  say(rows({"1"})),     expect(goodbye),         expect_close()};
}

/// The reason; before it stands which target is meant.
std::string refused(const std::string& endpoint) {
  const std::string words = refusal([&] { probe_one({"--postgres", endpoint}); });
  REQUIRE(words.starts_with("--postgres "));
  return words.substr(words.find(": ") + 2);
}

/// What `endpoint` is shown as, without a packet.
std::string shown(const std::string& endpoint) {
  const ClosedPort closed;
  const std::string port = fmt::format("{}", closed.port());
  return replaced(probe_one({"--postgres", replaced(endpoint, "PORT", port), "-t", "2s"}).address, port, "PORT");
}

/// What makes a name's server be tried with both addresses.
const std::string well_message = "ok: PostgreSQL 15.6, primary";

}  // namespace

TEST_SUITE("postgres: places") {
  TEST_CASE("a URI") {
    FakeServer server(well);
    CHECK(probing(server, {fmt::format("postgresql://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a URI whose scheme is in capitals") {
    FakeServer server(well);
    CHECK(probing(server, {fmt::format("POSTGRES://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a conninfo") {
    FakeServer server(well);
    CHECK(probing(server, {"--postgres", fmt::format("host=127.0.0.1 port={} user='app' dbname = app sslmode=disable",
                                                     server.port())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a bare HOST:PORT/DATABASE") {
    const Variables variables{{"PGUSER", "app"}, {"PGSSLMODE", "disable"}};
    FakeServer server(well);
    CHECK(probing(server, {"--postgres", server.endpoint() + "/app"}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a bare place with parameters, which is no conninfo") {
    FakeServer server(well);
    CHECK(probing(server, {"--postgres", fmt::format("app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a unix socket") {
    const TemporaryFolder folder;
    FakeServer server(well, {.unix_path = folder / ".s.PGSQL.5432"});
    const std::string endpoint = fmt::format("host={} user=app", folder.path().string());
    const Result result = probe_one({"--postgres", endpoint});
    CHECK(replaced(whole(result), folder.path().string(), "FOLDER") ==
          "postgres postgres://app@/app?host=FOLDER ok: PostgreSQL 15.6, primary\n"
          "phases: connect, login, ask,\n"
          "measures: time value=1 connect login ask\n"
          "facts: server_version=15.6 (Debian 15.6-0+deb12u1) role=primary ssl=off value=1\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a unix socket of another port") {
    const TemporaryFolder folder;
    FakeServer server(well, {.unix_path = folder / ".s.PGSQL.5433"});
    const Result result = probe_one({fmt::format("postgres://app@/app?host={}&port=5433", folder.path().string())});
    CHECK(result.message == "PostgreSQL 15.6, primary");
    CHECK(result.address == fmt::format("postgres://app@/app?host={}&port=5433", folder.path().string()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a unix socket that is not there") {
    const TemporaryFolder folder;
    const Result result = probe_one({fmt::format("postgres://app@/app?host={}", folder.path().string())});
    CHECK(result.state == State::critical);
    CHECK(result.message == "connect: No such file or directory");
  }

  TEST_CASE("PG* variables") {
    FakeServer server(well);
    const Variables variables{{"PGHOST", "127.0.0.1"},
                              {"PGPORT", fmt::format("{}", server.port())},
                              {"PGUSER", "app"},
                              {"PGDATABASE", "app"},
                              {"PGSSLMODE", "disable"}};
    CHECK(probing(server, {"postgres://"}) == "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("PGPASSWORD") {
    FakeServer server(asking_password("s3cret"));
    const Variables variables{{"PGPASSWORD", "s3cret"}};
    CHECK(probing(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a service file") {
    FakeServer server(well);
    const TemporaryFolder folder;
    const std::string file = folder.write(
        "services",
        fmt::format("[shop]\nhost=127.0.0.1\nport={}\nuser=app\ndbname=app\nsslmode=disable\n", server.port()));
    const Variables variables{{"PGSERVICEFILE", file}};
    CHECK(probing(server, {"--postgres", "service=shop"}) == "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a password file") {
    FakeServer server(asking_password("s3cret"));
    const TemporaryFolder folder;
    const std::string file = folder.write("passwords", fmt::format("127.0.0.1:{}:*:app:s3cret\n", server.port()));
    chmod(file.c_str(), 0600);
    const Variables variables{{"PGPASSFILE", file}};
    CHECK(probing(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a password of a password file is struck out as well") {
    FakeServer server({expect(startup("app", "app")), say(password_please), expect(password("s3cret")),
                       say(error("FATAL", "28P01", "s3cret is wrong")), expect_close()});
    const TemporaryFolder folder;
    const std::string file = folder.write("passwords", "*:*:*:*:s3cret\n");
    chmod(file.c_str(), 0600);
    const Variables variables{{"PGPASSFILE", file}};
    CHECK(probing(server, {fmt::format("postgres://app@{}?sslmode=disable", server.endpoint())}) ==
          "postgres://app@127.0.0.1:PORT/app critical: login: *** is wrong (28P01)");
  }

  TEST_CASE("hostaddr is not looked up") {
    FakeServer server(well);
    CHECK(probing(server, {"--postgres", fmt::format("host=nowhere.invalid hostaddr=127.0.0.1 port={} user=app "
                                                     "sslmode=disable",
                                                     server.port())}) ==
          "postgres://app@nowhere.invalid:PORT/app " + well_message);
  }

  TEST_CASE("hostaddr alone") {
    FakeServer server(well);
    CHECK(probing(server,
                  {"--postgres", fmt::format("hostaddr=127.0.0.1 port={} user=app sslmode=disable", server.port())}) ==
          "postgres://app@127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a name that does not exist") {
    CHECK(whole(probe_one({"postgres://app@nowhere.invalid/"})) ==
          "postgres postgres://app@nowhere.invalid/app critical: dns: nowhere.invalid: Name or service not known\n"
          "failed: dns\n"
          "phases: dns,\n"
          "measures:\n"
          "facts:\n");
  }

  TEST_CASE("-6 has no use for an IPv4 address") {
    CHECK(probe_one({"postgres://app@127.0.0.1/", "-6"}).message == "dns: 127.0.0.1 has no IPv6 address");
  }

  TEST_CASE("an IPv6 address") {
    FakeServer server(well, {.host = "::1"});
    CHECK(probing(server, {fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint())}) ==
          "postgres://app@[::1]:PORT/app " + well_message);
  }
}

TEST_SUITE("postgres: several hosts") {
  const std::string detour = " (127.0.0.1:PORT answered, 127.0.0.1:FIRST: Connection refused)";

  /// `two` for a place with the ports of a closed port and of the server.
  std::string second(const Conversation& conversation, const std::string& endpoint) {
    const ClosedPort closed;
    FakeServer server(conversation);
    const std::string first = fmt::format("{}", closed.port());
    const Result result = probe_one(
        {"--postgres", replaced(replaced(endpoint, "FIRST", first), "PORT", fmt::format("{}", server.port()))});
    CHECK(server.problem() == "");
    const std::string text = fmt::format("{} {}: {}", result.address, word(result.state), result.message);
    return replaced(without_port(text, server), first, "FIRST");
  }

  TEST_CASE("the second one answers") {
    CHECK(second(well, "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app?sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + well_message + detour);
  }

  TEST_CASE("as a conninfo") {
    CHECK(second(well, "host=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + well_message + detour);
  }

  TEST_CASE("each with its hostaddr") {
    CHECK(second(well,
                 "host=a.invalid,b.invalid hostaddr=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app "
                 "sslmode=disable") == "postgres://app@a.invalid:FIRST,b.invalid:PORT/app " + well_message + detour);
  }

  TEST_CASE("by hostaddr alone") {
    CHECK(second(well, "hostaddr=127.0.0.1,127.0.0.1 port=FIRST,PORT user=app sslmode=disable") ==
          "postgres://app@127.0.0.1:FIRST,127.0.0.1:PORT/app " + well_message + detour);
  }

  TEST_CASE("one name that does not exist leaves the other") {
    CHECK(second(well, "postgres://app@nowhere.invalid:FIRST,127.0.0.1:PORT/app?sslmode=disable") ==
          "postgres://app@nowhere.invalid:FIRST,127.0.0.1:PORT/app " + well_message);
  }

  TEST_CASE("a refused login is the last word") {
    FakeServer first({expect(startup("app", "app")), say(error("FATAL", "28P01", "no")), expect_close()});
    const Result result =
        probe_one({fmt::format("postgres://app@{},127.0.0.1:1/app?sslmode=disable", first.endpoint())});
    CHECK(result.message == "login: no (28P01)");
    CHECK(first.problem() == "");
  }

  TEST_CASE("one that is starting up leaves it to the other") {
    FakeServer first({expect(startup("app", "app")), say(error("FATAL", "57P03", "starting up")), expect_close()});
    CHECK(second(well, fmt::format("postgres://app@{},127.0.0.1:PORT/app?sslmode=disable", first.endpoint()))
              .ends_with(fmt::format("{} (127.0.0.1:PORT answered, {}: starting up (57P03))", well_message,
                                     first.endpoint())));
    CHECK(first.problem() == "");
  }

  TEST_CASE("one of the wrong sort leaves it to the other") {
    FakeServer first({expect(startup("app", "app")),
                      say(authentication_ok + parameter("default_transaction_read_only", "off") +
                          parameter("in_hot_standby", "on") + parameter("server_version", "15.6") + ready),
                      expect(goodbye), expect_close()});
    const std::string primary = authentication_ok + parameter("default_transaction_read_only", "off") +
                                parameter("in_hot_standby", "off") + parameter("server_version", "15.6") + ready;
    CHECK(second(conversation(rows({"1"}), "SELECT 1", primary),
                 fmt::format("postgres://app@{},127.0.0.1:PORT/app?sslmode=disable&target_session_attrs=read-write",
                             first.endpoint()))
              .ends_with(fmt::format("{} (127.0.0.1:PORT answered, {}: session is read-only)", well_message,
                                     first.endpoint())));
    CHECK(first.problem() == "");
  }

  TEST_CASE("a standby is preferred, and is the second") {
    const std::string standby =
        authentication_ok + parameter("in_hot_standby", "on") + parameter("server_version", "16.1") + ready;
    FakeServer first({expect(startup("app", "app")), say(logged_in), expect(goodbye), expect_close()});
    FakeServer other(conversation(
        standby, {{"SELECT 1", rows({"1"})},
                  {status_question({.standby = true}), one_row({"t", "t", "streaming", "0/3000B68", "0", "1"})}}));
    const Result result =
        probe_one({fmt::format("postgres://app@{},{}/app?sslmode=disable&target_session_attrs=prefer-standby",
                               first.endpoint(), other.endpoint())});
    CHECK(result.message == "PostgreSQL 16.1, standby");
    CHECK(first.problem() == "");
    CHECK(other.problem() == "");
  }

  TEST_CASE("a standby is preferred, but there are primaries only: the first will do") {
    const Conversation turned_down{expect(startup("app", "app")), say(logged_in), expect(goodbye), expect_close()};
    const ClosedPort closed;
    FakeServer server = FakeServer::in_turn({turned_down, conversation(rows({"1"}))});
    const Result result =
        probe_one({fmt::format("postgres://app@127.0.0.1:{},{}/app?sslmode=disable&target_session_attrs=prefer-standby",
                               closed.port(), server.endpoint())});
    CHECK(result.message == fmt::format("PostgreSQL 15.6, primary ({} answered, 127.0.0.1:{}: Connection refused)",
                                        server.endpoint(), closed.port()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("none answers: each says why") {
    const ClosedPort first;
    const ClosedPort other;
    const Result result = probe_one(
        {fmt::format("postgres://app@127.0.0.1:{},nowhere.invalid,127.0.0.1:{}/app", first.port(), other.port())});
    CHECK(result.state == State::critical);
    CHECK(result.message == fmt::format("connect: nowhere.invalid: Name or service not known, Connection refused "
                                        "(127.0.0.1:{}), Connection refused (127.0.0.1:{})",
                                        first.port(), other.port()));
  }

  TEST_CASE("the first one is silent: each has its share of the time") {
    const FakeClock clock;
    const DeafPort deaf;
    FakeServer server(well);
    const Result result =
        probe_one({fmt::format("postgres://app@127.0.0.1:{},{}/app?sslmode=disable", deaf.port(), server.endpoint()),
                   "-t", "2s"});
    CHECK(result.message == fmt::format("PostgreSQL 15.6, primary ({} answered, 127.0.0.1:{}: Connection timed out)",
                                        server.endpoint(), deaf.port()));
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("postgres: usage errors") {
  TEST_CASE("no address") {
    CHECK(refused("") == "a postgres target has no address; write postgres://USER@HOST/DATABASE");
    CHECK(refused(" ") == "a postgres target has no address; write postgres://USER@HOST/DATABASE");
  }

  TEST_CASE("a scheme of another kind") {
    CHECK(refused("http://u:s3cret@h/?password=s3cret") ==
          "postgres targets do not accept the scheme http://; use "
          "[postgres://][USER[:PASSWORD]@]HOST[:PORT][/DATABASE] or 'host=... dbname=...'");
  }

  TEST_CASE("parameters, in libpq's words") {
    CHECK(refused("hots=db") == "invalid connection option \"hots\"");
    CHECK(refused("db/app?sslmode=maybe") == "invalid sslmode value: \"maybe\"");
    CHECK(refused("app:s3cret@db/app?sslmode=maybe") == "invalid sslmode value: \"maybe\"");
    CHECK(refused("host=a,b port=1,2,3") == "could not match 3 port numbers to 2 hosts");
    CHECK(refused("host=a,b hostaddr=127.0.0.1") == "could not match 2 host names to 1 hostaddr values");
    CHECK(refused("service=none-such") == "definition of service \"none-such\" not found");
  }

  TEST_CASE("ports") {
    CHECK(refused("db:0/app") == "invalid port number: \"0\"");
    CHECK(refused("db:70000/app") == "invalid port number: \"70000\"");
    CHECK(refused("db:x/app") == "invalid integer value \"x\" for connection option \"port\"");
    CHECK(refused("a:5432,b:70000/app") == "70000: a port is a number from 1 to 65535");
  }

  TEST_CASE("what libpq cannot read may hold a password, and is not repeated") {
    CHECK(refused("host=db password=my s3cret") == "missing \"...\" in connection info string");
    CHECK(refused("host=db password=my s3cret=x") == "invalid connection option \"...\"");
    CHECK(refused("host=db password='s3cret") == "unterminated quoted string in connection info string");
    CHECK(refused("postgres://u:s3cret%zz@db/") == "invalid percent-encoded token: \"...\"");
    CHECK(refused("postgres://u:s3cret@[::1/") == "end of string reached when looking for matching \"...\"");
    CHECK(refused("postgres://u:s3cret\"@[::1]x/") == "unexpected character \"...\"");
    CHECK(refused("postgres://u@db/?password=s3cret=x") == "extra key/value separator \"...\"");
    CHECK(refused("postgres://u:s3cret@db/?nonsense=1") == "invalid URI query parameter: \"...\"");
  }

  TEST_CASE("a password file that others may read is refused, and libpq is silent about it") {
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
