#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "cli/prose.hpp"
#include "probes/registry.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/paths.hpp"

namespace hale::testing {
namespace {

/// The commands in README.md: indented lines that begin with hale, without comments.
std::vector<std::string> readme_examples() {
  std::ifstream readme(testing::source_file("README.md"));
  std::vector<std::string> commands;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("    hale ")) commands.emplace_back(trim(line.substr(0, line.find("  # "))));
  }
  return commands;
}

std::vector<std::string> every_example() {
  std::vector<std::string> commands = readme_examples();
  for (const Example& example : examples()) commands.emplace_back(example.command);
  for (const Kind* kind : kinds()) commands.emplace_back(kind->example);
  return commands;
}

/// An example with its servers replaced by those of the tests. A longer text comes before its own prefix.
std::string local_command(std::string command, const FakeServer& smtp, const FakeServer& ssh) {
  const std::string here = "127.0.0.1:";
  const std::string postgres = "postgres://app@" + here + server("PG_PORT") + "/app";
  const std::string redis = "redis://" + here + server("REDIS_PORT");
  const std::vector<std::pair<std::string, std::string>> endpoints{
      {"localhost:8080/health", here + server("HTTP_PORT") + "/json"},
      // The server listens in one family.
      {"--each-address https://localhost:8443/", "--each-address https://" + here + server("HTTPS_PORT") + "/health"},
      {"https://localhost:8443/", "https://localhost:" + server("HTTPS_PORT") + "/health"},
      {"tls://localhost:8443", "tls://localhost:" + server("HTTPS_PORT")},
      {"127.0.0.1:8443", here + server("HTTPS_PORT")},
      {"http://app/health --unix-socket /run/app.sock", "http://app/json --unix-socket " + server("HTTP_SOCKET")},
      {"grpc://localhost:50051", "grpc://" + here + server("GRPC_PORT")},
      {"postgres://app@db/app", postgres},
      {"postgres://app@localhost/app", postgres},
      {"postgres://monitor@standby/app", "postgres://monitor@" + here + server("PG_STANDBY_PORT") + "/app"},
      {"django:/srv/shop", "django:" + server("SHOP")},
      {"redis://localhost:6379/0", redis + "/5"},
      {"redis://broker:6379/0", redis + "/5"},
      {"celery@%h", "lab1@hale"},
      {"redis://cache:6379", redis},
      {"redis://localhost:6379", redis},
      {"redis://localhost", redis},
      {"redis+sentinel://localhost:26379", "redis+sentinel://" + here + server("REDIS_SENTINEL_PORT")},
      {"memcached://localhost", "memcached://" + here + server("MEMCACHED_PORT")},
      {"amqp://localhost/", "amqp://" + here + server("AMQP_PORT") + "/"},
      {"tcp://smtp:25", "tcp://" + smtp.endpoint()},
      {"tcp://localhost:25", "tcp://" + smtp.endpoint()},
      {"tcp://localhost:22", "tcp://" + ssh.endpoint()},
      {"dns://localhost/", "dns://" + here + server("DNS_PORT") + "/"},
      {"client.pem", server("CLIENT")},
      // How full the disk of this machine is does not matter.
      {"-w 10% -c 5%", "-w 1% -c 0%"},
  };
  for (const auto& [text, endpoint] : endpoints) {
    if (const std::size_t at = command.find(text); at != std::string::npos) command.replace(at, text.size(), endpoint);
  }
  return command;
}

/// True when the example has a range for a time. A busy machine may exceed it, so a warning is accepted.
bool judges_time(std::string_view command) {
  return command.find(" -w ") != std::string_view::npos || command.find("time<") != std::string_view::npos;
}

}  // namespace

TEST_SUITE("examples") {
  TEST_CASE("Every example in the manual, the help and the README works") {
    const std::string binary = testing::hale_binary();
    const std::string folder = binary.substr(0, binary.rfind('/'));
    REQUIRE(readme_examples().size() >= 7);
    for (const std::string& example : every_example()) {
      FakeServer smtp({say("220 mail.example.org ESMTP\r\n"), expect_close()}, {.repeat = true});
      FakeServer ssh({say("SSH-2.0-OpenSSH_9.2\r\n"), expect_close()}, {.repeat = true});
      const std::string command = local_command(example, smtp, ssh);
      CAPTURE(example);
      CAPTURE(command);
      const Finished finished = run_program(
          {"/bin/sh", "-c", command}, {.environment = {"PATH=" + folder + ":/usr/bin:/bin", "PGPASSWORD=s3cret-app",
                                                       "SSL_CERT_FILE=" + server("CA")},
                                       .empty_environment = true});
      CAPTURE(finished.out);
      CHECK(finished.err == "");
      CHECK(finished.exit_code <= (judges_time(command) ? 1 : 0));
    }
  }
}

}  // namespace hale::testing
