#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string open_server() { return "redis://127.0.0.1:" + server("REDIS_PORT"); }
std::string protected_server(const std::string& login) {
  return "redis://" + login + "127.0.0.1:" + server("REDIS_AUTH_PORT");
}

/// The message for the server that requires a password; `shown` is the login as reports show it.
std::string protected_message(const std::string& login, const std::string& shown) {
  const Finished finished = run_hale({protected_server(login)});
  CHECK(finished.exit_code == 2);
  const std::string lead = "CRITICAL: " + protected_server(shown) + " \u2013 ";
  CHECK(finished.out.starts_with(lead));
  return finished.out.substr(lead.size(), finished.out.find('\n') - lead.size());
}

}  // namespace

TEST_SUITE("Redis") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({open_server()});
    CHECK(finished.out.starts_with("OK: " + open_server() + " \u2013 PONG, master, 7."));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("A password is needed") {
    CHECK(protected_message("", "") == "ask: a password is required (NOAUTH Authentication required.)");
  }

  TEST_CASE("Wrong password") {
    CHECK(protected_message(":mistaken@", "").starts_with("login: wrong user or password (WRONGPASS "));
    CHECK(protected_message("app:mistaken@", "app@").starts_with("login: wrong user or password (WRONGPASS "));
  }

  TEST_CASE("A user that may not PING") {
    CHECK(protected_message("silenced:s3cret-silenced@", "silenced@").starts_with("ask: permission denied (NOPERM "));
  }

  TEST_CASE("The right password, from the address or the environment") {
    CHECK(run_hale({protected_server(":s3cret-redis@")}).exit_code == 0);
    CHECK(run_hale({protected_server("app:s3cret-app@")}).exit_code == 0);
    CHECK(run_hale({protected_server("")}, {.environment = {"REDISCLI_AUTH=s3cret-redis"}}).exit_code == 0);
  }

  TEST_CASE("A password for a server without one") {
    const Finished finished = run_hale({"redis://:needless@127.0.0.1:" + server("REDIS_PORT")});
    CHECK(finished.out.starts_with("CRITICAL: " + open_server() + " \u2013 login: "));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A database") {
    CHECK(run_hale({open_server() + "/3"}).exit_code == 0);
    const Finished finished = run_hale({open_server() + "/99"});
    CHECK(finished.out.find("DB index is out of range") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A unix socket") {
    CHECK(run_hale({"--redis", server("REDIS_SOCKET"), "-e", "role=master"}).exit_code == 0);
    CHECK(run_hale({"redis+unix://" + server("REDIS_SOCKET")}).exit_code == 0);
  }

  TEST_CASE("TLS is verified") {
    const std::string tls = "rediss://localhost:" + server("REDIS_TLS_PORT");
    const Finished finished = run_hale({tls});
    CHECK(finished.out.starts_with("CRITICAL: " + tls + " \u2013 tls: "));
    CHECK(finished.exit_code == 2);
    CHECK(run_hale({tls, "--cacert", server("CA")}).exit_code == 0);
    CHECK(run_hale({tls, "--insecure"}).exit_code == 0);
  }

  TEST_CASE("Facts") {
    CHECK(run_hale({open_server(), "-e", "role=master", "-e", "version>=6"}).exit_code == 0);
    CHECK(run_hale({open_server(), "-e", "role=replica"}).exit_code == 2);
    CHECK(run_hale({open_server(), "--prefer", "version>=99"}).exit_code == 1);
  }

  TEST_CASE("Metrics of INFO, and keys") {
    CHECK(run_hale({open_server(), "-e", "mode=standalone", "-w", "used_memory=1GB", "-e", "connected_slaves=2", "-e",
                    "lag<1GB", "-e", "rdb_last_save_age<1d", "-e", "maxclients>=1", "-e", "info:role=master", "-e",
                    "info:io_threads_active=0"})
              .exit_code == 0);
    CHECK(run_hale({open_server(), "-e", "key:greeting=hello", "-e", "llen:jobs=3", "-w", "ttl:greeting=60:", "-e",
                    "llen:nothing=0"})
              .exit_code == 0);
    const Finished finished = run_hale({open_server(), "-e", "key:nothing=x", "--prefer", "ttl:jobs>1"});
    CHECK(finished.out.find("key:nothing is absent, expected x; ttl:jobs is absent, expected > 1") !=
          std::string::npos);
    CHECK(finished.exit_code == 2);
    CHECK(run_hale({open_server(), "-e", "key:jobs=1"})
              .out.find("ask: GET jobs: WRONGTYPE Operation against a key holding the wrong kind of value\n") !=
          std::string::npos);
  }

  TEST_CASE("A user that may only PING") {
    CHECK(normalize_report(run_hale({protected_server("pinger:s3cret-pinger@")}).out) ==
          ok_report(protected_server("pinger@"), "PONG"));
  }

  TEST_CASE("A client certificate") {
    const std::string tls = "rediss://:s3cret-redis@localhost:" + server("REDIS_MTLS_PORT");
    CHECK(run_hale({tls, "--cacert", server("CA"), "--cert", server("CLIENT")}).exit_code == 0);
    CHECK(run_hale({tls, "--cacert", server("CA")}).exit_code == 2);
  }
}

TEST_SUITE("Redis replication") {
  TEST_CASE("A replica") {
    const std::string replica = "redis://127.0.0.1:" + server("REDIS_REPLICA_PORT");
    CHECK(run_hale({replica, "-e", "role=replica", "-e", "link=up", "-c", "lag=1MB", "-e", "key:greeting=hello"})
              .exit_code == 0);
    CHECK(run_hale({replica, "-e", "role=master"}).exit_code == 2);
  }

  TEST_CASE("A link that is cut") {
    const std::string port = server("REDIS_CUT_PORT");
    const std::string cut = "redis://127.0.0.1:" + port;
    CHECK(run_hale({cut}).exit_code == 0);
    // Nothing listens on port 1.
    REQUIRE(run_program({"redis-cli", "-p", port, "replicaof", "127.0.0.1", "1"}).out == "OK\n");
    const Finished finished = run_hale({cut});
    CHECK(finished.out.starts_with("CRITICAL: " + cut + " \u2013 the link to its master 127.0.0.1:1 is down"));
    CHECK(finished.exit_code == 2);
    CHECK(run_hale({cut, "-e", "link=down"}).exit_code == 0);
    CHECK(run_hale({cut, "--prefer", "link=up"}).exit_code == 1);
    REQUIRE(run_program({"redis-cli", "-p", port, "replicaof", "no", "one"}).out == "OK\n");
    CHECK(run_hale({cut, "-e", "role=master"}).exit_code == 0);
  }

  TEST_CASE("A sentinel") {
    const std::string sentinel = "127.0.0.1:" + server("REDIS_SENTINEL_PORT");
    CHECK(run_hale({"redis://" + sentinel, "-e", "role=sentinel", "-e", "mode=sentinel"}).exit_code == 0);
    const std::string master = "127.0.0.1:" + server("REDIS_PORT");
    const std::string url = "redis+sentinel://127.0.0.1:1," + sentinel + "/cache/3";
    const Finished finished = run_hale({url, "-e", "role=master", "-e", "master_address=" + master});
    CHECK(finished.out.starts_with("OK: " + url + " \u2013 PONG, master, 7."));
    CHECK(finished.out.find(", " + master + " reported by sentinel " + sentinel +
                            " (127.0.0.1:1: connect: Connection refused)\n") != std::string::npos);
    const std::string other = "redis+sentinel://" + sentinel + "/other";
    CHECK(normalize_report(run_hale({other}).out) ==
          critical_report(other, "sentinel: " + sentinel + ": ask: does not watch a service named other"));
  }

  TEST_CASE("A cluster") {
    CHECK(run_hale({"redis://127.0.0.1:" + server("REDIS_CLUSTER_PORT"), "-e", "cluster=ok", "-e", "mode=cluster"})
              .exit_code == 0);
    const std::string slotless = "redis://127.0.0.1:" + server("REDIS_SLOTLESS_PORT");
    CHECK(normalize_report(run_hale({slotless}).out) ==
          critical_report(slotless, "the cluster's state is fail, 0 of 16384 slots are served"));
    CHECK(run_hale({slotless, "--prefer", "cluster=ok"}).exit_code == 1);
  }
}

}  // namespace hale::testing
