#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/file.hpp"
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

Finished run_probe(const std::string& endpoint, const std::vector<std::string>& options = {}) {
  std::vector<std::string> arguments{endpoint};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_hale(arguments);
}

/// Runs one statement as a superuser on the server whose port is `name`: PG_PORT or PG_STANDBY_PORT.
void run_sql(const std::string& name, const std::string& sql) {
  std::vector<std::string> arguments{
      "--postgres", fmt::format("host={} port={} user=postgres dbname=app", server("PG_SOCKET"), server(name)),
      "--query", sql};
  if (name == "PG_STANDBY_PORT") arguments.insert(arguments.end(), {"--expect", "link=streaming,down"});
  CHECK(run_hale(arguments).out.starts_with("OK: "));
}

/// Waits on the server until `condition` is true, at most for hale's timeout.
void wait_until(const std::string& port, const std::string& condition) {
  run_sql(port, fmt::format("do $$ begin while not ({}) loop perform pg_sleep(0.01); end loop; end $$", condition));
}

const std::string all_replayed =
    "exists (select from pg_stat_get_wal_senders() where replay_lsn >= pg_current_wal_insert_lsn())";

/// Pauses the replay on the standby while it exists.
struct PausedReplay {
  PausedReplay() {
    run_sql("PG_STANDBY_PORT", "select pg_wal_replay_pause()");
    wait_until("PG_STANDBY_PORT", "pg_get_wal_replay_pause_state() = 'paused'");
  }
  PausedReplay(const PausedReplay&) = delete;
  PausedReplay& operator=(const PausedReplay&) = delete;
  ~PausedReplay() {
    run_sql("PG_STANDBY_PORT", "select pg_wal_replay_resume()");
    wait_until("PG_PORT", all_replayed);
  }
};

/// Breaks the link between the standby and its primary while it exists.
struct BrokenLink {
  BrokenLink() {
    run_sql("PG_STANDBY_PORT", "alter system set primary_conninfo = ''");
    run_sql("PG_STANDBY_PORT", "select pg_reload_conf()");
    wait_until("PG_STANDBY_PORT", "(select pid is null from pg_stat_get_wal_receiver())");
  }
  BrokenLink(const BrokenLink&) = delete;
  BrokenLink& operator=(const BrokenLink&) = delete;
  ~BrokenLink() {
    run_sql("PG_STANDBY_PORT", "alter system reset primary_conninfo");
    run_sql("PG_STANDBY_PORT", "select pg_reload_conf()");
    wait_until("PG_PORT", all_replayed);
  }
};

}  // namespace

TEST_SUITE("PostgreSQL, a primary and its standby") {
  TEST_CASE("Roles") {
    CHECK(run_probe(standby("monitor"), {"-e", "role=standby", "-e", "link=streaming"}).exit_code == 0);
    CHECK(run_probe(standby("monitor"), {"-e", "role=primary"}).exit_code == 2);
    CHECK(run_probe(primary("monitor"), {"-e", "role=primary"}).exit_code == 0);
  }

  TEST_CASE("A standby has no lag while its primary is idle") {
    wait_until("PG_PORT", all_replayed);
    // The last transaction is older than the range allows for the lag.
    const std::string age = "select extract(epoch from now() - pg_last_xact_replay_timestamp()) from pg_sleep(0.2)";
    CHECK(run_probe(standby("monitor"), {"--query", age, "-e", "value>0.2", "-c", "lag=0.15", "-c", "lag_bytes=1kB"})
              .exit_code == 0);
  }

  TEST_CASE("A primary sees its replica") {
    wait_until("PG_PORT", all_replayed);
    CHECK(run_probe(primary("monitor"), {"-e", "replicas=1", "-c", "replica_lag=1s", "-c", "replica_lag_bytes=1kB"})
              .exit_code == 0);
    CHECK(run_probe(standby("monitor"), {"-e", "replicas=0"}).exit_code == 0);
  }

  TEST_CASE("Connections, of 20 minus 3 for superusers") {
    CHECK(run_probe(primary("monitor"), {"-e", "connections=1-5", "-c", "connections_used=5:30"}).exit_code == 0);
    CHECK(run_probe(primary("trusted"), {"-e", "connections=1-5", "-c", "connections_used=5:30"}).exit_code == 0);
    CHECK(run_probe(primary("trusted"), {"-w", "connections_used=5%"}).exit_code == 1);
  }

  TEST_CASE("A role without rights") {
    CHECK(run_probe(standby("app:s3cret-app")).exit_code == 0);
    const std::string why = "hidden from this role, which is not a member of pg_monitor";
    const Finished lag = run_probe(standby("app:s3cret-app"), {"-c", "lag=30s"});
    CHECK(lag.out.find("standby, but the answer has no metric lag: " + why + "\n") != std::string::npos);
    CHECK(lag.exit_code == 3);
    const Finished replicas = run_probe(primary("app:s3cret-app"), {"-e", "replicas>=1"});
    CHECK(replicas.out.find("primary, but the answer has no replicas: " + why + "\n") != std::string::npos);
    CHECK(replicas.exit_code == 3);
    CHECK(run_probe(standby("app:s3cret-app"), {"-v"}).out.find("\n            no lag: " + why + "\n") !=
          std::string::npos);
  }

  TEST_CASE("Several hosts, the first of which is down, with each target_session_attrs") {
    const std::string both = "postgres://monitor@127.0.0.1:1,127.0.0.1:" + server("PG_PORT") +
                             ",127.0.0.1:" + server("PG_STANDBY_PORT") + "/app";
    CHECK(run_probe(both, {"-e", "role=primary"}).exit_code == 0);
    for (const std::string attrs : {"standby", "prefer-standby", "read-only"}) {
      CAPTURE(attrs);
      CHECK(run_probe(both + "?target_session_attrs=" + attrs, {"-e", "role=standby"}).exit_code == 0);
    }
    for (const std::string attrs : {"primary", "read-write", "any"}) {
      CAPTURE(attrs);
      CHECK(run_probe(both + "?target_session_attrs=" + attrs, {"-e", "role=primary"}).exit_code == 0);
    }
  }

  TEST_CASE("Probing leaves nothing in either server's log") {
    const std::string before = read_file(server("PG_LOG"));
    const std::string standby_before = read_file(server("PG_STANDBY_LOG"));
    for (const std::string user : {"app:s3cret-app", "trusted", "monitor"}) {
      CAPTURE(user);
      CHECK(run_probe(primary(user), {"-e", "connections>=1", "--prefer", "replicas=1"}).exit_code % 3 == 0);
      CHECK(run_probe(primary(user) + "?sslmode=disable").exit_code == 0);
      CHECK(run_probe(standby(user), {"-e", "connections>=1", "--prefer", "replicas=0"}).exit_code % 3 == 0);
      CHECK(run_probe(standby(user) + "?sslmode=require", {"--query", "select 1"}).exit_code == 0);
    }
    const std::string alone =
        "not exists (select from pg_stat_get_activity(null) where usesysid is not null and "
        "datid is not null and pid <> pg_backend_pid())";
    wait_until("PG_PORT", alone);
    wait_until("PG_STANDBY_PORT", alone);
    CHECK(read_file(server("PG_LOG")) == before);
    CHECK(read_file(server("PG_STANDBY_LOG")) == standby_before);
  }

  TEST_CASE("A standby that does not replay lags, also as seen by its primary") {
    const PausedReplay paused;
    run_sql("PG_PORT", "create table written (id integer)");
    wait_until("PG_PORT",
               "exists (select from pg_stat_get_wal_senders() where flush_lsn >= "
               "pg_current_wal_insert_lsn())");
    wait_until("PG_STANDBY_PORT", "clock_timestamp() - pg_last_xact_replay_timestamp() > interval '1.1 s'");
    const Finished lagging = run_probe(standby("monitor"), {"-c", "lag=1s"});
    CHECK(lagging.out.find("standby, but lag ") != std::string::npos);
    CHECK(lagging.exit_code == 2);
    CHECK(run_probe(standby("monitor"), {"-c", "lag_bytes=100"}).exit_code == 2);
    CHECK(run_probe(standby("monitor"), {"-c", "lag=1h"}).exit_code == 0);
    CHECK(run_probe(primary("monitor"), {"-c", "replica_lag_bytes=100"}).exit_code == 2);
    // The standby reports every second.
    wait_until("PG_PORT", "exists (select from pg_stat_get_wal_senders() where replay_lag > interval '0.3 s')");
    CHECK(run_probe(primary("monitor"), {"-c", "replica_lag=300ms"}).exit_code == 2);
  }

  TEST_CASE("A standby that has caught up has no lag again") {
    CHECK(run_probe(standby("monitor"), {"-c", "lag=0.15", "-c", "lag_bytes=0"}).exit_code == 0);
  }

  TEST_CASE("A broken link") {
    const BrokenLink broken;
    const std::string message = "the standby receives no WAL from its primary (WAL receiver: none)";
    for (const std::string user : {"monitor", "trusted"}) {
      CAPTURE(user);
      CHECK(normalize_report(run_probe(standby(user)).out) == critical_report(standby(user), message));
    }
    CHECK(run_probe(standby("monitor"), {"-e", "link=down", "-c", "lag=1h"}).exit_code == 0);
    CHECK(run_probe(standby("monitor"), {"--prefer", "link=streaming"}).exit_code == 1);
    CHECK(run_probe(standby("monitor"), {"-e", "link=down", "-c", "lag=0.01"}).exit_code == 2);
    CHECK(run_probe(primary("monitor"), {"-e", "replicas>=1"}).exit_code == 2);
  }

  TEST_CASE("A repaired link") { CHECK(run_probe(standby("monitor"), {"-e", "link=streaming"}).exit_code == 0); }
}

}  // namespace hale::testing
