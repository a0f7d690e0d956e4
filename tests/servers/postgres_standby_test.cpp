#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::string primary(const std::string& user) {
  return "postgres://" + user + "@127.0.0.1:" + server("PG_PORT") + "/app";
}

std::string standby(const std::string& user) {
  return "postgres://" + user + "@127.0.0.1:" + server("PG_STANDBY_PORT") + "/app";
}

Finished requested(const std::string& endpoint, const std::vector<std::string>& options = {}) {
  std::vector<std::string> words{endpoint};
  words.insert(words.end(), options.begin(), options.end());
  return run_hale(words);
}

/// One statement of a superuser's to the server at the port `name`: PG_PORT or PG_STANDBY_PORT.
void command(const std::string& name, const std::string& sql) {
  std::vector<std::string> words{
      "--postgres", fmt::format("host={} port={} user=postgres dbname=app", server("PG_SOCKET"), server(name)),
      "--query", sql};
  if (name == "PG_STANDBY_PORT") words.insert(words.end(), {"--expect", "link=streaming,down"});
  CHECK(run_hale(words).out.starts_with("OK: "));
}

/// Waits within the server until `condition` holds, at most as long as hale waits for an answer.
void wait_until(const std::string& port, const std::string& condition) {
  command(port, fmt::format("do $$ begin while not ({}) loop perform pg_sleep(0.01); end loop; end $$", condition));
}

const std::string all_is_replayed =
    "exists (select from pg_stat_get_wal_senders() where replay_lsn >= pg_current_wal_insert_lsn())";

/// A standby that replays nothing while this lives.
struct PausedReplay {
  PausedReplay() {
    command("PG_STANDBY_PORT", "select pg_wal_replay_pause()");
    wait_until("PG_STANDBY_PORT", "pg_get_wal_replay_pause_state() = 'paused'");
  }
  PausedReplay(const PausedReplay&) = delete;
  PausedReplay& operator=(const PausedReplay&) = delete;
  ~PausedReplay() {
    command("PG_STANDBY_PORT", "select pg_wal_replay_resume()");
    wait_until("PG_PORT", all_is_replayed);
  }
};

/// A standby without a primary while this lives.
struct CutLink {
  CutLink() {
    command("PG_STANDBY_PORT", "alter system set primary_conninfo = ''");
    command("PG_STANDBY_PORT", "select pg_reload_conf()");
    wait_until("PG_STANDBY_PORT", "(select pid is null from pg_stat_get_wal_receiver())");
  }
  CutLink(const CutLink&) = delete;
  CutLink& operator=(const CutLink&) = delete;
  ~CutLink() {
    command("PG_STANDBY_PORT", "alter system reset primary_conninfo");
    command("PG_STANDBY_PORT", "select pg_reload_conf()");
    wait_until("PG_PORT", all_is_replayed);
  }
};

}  // namespace

TEST_SUITE("PostgreSQL, a primary and its standby") {
  TEST_CASE("Roles") {
    CHECK(requested(standby("monitor"), {"-e", "role=standby", "-e", "link=streaming"}).exit_code == 0);
    CHECK(requested(standby("monitor"), {"-e", "role=primary"}).exit_code == 2);
    CHECK(requested(primary("monitor"), {"-e", "role=primary"}).exit_code == 0);
  }

  TEST_CASE("A standby has no lag while its primary is idle") {
    wait_until("PG_PORT", all_is_replayed);
    // The last transaction is older than the lag that is allowed.
    const std::string age = "select extract(epoch from now() - pg_last_xact_replay_timestamp()) from pg_sleep(0.2)";
    CHECK(requested(standby("monitor"), {"--query", age, "-e", "value>0.2", "-c", "lag=0.15", "-c", "lag_bytes=1kB"})
              .exit_code == 0);
  }

  TEST_CASE("A primary sees its replica") {
    wait_until("PG_PORT", all_is_replayed);
    CHECK(requested(primary("monitor"), {"-e", "replicas=1", "-c", "replica_lag=1s", "-c", "replica_lag_bytes=1kB"})
              .exit_code == 0);
    CHECK(requested(standby("monitor"), {"-e", "replicas=0"}).exit_code == 0);
  }

  TEST_CASE("Connections, of 20 less 3 for superusers") {
    CHECK(requested(primary("monitor"), {"-e", "connections=1-5", "-c", "connections_used=5:30"}).exit_code == 0);
    CHECK(requested(primary("trusted"), {"-e", "connections=1-5", "-c", "connections_used=5:30"}).exit_code == 0);
    CHECK(requested(primary("trusted"), {"-w", "connections_used=5%"}).exit_code == 1);
  }

  TEST_CASE("A role without rights") {
    CHECK(requested(standby("app:s3cret-app")).exit_code == 0);
    const std::string why = "hidden from this role, which is no member of pg_monitor";
    const Finished lag = requested(standby("app:s3cret-app"), {"-c", "lag=30s"});
    CHECK(lag.out.find("standby, but the answer has no measure lag: " + why + "\n") != std::string::npos);
    CHECK(lag.exit_code == 3);
    const Finished replicas = requested(primary("app:s3cret-app"), {"-e", "replicas>=1"});
    CHECK(replicas.out.find("primary, but the answer has no replicas: " + why + "\n") != std::string::npos);
    CHECK(replicas.exit_code == 3);
    CHECK(requested(standby("app:s3cret-app"), {"-v"}).out.find("\n            no lag: " + why + "\n") !=
          std::string::npos);
  }

  TEST_CASE("Several hosts: the first is down, and each sort can be asked for") {
    const std::string both = "postgres://monitor@127.0.0.1:1,127.0.0.1:" + server("PG_PORT") +
                             ",127.0.0.1:" + server("PG_STANDBY_PORT") + "/app";
    CHECK(requested(both, {"-e", "role=primary"}).exit_code == 0);
    for (const std::string sort : {"standby", "prefer-standby", "read-only"}) {
      CAPTURE(sort);
      CHECK(requested(both + "?target_session_attrs=" + sort, {"-e", "role=standby"}).exit_code == 0);
    }
    for (const std::string sort : {"primary", "read-write", "any"}) {
      CAPTURE(sort);
      CHECK(requested(both + "?target_session_attrs=" + sort, {"-e", "role=primary"}).exit_code == 0);
    }
  }

  TEST_CASE("Probing leaves nothing in either server's log") {
    const std::string before = read_file(server("PG_LOG"));
    const std::string standby_before = read_file(server("PG_STANDBY_LOG"));
    for (const std::string user : {"app:s3cret-app", "trusted", "monitor"}) {
      CAPTURE(user);
      CHECK(requested(primary(user), {"-e", "connections>=1", "--prefer", "replicas=1"}).exit_code % 3 == 0);
      CHECK(requested(primary(user) + "?sslmode=disable").exit_code == 0);
      CHECK(requested(standby(user), {"-e", "connections>=1", "--prefer", "replicas=0"}).exit_code % 3 == 0);
      CHECK(requested(standby(user) + "?sslmode=require", {"--query", "select 1"}).exit_code == 0);
    }
    const std::string alone =
        "not exists (select from pg_stat_get_activity(null) where usesysid is not null and "
        "datid is not null and pid <> pg_backend_pid())";
    wait_until("PG_PORT", alone);
    wait_until("PG_STANDBY_PORT", alone);
    CHECK(read_file(server("PG_LOG")) == before);
    CHECK(read_file(server("PG_STANDBY_LOG")) == standby_before);
  }

  TEST_CASE("A standby that does not replay lags, and its primary sees that") {
    const PausedReplay paused;
    command("PG_PORT", "create table written (id integer)");
    wait_until("PG_PORT",
               "exists (select from pg_stat_get_wal_senders() where flush_lsn >= "
               "pg_current_wal_insert_lsn())");
    wait_until("PG_STANDBY_PORT", "clock_timestamp() - pg_last_xact_replay_timestamp() > interval '1.1 s'");
    const Finished lagging = requested(standby("monitor"), {"-c", "lag=1s"});
    CHECK(lagging.out.find("standby, but lag ") != std::string::npos);
    CHECK(lagging.exit_code == 2);
    CHECK(requested(standby("monitor"), {"-c", "lag_bytes=100"}).exit_code == 2);
    CHECK(requested(standby("monitor"), {"-c", "lag=1h"}).exit_code == 0);
    CHECK(requested(primary("monitor"), {"-c", "replica_lag_bytes=100"}).exit_code == 2);
    // The standby reports every second.
    wait_until("PG_PORT", "exists (select from pg_stat_get_wal_senders() where replay_lag > interval '0.3 s')");
    CHECK(requested(primary("monitor"), {"-c", "replica_lag=300ms"}).exit_code == 2);
  }

  TEST_CASE("A standby that has caught up has no lag again") {
    CHECK(requested(standby("monitor"), {"-c", "lag=0.15", "-c", "lag_bytes=0"}).exit_code == 0);
  }

  TEST_CASE("A cut link") {
    const CutLink cut;
    const std::string message = "the standby gets no WAL from its primary (WAL receiver: none)";
    for (const std::string user : {"monitor", "trusted"}) {
      CAPTURE(user);
      CHECK(settled(requested(standby(user)).out) == unwell(standby(user), message));
    }
    CHECK(requested(standby("monitor"), {"-e", "link=down", "-c", "lag=1h"}).exit_code == 0);
    CHECK(requested(standby("monitor"), {"--prefer", "link=streaming"}).exit_code == 1);
    CHECK(requested(standby("monitor"), {"-e", "link=down", "-c", "lag=0.01"}).exit_code == 2);
    CHECK(requested(primary("monitor"), {"-e", "replicas>=1"}).exit_code == 2);
  }

  TEST_CASE("A link that was mended") { CHECK(requested(standby("monitor"), {"-e", "link=streaming"}).exit_code == 0); }
}

}  // namespace hale::testing
