#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/probes/format_result.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

/// State, message and components for a response with `status` and `body`.
std::string probe_health(const std::string& status, const std::string& type, const std::string& body,
                         const std::vector<std::string>& options = {}) {
  FakeServer server({expect_until("\r\n\r\n"),
                     say(fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status, type,
                                     body.size(), body)),
                     expect_close()});
  std::vector<std::string> args{fmt::format("http://{}/", server.endpoint())};
  args.insert(args.end(), options.begin(), options.end());
  const Result result = probe_one(args);
  CHECK(server.problem() == "");
  std::string text = fmt::format("{}: {}", to_string(result.state), result.message);
  for (const Component& component : result.components)
    text += fmt::format("\n{} {}: {}", component.name, to_string(component.state), component.message);
  return text;
}

const std::string json = "application/json";
const std::string down =
    R"({"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"refused"}},"disk":{"status":"UP"}}})";

}  // namespace

TEST_SUITE("http: health") {
  TEST_CASE("A 200 whose body reports a failure is critical and names the failing component") {
    CHECK(probe_health("200 OK", json, down) == "critical: down: db down: refused\ndb critical: refused\ndisk ok: ");
  }

  TEST_CASE("The state of a healthy body is part of the message") {
    CHECK(probe_health("200 OK", "application/health+json",
                       R"({"status":"pass","checks":{"a:t":[{"status":"pass"}]}})") ==
          "ok: 200, pass, 1 component\na:t ok: ");
    CHECK(probe_health("200 OK", "text/plain", "ready\n") == "ok: 200, ready");
  }

  TEST_CASE("A body that reports no health leaves the status code to decide") {
    for (const std::string body : {"", "{}", "<html>down</html>", "Welcome to this server"}) {
      CAPTURE(body);
      CHECK(probe_health("200 OK", "text/html", body) == "ok: 200");
      CHECK(probe_health("503 Service Unavailable", "text/html", body) == "critical: status is 503, expected 200-399");
    }
  }

  TEST_CASE("--health strict: such a body is unknown") {
    CHECK(probe_health("200 OK", "text/html", "<html/>", {"--health", "strict"}) ==
          "unknown: the body says nothing about health");
    CHECK(probe_health("200 OK", json, R"({"status":"UP"})", {"--health", "strict"}) == "ok: 200, up");
  }

  TEST_CASE("--health off: only the status code counts") {
    CHECK(probe_health("200 OK", json, down, {"--health", "off"}) == "ok: 200");
  }

  TEST_CASE("A healthy body does not repair a bad status code, and both failures are reported") {
    CHECK(probe_health("503 Service Unavailable", json, R"({"status":"UP"})") ==
          "critical: status is 503, expected 200-399");
    CHECK(probe_health("503 Service Unavailable", json, R"({"status":"DOWN"})") ==
          "critical: status is 503, expected 200-399; down");
  }

  TEST_CASE("A condition on status or health replaces the rule for it") {
    CHECK(probe_health("503 Service Unavailable", json, R"({"status":"DOWN"})", {"-e", "status=503"}) ==
          "critical: down");
    CHECK(probe_health("200 OK", json, R"({"status":"DOWN"})", {"-e", "health=critical"}) == "ok: 200");
    CHECK(probe_health("200 OK", json, R"({"status":"WARN"})", {"--prefer", "health=ok"}) ==
          "warning: 200, but health is warning, expected ok");
  }

  TEST_CASE("An unknown state, invalid JSON and a body that is too long are unknown") {
    CHECK(probe_health("200 OK", json, R"({"status":"SIDEWAYS"})").starts_with("unknown: "));
    CHECK(probe_health("200 OK", json, R"({"status":"UP")").starts_with("unknown: "));
    CHECK(probe_health("200 OK", json, R"({"status":"UP","x":")" + std::string(1'100'000, 'x') + "\"}", {"-t", "20s"})
              .starts_with("unknown: the body was not read completely"));
    CHECK(probe_health("200 OK", json, std::string(10'000, '[')).starts_with("unknown: "));
  }

  TEST_CASE("A large download is not read for health") {
    CHECK(probe_health("200 OK", "application/octet-stream", std::string(1'100'000, 'x'), {"-t", "20s"}) ==
          "ok: 200, only the first 1.05 MB read");
  }
}

}  // namespace hale::testing
