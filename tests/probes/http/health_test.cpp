#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/probes/whole.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

/// The whole result of a server that answers `status` with `body`, but for phases and measures.
std::string answered(const std::string& status, const std::string& type, const std::string& body,
                     const std::vector<std::string>& options = {}) {
  FakeServer server({expect_until("\r\n\r\n"),
                     say(fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status, type,
                                     body.size(), body)),
                     expect_close()});
  std::vector<std::string> words{fmt::format("http://{}/", server.endpoint())};
  words.insert(words.end(), options.begin(), options.end());
  const Result result = probe_one(words);
  CHECK(server.problem() == "");
  std::string text = fmt::format("{}: {}", word(result.state), result.message);
  for (const Component& component : result.components)
    text += fmt::format("\n{} {}: {}", component.name, word(component.state), component.message);
  return text;
}

const std::string json = "application/json";
const std::string red =
    R"({"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"refused"}},"disk":{"status":"UP"}}})";

}  // namespace

TEST_SUITE("http: health") {
  TEST_CASE("A green page with a red body is not healthy, and what fails is named") {
    CHECK(answered("200 OK", json, red) == "critical: down: db down: refused\ndb critical: refused\ndisk ok: ");
  }

  TEST_CASE("A green body is told in a word") {
    CHECK(answered("200 OK", "application/health+json", R"({"status":"pass","checks":{"a:t":[{"status":"pass"}]}})") ==
          "ok: 200, pass, 1 component\na:t ok: ");
    CHECK(answered("200 OK", "text/plain", "ready\n") == "ok: 200, ready");
  }

  TEST_CASE("A body that says nothing of health leaves it to the status code") {
    for (const std::string body : {"", "{}", "<html>down</html>", "Welcome to this server"}) {
      CAPTURE(body);
      CHECK(answered("200 OK", "text/html", body) == "ok: 200");
      CHECK(answered("503 Service Unavailable", "text/html", body) == "critical: status is 503, expected 200-399");
    }
  }

  TEST_CASE("Strictly, such a body is unknown") {
    CHECK(answered("200 OK", "text/html", "<html/>", {"--health", "strict"}) ==
          "unknown: the body says nothing of health");
    CHECK(answered("200 OK", json, R"({"status":"UP"})", {"--health", "strict"}) == "ok: 200, up");
  }

  TEST_CASE("Switched off, only the status code counts") {
    CHECK(answered("200 OK", json, red, {"--health", "off"}) == "ok: 200");
  }

  TEST_CASE("A good body does not mend a bad code, and both are told") {
    CHECK(answered("503 Service Unavailable", json, R"({"status":"UP"})") ==
          "critical: status is 503, expected 200-399");
    CHECK(answered("503 Service Unavailable", json, R"({"status":"DOWN"})") ==
          "critical: status is 503, expected 200-399; down");
  }

  TEST_CASE("Each judgement is replaced by a condition on its own name") {
    CHECK(answered("503 Service Unavailable", json, R"({"status":"DOWN"})", {"-e", "status=503"}) == "critical: down");
    CHECK(answered("200 OK", json, R"({"status":"DOWN"})", {"-e", "health=critical"}) == "ok: 200");
    CHECK(answered("200 OK", json, R"({"status":"WARN"})", {"--prefer", "health=ok"}) ==
          "warning: 200, but health is warning, expected ok");
  }

  TEST_CASE("An unknown word, a broken document and a document too long are unknown") {
    CHECK(answered("200 OK", json, R"({"status":"SIDEWAYS"})").starts_with("unknown: "));
    CHECK(answered("200 OK", json, R"({"status":"UP")").starts_with("unknown: "));
    CHECK(answered("200 OK", json, R"({"status":"UP","x":")" + std::string(1'100'000, 'x') + "\"}", {"-t", "20s"})
              .starts_with("unknown: the body was not read to its end"));
    CHECK(answered("200 OK", json, std::string(10'000, '[')).starts_with("unknown: "));
  }

  TEST_CASE("A large download that is no document is only a large download") {
    CHECK(answered("200 OK", "application/octet-stream", std::string(1'100'000, 'x'), {"-t", "20s"}) ==
          "ok: 200, only the first 1.05 MB read");
  }
}

}  // namespace hale::testing
