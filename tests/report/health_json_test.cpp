#include <doctest/doctest.h>

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/formats.hpp"
#include "report/report.hpp"
#include "tests/report/outcome.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale {
namespace {

using namespace report_samples;

/// The result of an http probe of a server that serves the report.
Result read_back(const Outcome& outcome) {
  const std::string body = render_health_json(outcome, {});
  testing::FakeServer server(
      {testing::expect_until("\r\n\r\n"),
       testing::say(
           fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/health+json\r\nContent-Length: {}\r\n\r\n{}",
                       body.size(), body)),
       testing::expect_close()});
  const Result result = testing::probe_one({fmt::format("http://{}/health", server.endpoint())});
  CHECK(server.problem() == "");
  return result;
}

std::string component_states(const Result& result) {
  std::string text;
  for (const Component& component : result.components)
    text += fmt::format("{} {}, ", component.name, to_string(component.state));
  return text;
}

}  // namespace

TEST_SUITE("health+json") {
  TEST_CASE("the whole document") {
    Outcome one = outcome({result("db", State::critical, "login: no (28P01)")});
    one.results[0].metrics = {metric("time", 0.612, Unit::seconds, nullptr, "500ms"), metric("value", 3)};
    one.results[0].metrics[0].state = State::critical;
    CHECK(render_health_json(one, {}) == R"text({
  "status": "fail",
  "releaseId": "0.1.0",
  "description": "hale on box",
  "output": "CRITICAL: db \u2013 login: no (28P01)",
  "checks": {
    "db": [
      {
        "componentType": "test",
        "status": "fail",
        "time": "2026-02-03T04:00:05.007Z",
        "output": "login: no (28P01)"
      }
    ],
    "db:time": [
      {
        "observedValue": 0.612,
        "observedUnit": "s",
        "status": "fail",
        "time": "2026-02-03T04:00:05.007Z"
      }
    ],
    "db:value": [
      {
        "observedValue": 3,
        "status": "pass",
        "time": "2026-02-03T04:00:05.007Z"
      }
    ]
  }
}
)text");
  }

  TEST_CASE("hale reads it back as the same state with the same names") {
    for (const State state : {State::ok, State::unknown, State::warning, State::critical}) {
      Outcome two = outcome({result("db", state, "what is wrong"), result("cache", State::ok, "PONG")});
      two.results[1].components = {{"shard", State::ok, ""}};
      const Result parsed = read_back(two);
      CAPTURE(parsed.message);
      CHECK(parsed.state == state);
      CHECK(component_states(parsed) == fmt::format("db {}, cache ok, cache/shard ok, ", to_string(state)));
    }
  }

  TEST_CASE("text from a peer stays inside its string, and no name is repeated") {
    Outcome bad = hostile_outcome();
    bad.results.push_back(bad.results.front());
    const std::string text = render_health_json(bad, {});
    for (const char c : text) CHECK((c == '\n' || (c >= 0x20 && c < 0x7f)));
    CHECK(nlohmann::json::parse(text).at("checks").size() == 11);
  }

  TEST_CASE("a usage error") {
    const Outcome nothing = outcome({});
    CHECK(report_usage_error("write what to check", nothing, Output{.format = Format::health_json}) == R"text({
  "status": "unknown",
  "releaseId": "0.1.0",
  "description": "hale on box",
  "output": "write what to check",
  "checks": {}
}
)text");
  }
}

}  // namespace hale
