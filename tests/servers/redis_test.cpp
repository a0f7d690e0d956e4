#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string open_server() { return "redis://127.0.0.1:" + server("REDIS_PORT"); }
std::string locked(const std::string& user_info) {
  return "redis://" + user_info + "127.0.0.1:" + server("REDIS_AUTH_PORT");
}

/// What is said of the locked server, whose password is not shown.
std::string locked_message(const std::string& user_info, const std::string& shown) {
  const Finished finished = run_hale({locked(user_info)});
  CHECK(finished.exit_code == 2);
  const std::string lead = "CRITICAL: " + locked(shown) + " \u2013 ";
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
    CHECK(locked_message("", "") == "ask: a password is required (NOAUTH Authentication required.)");
  }

  TEST_CASE("Wrong password") {
    CHECK(locked_message(":mistaken@", "").starts_with("login: wrong user or password (WRONGPASS "));
    CHECK(locked_message("app:mistaken@", "app@").starts_with("login: wrong user or password (WRONGPASS "));
  }

  TEST_CASE("A user who may not PING") {
    CHECK(locked_message("silenced:s3cret-silenced@", "silenced@").starts_with("ask: this user may not (NOPERM "));
  }

  TEST_CASE("The right password, from the address or the environment") {
    CHECK(run_hale({locked(":s3cret-redis@")}).exit_code == 0);
    CHECK(run_hale({locked("app:s3cret-app@")}).exit_code == 0);
    CHECK(run_hale({locked("")}, {.environment = {"REDISCLI_AUTH=s3cret-redis"}}).exit_code == 0);
  }

  TEST_CASE("A password for a server that wants none") {
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
}

}  // namespace hale::testing
