#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {

TEST_SUITE("mixed") {
  TEST_CASE("Nagios plugins") {
    const std::string plugins = "/usr/lib/nagios/plugins/";
    const Finished disk = run_hale({"--exec", plugins + "check_disk -w 1% -c 0% -p /"});
    CHECK(disk.out.find("DISK OK") != std::string::npos);
    CHECK(disk.exit_code == 0);
    CHECK(run_hale({"--exec", plugins + "check_disk -w 100% -c 99.999% -p /"}).exit_code == 2);
    CHECK(run_hale({"--exec", plugins + "check_dummy 1 careful"}).exit_code == 1);
    CHECK(run_hale({"--exec", plugins + "check_dummy 3"}).exit_code == 3);
    CHECK(run_hale({"--exec", plugins + "check_tcp -H 127.0.0.1 -p " + server("HTTP_PORT")}).exit_code == 0);
    CHECK(run_hale({"--exec", plugins + "check_tcp -H 127.0.0.1 -p " + server("HTTP_PORT"), "-c", "time=10", "-e",
                    "time<10"})
              .exit_code == 0);
  }

  TEST_CASE("Five kinds in one JSON report") {
    const std::string web = "127.0.0.1:" + server("HTTP_PORT");
    const Finished finished = run_hale({"--format",   "json",
                                        "--http",     web + "/json",
                                        "--name",     "api",
                                        "-e",         "json:/queue/depth<5",
                                        "--tcp",      web,
                                        "--name",     "port",
                                        "--postgres", "postgres://app@127.0.0.1:" + server("PG_PORT") + "/app",
                                        "--name",     "db",
                                        "--redis",    "127.0.0.1:" + server("REDIS_PORT"),
                                        "--name",     "cache",
                                        "--exec",     "/usr/lib/nagios/plugins/check_dummy 1",
                                        "--name",     "plugin"},
                                       {.environment = {"PGPASSWORD=s3cret-app"}});
    CHECK(finished.exit_code == 2);
    const nlohmann::json document = nlohmann::json::parse(finished.out);
    CHECK(document["schema"] == "hale.report/1");
    CHECK(document["state"] == "critical");
    CHECK(document["exit_code"] == 2);
    std::string states;
    for (const auto& target : document["targets"]) {
      states += target["name"].get<std::string>() + " " + target["kind"].get<std::string>() + " " +
                target["state"].get<std::string>() + "\n";
    }
    CHECK(states == "api http critical\nport tcp ok\ndb postgres ok\ncache redis ok\nplugin exec warning\n");
    CHECK(document["targets"][0]["message"] == "200, pass, but json:/queue/depth is 7, expected < 5");
    CHECK(document["targets"][0]["facts"]["status"] == "200");
  }

  TEST_CASE("openssl.cnf is not read: this one would leave OpenSSL without any algorithm") {
    const TemporaryFolder folder;
    const std::string settings = folder.write("openssl.cnf",
                                              "openssl_conf = all\n[all]\nproviders = providers\n"
                                              "[providers]\nnull = nothing\n[nothing]\nactivate = 1\n");
    for (const std::string& target :
         {"https://127.0.0.1:" + server("HTTPS_PORT") + "/health", "tls://127.0.0.1:" + server("HTTPS_PORT"),
          "postgres://app@127.0.0.1:" + server("PG_PORT") + "/app?sslmode=verify-full&sslrootcert=" + server("CA")}) {
      CAPTURE(target);
      const Finished finished = run_hale({target, "--cacert", server("CA")},
                                         {.environment = {"OPENSSL_CONF=" + settings, "PGPASSWORD=s3cret-app"}});
      CHECK(finished.out.starts_with("OK: "));
      CHECK(finished.exit_code == 0);
    }
  }

  TEST_CASE("The plugin line") {
    const Finished finished =
        run_hale({"--for", "nagios", "http://127.0.0.1:" + server("HTTP_PORT") + "/broken", "--name", "web",
                  "redis://127.0.0.1:" + server("REDIS_PORT"), "--name", "cache"});
    CHECK(finished.out.starts_with("HALE CRITICAL: 1 of 2: web - status is 503, expected 200-399 | "));
    CHECK(finished.out.find("\n[CRITICAL] web: status is 503, expected 200-399\n") != std::string::npos);
    CHECK(finished.out.find("\n[OK] cache: PONG, master, ") != std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A warning is healthy for Docker") {
    CHECK(run_hale({"--for", "docker", "http://127.0.0.1:" + server("HTTP_PORT") + "/busy"}).exit_code == 0);
    CHECK(run_hale({"--for", "docker", "http://127.0.0.1:" + server("HTTP_PORT") + "/broken"}).exit_code == 1);
  }
}

}  // namespace hale::testing
