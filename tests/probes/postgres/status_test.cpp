#include "probes/postgres/status.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/probes/postgres/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

using namespace postgres;

const std::string primary =
    authentication_ok + parameter("server_version", "16.1") + parameter("in_hot_standby", "off") + ready_for_query;
const std::string standby =
    authentication_ok + parameter("server_version", "16.1") + parameter("in_hot_standby", "on") + ready_for_query;
const std::string unreported_role = authentication_ok + parameter("server_version", "12.4") + ready_for_query;

const Exchange select_1{"SELECT 1", rows({"1"})};

using Row = std::vector<std::optional<std::string>>;

/// The result for a server that is asked `queries` after SELECT 1 and answers with `answer`; the exchanges in `more`
/// follow.
std::string status_result(const std::string& login, const StatusQueries& queries, const std::string& answer,
                          const std::vector<std::string>& options = {}, const std::vector<Exchange>& more = {}) {
  std::vector<Exchange> exchanges{select_1, {status_query(queries), answer}};
  exchanges.insert(exchanges.end(), more.begin(), more.end());
  FakeServer server(conversation(login, exchanges));
  std::vector<std::string> arguments{fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint())};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Result result = probe_one(arguments);
  CHECK(server.problem() == "");
  std::string text = fmt::format("{}: {}\n", to_string(result.state), result.message);
  for (const JudgedMetric& judged : result.metrics) {
    const auto& [name, quantity, warning, critical, binding] = judged.metric;
    if (quantity.unit == Unit::seconds && !name.ends_with("lag")) continue;
    text += fmt::format("{} {}{}\n", name, format_decimal(quantity.value), symbol(quantity.unit));
  }
  for (const Fact& fact : result.facts) text += fmt::format("{}={}\n", fact.name, fact.text);
  for (const Note& note : result.notes) text += fmt::format("no {}: {}\n", note.about, note.why);
  return text;
}

/// The same for a standby that answers with `row`.
std::string standby_result(const Row& row, const std::vector<std::string>& options = {},
                           const std::vector<Exchange>& more = {}) {
  return status_result(standby, {.standby = true}, one_row(row), options, more);
}

const std::string standby_facts = "server_version=16.1\nrole=standby\nssl=off\n";
const std::string primary_facts = "server_version=16.1\nrole=primary\nssl=off\n";
const std::string value = "value=1\n";

}  // namespace

TEST_SUITE("postgres: a standby") {
  TEST_CASE("its primary has been idle for an hour") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "0", "3600.5"}, {"-c", "lag=30s"}) ==
          "ok: PostgreSQL 16.1, standby\nlag 0s\nlag_bytes 0B\nvalue 1\n" + standby_facts + "link=streaming\n" + value);
  }

  TEST_CASE("it has replayed more than its primary last reported") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "-96", "3600.5"}) ==
          "ok: PostgreSQL 16.1, standby\nlag 0s\nlag_bytes 0B\nvalue 1\n" + standby_facts + "link=streaming\n" + value);
  }

  TEST_CASE("it is behind, and replays recent transactions") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "4096", "0.25"}, {"-w", "lag=200ms"}) ==
          "warning: PostgreSQL 16.1, standby, but lag 250 ms is over 200 ms\nlag 0.25s\nlag_bytes 4096B\nvalue 1\n" +
              standby_facts + "link=streaming\n" + value);
  }

  TEST_CASE("its last transaction is old, and it catches up at once") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "96", "3600"}, {"-c", "lag=30s"},
                         {{"SELECT pg_last_wal_replay_lsn() >= '0/3000B68' FROM pg_sleep(0.1)", rows({"t"})}}) ==
          "ok: PostgreSQL 16.1, standby\nlag 0.1s\nlag_bytes 96B\nvalue 1\n" + standby_facts + "link=streaming\n" +
              value);
  }

  TEST_CASE("its last transaction is old, and it is stuck") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "1000000", "45"}, {"-c", "lag=30s"},
                         {{"SELECT pg_last_wal_replay_lsn() >= '0/3000B68' FROM pg_sleep(0.1)", rows({"f"})}}) ==
          "critical: PostgreSQL 16.1, standby, but lag 45 s is over 30 s\nlag 45s\nlag_bytes 1000000B\nvalue 1\n" +
              standby_facts + "link=streaming\n" + value);
  }

  TEST_CASE("the link is down") {
    CHECK(standby_result({"t", "f", std::nullopt, "0/3000B68", "0", "3600.5"}, {"-c", "lag_bytes=1MB"}) ==
          "critical: the standby receives no WAL from its primary (WAL receiver: none); the answer has no metric "
          "lag_bytes: unknown while the link is down\nlag 3600.5s\nvalue 1\n" +
              standby_facts + "link=down\n" + value + "no lag_bytes: unknown while the link is down\n");
  }

  TEST_CASE("the link is down, and nothing has been replayed since the start") {
    CHECK(standby_result({"t", "f", std::nullopt, std::nullopt, std::nullopt, std::nullopt}) ==
          "critical: the standby receives no WAL from its primary (WAL receiver: none)\nvalue 1\n" + standby_facts +
              "link=down\n" + value +
              "no lag: no transaction has been replayed since the server started\n"
              "no lag_bytes: unknown while the link is down\n");
  }

  TEST_CASE("the receiver is waiting") {
    CHECK(standby_result({"t", "t", "waiting", "0/3000B68", "0", "1"})
              .starts_with("critical: the standby receives no WAL from its primary (WAL receiver: waiting)\n"));
  }

  TEST_CASE("the link is down, with a condition on it") {
    const Row down{"t", "f", std::nullopt, "0/3000B68", "0", "3600.5"};
    CHECK(standby_result(down, {"-e", "link=down"}).starts_with("ok: PostgreSQL 16.1, standby\n"));
    CHECK(standby_result(down, {"--prefer", "link=streaming"})
              .starts_with("warning: PostgreSQL 16.1, standby, but link is down, expected streaming\n"));
  }

  TEST_CASE("a role that may not see the receiver") {
    const std::string why = "hidden from this role, which is not a member of pg_monitor";
    const std::string rest =
        "value 1\n" + standby_facts + "link=streaming\n" + value + "no lag: " + why + "\nno lag_bytes: " + why + "\n";
    const Row row{"t", "t", std::nullopt, "0/3000B68", "0", "3600.5"};
    CHECK(standby_result(row) == "ok: PostgreSQL 16.1, standby\n" + rest);
    CHECK(standby_result(row, {"-c", "lag=30s"}) ==
          "unknown: PostgreSQL 16.1, standby, but the answer has no metric lag: " + why + "\n" + rest);
    CHECK(standby_result(row, {"-e", "lag<30s"}) ==
          "unknown: PostgreSQL 16.1, standby, but the answer has no lag: " + why + "\n" + rest);
  }

  TEST_CASE("a server that refuses the status query") {
    CHECK(status_result(
              standby, {.standby = true},
              error("ERROR", "42883", "function pg_stat_get_wal_receiver() does not exist") + ready_for_query) ==
          "ok: PostgreSQL 16.1, standby\nvalue 1\n" + standby_facts + value +
              "no link: function pg_stat_get_wal_receiver() does not exist (42883)\n"
              "no lag: function pg_stat_get_wal_receiver() does not exist (42883)\n"
              "no lag_bytes: function pg_stat_get_wal_receiver() does not exist (42883)\n");
  }

  TEST_CASE("a password in the error for the status query is redacted") {
    FakeServer server(conversation(
        standby,
        {select_1, {status_query({.standby = true}), error("ERROR", "42501", "s3cret may not") + ready_for_query}}));
    const Result result =
        probe_one({fmt::format("postgres://app:s3cret@{}/app?sslmode=disable", server.endpoint()), "-c", "lag=1"});
    CHECK(server.problem() == "");
    CHECK(result.message == "PostgreSQL 16.1, standby, but the answer has no metric lag: *** may not (42501)");
    CHECK(result.notes[1].about == "lag");
    CHECK(result.notes[1].why == "*** may not (42501)");
  }

  TEST_CASE("a server that shuts down during the status query") {
    FakeServer server({expect(startup("app", "app")), say(standby), expect(extended_query("SELECT 1")),
                       say(rows({"1"})), expect(extended_query(status_query({.standby = true}))),
                       say(error("FATAL", "57P01", "terminating connection due to administrator command")), hang_up()});
    const Result result = probe_one({fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint())});
    CHECK(server.problem() == "");
    CHECK(result.message == "ask: terminating connection due to administrator command (57P01)");
  }

  TEST_CASE("malformed answers") {
    const std::string silent = "ok: PostgreSQL 16.1, standby\nvalue 1\n" + standby_facts + value +
                               "no link: the server does not report it\nno lag: the server does not report it\n"
                               "no lag_bytes: the server does not report it\n";
    CHECK(standby_result({"t", "t", "streaming", "0/0', pg_sleep(9) --", "96", "3600"}) == silent);
    CHECK(standby_result({"t"}) == silent);
    CHECK(status_result(standby, {.standby = true}, rows({})) == silent);
  }

  TEST_CASE("a standby where a primary is expected") {
    CHECK(standby_result({"t", "t", "streaming", "0/3000B68", "0", "1"}, {"-e", "role=primary"})
              .starts_with("critical: PostgreSQL 16.1, standby, but role is standby, expected primary\n"));
  }

  TEST_CASE("its own connections and replicas in the same answer") {
    CHECK(status_result(standby, {.standby = true, .replicas = true, .connections = true},
                        one_row({"t", "t", "streaming", "0/3000B68", "0", "1", "0", "1", "0.5", "32", "10", "80"}),
                        {"-w", "connections_used=10", "-c", "replicas=1:"}) ==
          "warning: PostgreSQL 16.1, standby, but connections_used 12.5 % is over 10 %\nlag 0s\nlag_bytes 0B\n"
          "replicas 1\nreplica_lag 0.5s\nreplica_lag_bytes 32B\nconnections 10\nconnections_used 12.5%\nvalue 1\n" +
              standby_facts + "link=streaming\n" + value);
  }
}

TEST_SUITE("postgres: a server that does not report its role") {
  TEST_CASE("a standby") {
    CHECK(status_result(unreported_role, {.standby = true}, one_row({"t", "t", "streaming", "0/3000B68", "0", "1"})) ==
          "ok: PostgreSQL 12.4, standby\nlag 0s\nlag_bytes 0B\nvalue 1\n"
          "server_version=12.4\nrole=standby\nssl=off\nlink=streaming\nvalue=1\n");
  }

  TEST_CASE("a primary") {
    CHECK(status_result(unreported_role, {.standby = true},
                        one_row({"f", "f", std::nullopt, std::nullopt, std::nullopt, std::nullopt})) ==
          "ok: PostgreSQL 12.4, primary\nvalue 1\nserver_version=12.4\nrole=primary\nssl=off\nvalue=1\n");
  }

  TEST_CASE("one that is too old for the status query") {
    FakeServer server(
        conversation(authentication_ok + parameter("server_version", "9.6.24") + ready_for_query, {select_1}));
    const Result result =
        probe_one({fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint()), "-e", "role=primary"});
    CHECK(server.problem() == "");
    CHECK(result.message == "PostgreSQL 9.6.24, but the answer has no role: requires PostgreSQL 10 or newer");
  }

  TEST_CASE("one that refuses the status query") {
    CHECK(status_result(authentication_ok + ready_for_query, {.standby = true},
                        error("ERROR", "42883", "what?") + ready_for_query, {"-e", "role=primary"}) ==
          "unknown: PostgreSQL, but the answer has no role: what? (42883)\nvalue 1\nssl=off\nvalue=1\n"
          "no role: what? (42883)\nno link: what? (42883)\nno lag: what? (42883)\nno lag_bytes: what? (42883)\n");
  }
}

TEST_SUITE("postgres: a primary") {
  TEST_CASE("its replicas") {
    CHECK(status_result(primary, {.replicas = true}, one_row({"0", "2", "45.5", "1048576"}),
                        {"-e", "replicas>=2", "-c", "replica_lag=30s"}) ==
          "critical: PostgreSQL 16.1, primary, but replica_lag 45.5 s is over 30 s\nreplicas 2\nreplica_lag 45.5s\n"
          "replica_lag_bytes 1048576B\nvalue 1\n" +
              primary_facts + value);
  }

  TEST_CASE("no replica is connected") {
    CHECK(status_result(primary, {.replicas = true}, one_row({"0", "0", std::nullopt, std::nullopt}),
                        {"-e", "replicas>=1", "-c", "replica_lag=30s"}) ==
          "critical: PostgreSQL 16.1, primary, but replicas is 0, expected >= 1; the answer has no metric replica_lag: "
          "no replica is connected\nreplicas 0\nvalue 1\n" +
              primary_facts + value +
              "no replica_lag: no replica is connected\nno replica_lag_bytes: no replica is connected\n");
  }

  TEST_CASE("a role that may not see them") {
    const std::string why = ": hidden from this role, which is not a member of pg_monitor\n";
    CHECK(status_result(primary, {.replicas = true}, one_row({"2", "0", std::nullopt, std::nullopt}),
                        {"-e", "replicas>=1"}) == "unknown: PostgreSQL 16.1, primary, but the answer has no replicas" +
                                                      why + "value 1\n" + primary_facts + value + "no replicas" + why +
                                                      "no replica_lag" + why + "no replica_lag_bytes" + why);
  }

  TEST_CASE("its connections") {
    CHECK(status_result(primary, {.connections = true}, one_row({"96", "100"}), {"-c", "connections_used=95%"}) ==
          "critical: PostgreSQL 16.1, primary, but connections_used 96 % is over 95 %\nconnections 96\n"
          "connections_used 96%\nvalue 1\n" +
              primary_facts + value);
  }

  TEST_CASE("malformed connections") {
    CHECK(status_result(primary, {.connections = true}, one_row({"many", "0"}), {"-c", "connections=95"}) ==
          "unknown: PostgreSQL 16.1, primary, but the answer has no metric connections: the server does not report it\n"
          "value 1\n" +
              primary_facts + value +
              "no connections: the server does not report it\nno connections_used: the server does not report it\n");
  }

  TEST_CASE("it has no lag, and gets no status query") {
    FakeServer server(conversation(rows({"1"})));
    const Result result =
        probe_one({fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint()), "-c", "lag=30s"});
    CHECK(server.problem() == "");
    CHECK(result.message == "PostgreSQL 15.6, primary, but the answer has no metric lag: only a standby reports it");
    CHECK(result.state == State::unknown);
  }
}

}  // namespace hale::testing
