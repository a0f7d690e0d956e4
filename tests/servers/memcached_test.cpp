#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string open_server() { return "memcached://127.0.0.1:" + server("MEMCACHED_PORT"); }
std::string protected_server(const std::string& login) {
  return "memcached://" + login + "127.0.0.1:" + server("MEMCACHED_AUTH_PORT");
}

const std::string message_start = " \u2013 memcached 1.6.";

}  // namespace

TEST_SUITE("memcached") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({open_server()});
    CHECK(finished.out.starts_with("OK: " + open_server() + message_start));
    CHECK(finished.out.find(", set, get and delete\n") != std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("The test key is deleted, and --read-only stores nothing") {
    CHECK(run_hale({open_server(), "-e", "curr_items=0"}).exit_code == 0);
    CHECK(run_hale({open_server(), "--read-only", "-e", "curr_items=0", "-e", "version>=1.5"}).exit_code == 0);
  }

  TEST_CASE("Stats") {
    CHECK(run_hale({open_server(), "-c", "hit_ratio=50:", "-c", "curr_connections=1000", "-w", "evictions=0", "-e",
                    "limit_maxbytes=8MiB", "-e", "stat:threads>=1", "-e", "cmd_set>=1", "-e", "uptime<1d"})
              .exit_code == 0);
    CHECK(run_hale({open_server(), "-w", "hit_ratio=@0:100"}).exit_code == 1);
  }

  TEST_CASE("A unix socket") {
    CHECK(run_hale({"--memcached", server("MEMCACHED_SOCKET"), "-e", "address=" + server("MEMCACHED_SOCKET")})
              .exit_code == 0);
  }

  TEST_CASE("A login") {
    CHECK(run_hale({protected_server("app:s3cret-app@")}).exit_code == 0);
    CHECK(normalize_report(run_hale({protected_server("")}).out) ==
          critical_report(protected_server(""), "ask: a login is required (CLIENT_ERROR unauthenticated)"));
    CHECK(normalize_report(run_hale({protected_server("app:mistaken@")}).out) ==
          critical_report(protected_server("app@"),
                          "login: wrong user or password (CLIENT_ERROR authentication failure)"));
  }

  TEST_CASE("A login that the server does not require leaves nothing behind") {
    const std::string login = "memcached://app:s3cret-app@127.0.0.1:" + server("MEMCACHED_PORT");
    CHECK(run_hale({login, "-e", "curr_items=0"}).exit_code == 0);
  }
}

}  // namespace hale::testing
