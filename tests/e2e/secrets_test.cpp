#include <doctest/doctest.h>

#include <memory>

#include <fmt/format.h>

#include "base/file.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

constexpr const char* canary = "c4n4ryS3cret";

/// Command lines that contain the secret, one for each way to pass one to hale, for a server at `endpoint`.
std::vector<std::vector<std::string>> command_lines_with_secret(const std::string& endpoint) {
  const std::string secret = canary;
  return {
      {"http://app:" + secret + "@" + endpoint + "/health"},
      {"http://" + endpoint + "/health?token=" + secret + "&x=1"},
      {"http://" + endpoint + "/health", "--user", "app:" + secret},
      {"http://" + endpoint + "/health", "--header", "Authorization: Bearer " + secret},
      {"http://" + endpoint + "/health", "--data", "password=" + secret},
      {"http://" + endpoint + "/health", "--bearer", secret},
      {"http://shop.example/", "--proxy", "http://app:" + secret + "@" + endpoint},
      {"https://shop.example/", "--proxy", "socks5h://app:" + secret + "@" + endpoint},
      {"grpc://app:" + secret + "@" + endpoint + "/shop"},
      {"grpc://" + endpoint + "/shop", "--header", "authorization: Bearer " + secret},
      {"postgres://app:" + secret + "@" + endpoint + "/app?sslmode=disable"},
      {"postgres://" + endpoint + "/app?sslmode=disable&user=app&password=" + secret},
      {"--postgres", "host=127.0.0.1 port=" + endpoint.substr(endpoint.rfind(':') + 1) +
                         " user=app sslmode=disable password=" + secret},
      {"redis://:" + secret + "@" + endpoint},
      {"redis://app:" + secret + "@" + endpoint + "/2"},
      {"redis+sentinel://app:" + secret + "@" + endpoint + "/shop"},
      {"redis+sentinel://" + endpoint + "/shop", "--sentinel-password", secret},
      {"memcached://app:" + secret + "@" + endpoint},
      {"amqp://app:" + secret + "@" + endpoint + "/shop?heartbeat=5"},
      {"amqp://app@" + endpoint, "--password", secret},
      {"celery+redis://:" + secret + "@" + endpoint + "/1"},
      {"--celery", "amqp://app:" + secret + "@" + endpoint + "//"},
      {"--celery", "redis://app:" + secret + "@" + endpoint},
      {"--celery", "sentinel://app:" + secret + "@" + endpoint + "/1;sentinel://" + endpoint, "--master-name", "shop"},
      {"celery+redis+sentinel://" + endpoint + "/shop", "--sentinel-password", secret},
      {"--exec", "/bin/sh -c 'echo " + secret + " >/dev/null; exit 2' --password " + secret},
      {"--exec", "/nonexistent/plugin --password " + secret}};
}

/// Invalid command lines that contain the secret; the error must not repeat it.
std::vector<std::vector<std::string>> invalid_command_lines_with_secret() {
  const std::string secret = canary;
  return {{"http://app:" + secret + "@"},
          {"http://app:" + secret + "@host:70000/"},
          {"http://app:" + secret + "/slash@host/"},
          {"http://app:" + secret + "@[::1/"},
          {"http://app:" + secret + "@host:1:2/"},
          {"htpp://app:" + secret + "@host/"},
          {"app:" + secret + "@host:80"},
          {":" + secret + "@host:80"},
          {"/usr/lib/nagios/plugins/check_x --password " + secret},
          {"localhost:80?token=" + secret},
          {"host=db user=app password=" + secret},
          {"postgres://app:" + secret + "@host:0/app"},
          {"postgres://app:" + secret + "@host/app?nonsense=1"},
          {"--postgres", "host=db password=" + secret + " nonsense"},
          {"--postgres", "host=db password='" + secret},
          {"tcp://app:" + secret + "@host:80", "--query", "select 1"},
          {"tcp://app:" + secret + "@host"},
          {"grpc://app:" + secret + "@host/shop?x"},
          {"redis://:" + secret + "@host/nonsense"},
          {"redis://:" + secret + "@host", "--expect", "nonsense=1"},
          {"redis://:" + secret + "@host", "--expect", "role"},
          {"redis+sentinel://:" + secret + "@host"},
          {"redis+sentinel://app:" + secret + "/slash@host,other/shop"},
          {"redis+sentinel://host,other:x/shop", "--sentinel-password", secret},
          {"memcached://:" + secret + "@host"},
          {"memcached://app:" + secret + "@host/path"},
          {"amqp://:" + secret + "@host"},
          {"amqp://app:x@host", "--password", secret},
          {"amqp://app:" + secret + "@host", "-w", "messages=1"},
          {"amqp://app:" + secret + "@host", "--queue", ""},
          {"--celery", "redis://:" + secret + "@host/nonsense"},
          {"--celery", "amqp://:" + secret + "@host"},
          {"--celery", "amqp://app:" + secret + "@host", "--master-name", "shop"},
          {"--celery", "redis://:" + secret + "@"},
          {"--celery", "amqp+nonsense://app:" + secret + "@host"},
          {"--celery", "redis://:" + secret + "@host", "--worker", "web"},
          {"--celery", "redis://:" + secret + "@host", "--master-name", "shop"},
          {"--celery", "redis+socket://:" + secret + "@host/x"},
          {"--celery", "sentinel://:" + secret + "@host;sentinel://other"},
          {"--celery", "sentinel://:" + secret + "@host;sentinel://:x" + secret + "/@other", "--master-name", "shop"},
          {"http://host/", "--user", "app:" + secret, "--usr", "x"},
          {"http://host/", "--header", "Authorization: Bearer " + secret, "-w", "x"},
          {"http://host/", "--bearer", secret + " x"},
          {"http://host/", "--bearer", secret, "--user", "app"},
          {"http://host/", "--proxy", "ftp://app:" + secret + "@proxy"},
          {"http://host/", "--proxy", "http://app:" + secret + "/slash@proxy"},
          {"http://host/", "--proxy", "http://app:" + secret + "@proxy", "--connect-to", "other"},
          {"--exec", "plugin --password '" + secret}};
}

const std::vector<std::vector<std::string>> output_options{
    {"--format", "table"}, {"--format", "table", "-v"}, {"--format", "json"},    {"--format", "nagios"},
    {"--for", "docker"},   {"--for", "nagios", "-v"},   {"--for", "kubernetes"}, {"-t", "100ms"}};

void check_not_revealed(const std::vector<std::string>& words, const std::vector<std::string>& environment = {}) {
  std::vector<std::unique_ptr<Program>> programs;
  for (std::vector<std::string> all : output_options) {
    all.insert(all.end(), words.begin(), words.end());
    programs.push_back(std::make_unique<Program>(hale_command(all), hale_options({.environment = environment})));
  }
  for (std::size_t i = 0; i < output_options.size(); ++i) {
    CAPTURE(words);
    CAPTURE(output_options[i]);
    const Finished finished = programs[i]->finish();
    CHECK(!(finished.out + finished.err).empty());
    CHECK(finished.out.find(canary) == std::string::npos);
    CHECK(finished.err.find(canary) == std::string::npos);
  }
}

}  // namespace

TEST_SUITE("secrets") {
  TEST_CASE("Connection refused: no report has the secret") {
    const ClosedPort closed;
    for (const auto& words : command_lines_with_secret(fmt::format("127.0.0.1:{}", closed.port())))
      check_not_revealed(words);
  }

  TEST_CASE("A silent server: no report has the secret") {
    FakeServer server({stay_silent()}, {.repeat = true});
    for (auto words : command_lines_with_secret(server.endpoint())) {
      words.insert(words.end(), {"-t", "50ms"});
      check_not_revealed(words);
    }
  }

  TEST_CASE("A server that repeats the secret in an error") {
    const std::string echo = fmt::format("-ERR HTTP/1.0 no such password {} for you\r\n", canary);
    FakeServer server({say(echo), hang_up()}, {.repeat = true});
    for (const auto& words : command_lines_with_secret(server.endpoint())) check_not_revealed(words);
  }

  TEST_CASE("A healthy server that repeats the secret") {
    const std::string body = fmt::format("you said {}", canary);
    const std::string answer =
        fmt::format("HTTP/1.1 200 OK\r\nX-Echo: {}\r\nContent-Length: {}\r\n\r\n{}", canary, body.size(), body);
    FakeServer server({expect_until("\r\n\r\n"), say(answer), hang_up()}, {.repeat = true});
    check_not_revealed(
        {fmt::format("http://app:{}@{}/", canary, server.endpoint()), "-e", "body~^hello", "-e", "header:x-echo=no"});
  }

  TEST_CASE("Secrets in the environment") {
    FakeServer server({say(fmt::format("-WRONGPASS {}\r\n", canary)), hang_up()}, {.repeat = true});
    check_not_revealed({"redis://" + server.endpoint()}, {fmt::format("REDISCLI_AUTH={}", canary)});
    check_not_revealed({"postgres://app@" + server.endpoint() + "/app"}, {fmt::format("PGPASSWORD={}", canary)});
  }

  TEST_CASE("Usage errors do not repeat the secret") {
    for (const auto& words : invalid_command_lines_with_secret()) {
      check_not_revealed(words);
      CAPTURE(words);
      CHECK(run_hale(words).exit_code == 3);
    }
  }

  TEST_CASE("The process list does not show the command line") {
    FakeServer server({stay_silent()}, {.repeat = true});
    for (auto words : command_lines_with_secret(server.endpoint())) {
      if (words[0] == "--exec") continue;  // the arguments of the command itself are visible
      words.insert(words.end(), {"-t", "20s"});
      FakeServer own({stay_silent()});
      words.push_back("tcp://" + own.endpoint());
      words.insert(words.end(), {"--banner", "x"});
      Program program(hale_command(words), hale_options());
      own.await_connections(1);
      const std::string shown = read_file(fmt::format("/proc/{}/cmdline", program.pid()));
      CHECK(shown.starts_with(testing::hale_binary()));
      CHECK(shown.find(canary) == std::string::npos);
    }
  }
}

}  // namespace hale::testing
