#include <doctest/doctest.h>

#include "base/file.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/timing.hpp"

namespace hale::testing {
namespace {

/// "postgres://USER@127.0.0.1:PORT/DATABASE"; `user` may include a password.
std::string endpoint(const std::string& user, const std::string& database = "app") {
  return "postgres://" + user + "@127.0.0.1:" + server("PG_PORT") + "/" + database;
}

constexpr const char* app = "app:s3cret-app";

}  // namespace

TEST_SUITE("PostgreSQL") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({endpoint(app)});
    CHECK(finished.out.starts_with("OK: " + endpoint("app") + " \u2013 PostgreSQL 15."));
    CHECK(finished.out.find(", primary\n") != std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Wrong password") {
    const Finished finished = run_hale({endpoint("app:wrong")});
    CHECK(normalize_report(finished.out) ==
          critical_report(endpoint("app"), "login: password authentication failed for user \"app\" (28P01)"));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("No such database") {
    const Finished finished = run_hale({endpoint(app, "nowhere")});
    CHECK(normalize_report(finished.out) ==
          critical_report(endpoint("app", "nowhere"), "login: database \"nowhere\" does not exist (3D000)"));
  }

  TEST_CASE("No such role") {
    // A server that requires passwords does not reveal whether the role exists.
    const Finished finished = run_hale({endpoint("nobody:x")});
    CHECK(normalize_report(finished.out) ==
          critical_report(endpoint("nobody"), "login: password authentication failed for user \"nobody\" (28P01)"));
  }

  TEST_CASE("Too many clients") {
    const Finished finished = run_hale({endpoint("full:s3cret-full")});
    CHECK(normalize_report(finished.out) ==
          critical_report(endpoint("full"), "login: too many connections for role \"full\" (53300)"));
  }

  TEST_CASE("No password though one is needed") {
    const Finished finished = run_hale({endpoint("app")});
    CHECK(finished.out.starts_with("CRITICAL: " + endpoint("app") + " \u2013 login: "));
    CHECK(finished.out.find("password") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("The password comes from where psql takes it") {
    CHECK(run_hale({endpoint("app")}, {.environment = {"PGPASSWORD=s3cret-app"}}).exit_code == 0);
    const TemporaryFolder folder;
    const std::string file = folder.write("pgpass", "127.0.0.1:*:app:app:s3cret-app\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    CHECK(run_hale({endpoint("app")}, {.environment = {"PGPASSFILE=" + file}}).exit_code == 0);
    const std::string services =
        folder.write("services", "[shop]\nhost=127.0.0.1\nport=" + server("PG_PORT") + "\nuser=app\ndbname=app\n");
    CHECK(run_hale({"--postgres", "service=shop"},
                   {.environment = {"PGSERVICEFILE=" + services, "PGPASSWORD=s3cret-app"}})
              .exit_code == 0);
  }

  TEST_CASE("A connection string, and a unix socket") {
    const std::string arguments = "port=" + server("PG_PORT") + " user=app password=s3cret-app dbname=app";
    CHECK(run_hale({"--postgres", "host=127.0.0.1 " + arguments}).exit_code == 0);
    const Finished finished = run_hale({"--postgres", "host=" + server("PG_SOCKET") + " " + arguments});
    CHECK(finished.out.starts_with("OK: postgres://app@/app?host=" + server("PG_SOCKET")));
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("TLS") {
    CHECK(run_hale({endpoint(app) + "?sslmode=require", "-e", "ssl~^TLS"}).exit_code == 0);
    CHECK(run_hale({endpoint(app) + "?sslmode=disable", "-e", "ssl=off"}).exit_code == 0);
    CHECK(run_hale({endpoint(app) + "?sslmode=verify-full&sslrootcert=" + server("CA")}).exit_code == 0);
    CHECK(run_hale({endpoint(app) + "?sslmode=verify-full&sslrootcert=/nonexistent"}).exit_code == 2);
    CHECK(run_hale({endpoint(app) + "?sslmode=verify-full", "--cacert", server("CA")}).exit_code == 0);
    const ProgramOptions by_environment{.environment = {"SSL_CERT_FILE=" + server("CA")}};
    CHECK(run_hale({endpoint(app) + "?sslmode=verify-full"}, by_environment).exit_code == 0);
    CHECK(run_hale({endpoint(app) + "?sslmode=verify-full"}).out.find("unknown issuer") != std::string::npos);
  }

  TEST_CASE("A query's value against thresholds") {
    const std::vector<std::string> query{endpoint(app), "--query", "select 42"};
    const auto with = [&](std::initializer_list<std::string> more) {
      std::vector<std::string> arguments = query;
      arguments.insert(arguments.end(), more);
      return run_hale(arguments).exit_code;
    };
    CHECK(with({}) == 0);
    CHECK(with({"-w", "value=50"}) == 0);
    CHECK(with({"-w", "value=40", "-c", "value=50"}) == 1);
    CHECK(with({"-w", "value=10", "-c", "value=40"}) == 2);
    CHECK(with({"-e", "value=42"}) == 0);
    CHECK(with({"-e", "value>42"}) == 2);
  }

  TEST_CASE("A query's text") {
    CHECK(run_hale({endpoint(app), "--query", "select 'ready'", "-e", "value=ready"}).exit_code == 0);
    CHECK(run_hale({endpoint(app), "--query", "select 'ready'", "-e", "value=steady"}).exit_code == 2);
  }

  TEST_CASE("A query without rows, and one that is invalid") {
    CHECK(run_hale({endpoint(app), "--query", "select 1 where false", "-e", "value=1"}).exit_code == 2);
    const Finished finished = run_hale({endpoint(app), "--query", "select nonsense"});
    CHECK(normalize_report(finished.out) ==
          critical_report(endpoint("app"), "ask: column \"nonsense\" does not exist (42703)"));
  }

  TEST_CASE("A query that takes too long") {
    const Finished finished = run_hale({endpoint(app), "--query", "select pg_sleep(100)", "-t", long_timeout_text});
    CHECK(normalize_report(finished.out) == critical_report(endpoint("app"), "ask: no answer within TIME"));
    CHECK(ends_in_time(finished, long_timeout));
  }

  TEST_CASE("Probing leaves nothing in the server's log") {
    // Nothing else uses the server while this test runs.
    const std::string before = read_file(server("PG_LOG"));
    CHECK(run_hale({endpoint(app), endpoint(app) + "?sslmode=require", endpoint("trusted"), endpoint(app), "--query",
                    "select 1"})
              .exit_code == 0);
    // The server logs the end of a session after the client has gone, so a further session gives it time.
    const Finished alone = run_hale({endpoint("trusted"), "--query", "select 1"});
    CHECK(alone.exit_code == 0);
    CHECK(read_file(server("PG_LOG")) == before);
  }
}

}  // namespace hale::testing
