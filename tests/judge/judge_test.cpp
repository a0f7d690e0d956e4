#include "judge/judge.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/judge/verdict.hpp"
#include "tests/support/paths.hpp"

namespace hale {
namespace {

using namespace judge_world;

TEST_SUITE("judge") {
  TEST_CASE("the result has the observation, and no phases") {
    Observation observation;
    observation.summary = "200, pass";
    observation.metrics = {{"time", {0.012, Unit::seconds}}};
    observation.facts = {{"status", "200"}};
    observation.components = {{"db", State::warning, "slow"}};
    const Result result = judge(target(), observation);
    CHECK(result.name == "name");
    CHECK(result.kind == "test");
    CHECK(result.address == "address");
    CHECK(result.state == State::ok);
    CHECK(result.message == "200, pass");
    CHECK_FALSE(result.failed_phase);
    CHECK(result.length == Duration{});
    CHECK(result.phases.empty());
    REQUIRE(result.metrics.size() == 1);
    CHECK(result.metrics[0].metric.name == "time");
    CHECK(result.metrics[0].metric.quantity.value == 0.012);
    CHECK(result.metrics[0].state == State::ok);
    REQUIRE(result.facts.size() == 1);
    CHECK(result.facts[0].text == "200");
    REQUIRE(result.components.size() == 1);
    CHECK(result.components[0].message == "slow");
  }

  TEST_CASE("a failed range follows the summary") {
    Observation observation = metric("time", 0.612, Unit::seconds);
    observation.summary = "200";
    CHECK(verdict(within("time", "500ms", nullptr), observation) == "warning: 200, but time 612 ms is over 500 ms");
  }

  TEST_CASE("without a summary the message is the failed range") {
    CHECK(verdict(within("time", "500ms", nullptr), metric("time", 0.612, Unit::seconds)) ==
          "warning: time 612 ms is over 500 ms");
  }

  TEST_CASE("reasons are sorted worst first, then claims before conditions and ranges") {
    Target strict = expecting("role=primary", State::warning);
    strict.expectations.push_back({parse_condition("body~ready"), State::critical});
    strict.thresholds.push_back({"time", std::nullopt, parse_range("1s")});
    Observation observation = fact("role", "replica");
    observation.summary = "not shown";
    observation.facts.push_back({"body", "no"});
    observation.metrics = {{"time", {2, Unit::seconds}}};
    observation.claims = {{State::ok, "not shown"}, {State::warning, "too many requests"}};
    CHECK(verdict(strict, observation) ==
          "critical: body is no, expected ~ready; time 2 s is over 1 s; too many requests; role is replica, expected "
          "primary");
  }

  TEST_CASE("a claim is the message when it is not ok") {
    Observation observation;
    observation.summary = "not shown";
    observation.claims = {{State::critical, "503 Service Unavailable"}};
    CHECK(verdict(target(), observation) == "critical: 503 Service Unavailable");
  }

  TEST_CASE("a claim without a message has the summary") {
    Observation observation;
    observation.summary = "DISK WARNING";
    observation.claims = {{State::warning, ""}};
    CHECK(verdict(target(), observation) == "warning: DISK WARNING");
  }

  TEST_CASE("a condition replaces a claim about the same name") {
    Observation observation = fact("status", "503");
    observation.summary = "503";
    observation.claims = {{State::critical, "503 Service Unavailable", "status"}};
    CHECK(verdict(expecting("status=503"), observation) == "ok: 503");
    CHECK(verdict(expecting("status=200"), observation) == "critical: 503, but status is 503, expected 200");
    CHECK(verdict(expecting("status!=1"), metric("status", 5)) == "ok: ");
  }

  TEST_CASE("a range replaces a claim about the same name") {
    Observation observation = metric("lag", 42, Unit::seconds);
    observation.claims = {{State::critical, "lag is high", "lag"}};
    CHECK(verdict(within("lag", "1min", nullptr), observation) == "ok: ");
  }

  TEST_CASE("a claim about another name stays") {
    Observation observation = fact("status", "200");
    observation.claims = {{State::critical, "replication is broken", "role"}, {State::warning, "unrelated"}};
    CHECK(verdict(expecting("status=200"), observation) == "critical: replication is broken; unrelated");
  }
}

TEST_SUITE("judge: absent names") {
  TEST_CASE("names without a rule are unknown") {
    CHECK(verdict(expecting("role=primary"), {}) == "unknown: the answer has no role");
    CHECK(verdict(expecting("role!=primary"), {}) == "unknown: the answer has no role");
    CHECK(verdict(expecting("header:server~nginx"), {}) == "unknown: the answer has no header:server");
    CHECK(verdict(expecting("load1<3"), {}) == "unknown: the answer has no load1");
  }

  TEST_CASE("where absence fails every condition") {
    CHECK(verdict(expecting("json:/x=3"), {}) == "critical: json:/x is absent, expected 3");
    CHECK(verdict(expecting("json:/x!=3"), {}) == "critical: json:/x is absent, expected != 3");
    CHECK(verdict(expecting("json:/x!~3", State::warning), {}) == "warning: json:/x is absent, expected !~3");
    CHECK(verdict(expecting("json:/x<3"), {}) == "critical: json:/x is absent, expected < 3");
  }

  TEST_CASE("where absence counts as an empty text") {
    CHECK(verdict(expecting("banner~^220"), {}) == "critical: banner is empty, expected ~^220");
    CHECK(verdict(expecting("banner!~error"), {}) == "ok: ");
    CHECK(verdict(expecting("banner=hello"), {}) == "critical: banner is empty, expected hello");
    CHECK(verdict(expecting("banner!=hello"), {}) == "ok: ");
    CHECK(verdict(expecting("banner>3"), {}) == "critical: banner is empty, expected > 3");
  }

  TEST_CASE("a range on an absent metric") {
    CHECK(verdict(within("load1", "3", nullptr), {}) == "unknown: the answer has no metric load1");
    CHECK(verdict(within("time", "3", nullptr), {}) == "unknown: the answer has no metric time");
    CHECK(verdict(within("json:/x", "3", nullptr), {}) == "warning: json:/x is absent");
    CHECK(verdict(within("json:/x", "3", "5"), {}) == "critical: json:/x is absent");
  }

  TEST_CASE("the probe gives a reason for an absent name") {
    Observation observation;
    observation.notes = {{"role", "not reported"}, {"load1", "hidden from you"}};
    CHECK(verdict(within("load1", "3", nullptr), observation) ==
          "unknown: the answer has no metric load1: hidden from you");
    CHECK(verdict(expecting("role=primary"), observation) == "unknown: the answer has no role: not reported");
    CHECK(verdict(expecting("status=200"), observation) == "unknown: the answer has no status");
  }
}

TEST_SUITE("judge: ranges") {
  TEST_CASE("critical is tested before warning, and only one breach is reported") {
    CHECK(verdict(within("x", "10", "20"), metric("x", 25)) == "critical: x 25 is over 20");
    CHECK(verdict(within("x", "10", "20"), metric("x", 15)) == "warning: x 15 is over 10");
    CHECK(verdict(within("x", "10", "20"), metric("x", 10)) == "ok: ");
  }

  TEST_CASE("the message names the bound that was crossed") {
    CHECK(verdict(within("x", "10:", nullptr), metric("x", 3)) == "warning: x 3 is under 10");
    CHECK(verdict(within("x", "10:20", nullptr), metric("x", 3)) == "warning: x 3 is under 10");
    CHECK(verdict(within("x", "10:20", nullptr), metric("x", 21)) == "warning: x 21 is over 20");
    CHECK(verdict(within("x", "10", nullptr), metric("x", -1)) == "warning: x -1 is under 0");
  }

  TEST_CASE("a range that alerts inside") {
    CHECK(verdict(within("x", "@10:20", nullptr), metric("x", 12)) == "warning: x 12 is within 10 to 20");
    CHECK(verdict(within("x", "@~:20", nullptr), metric("x", 20)) == "warning: x 20 is at most 20");
    CHECK(verdict(within("x", "@10:", nullptr), metric("x", 12)) == "warning: x 12 is at least 10");
    CHECK(verdict(within("x", "@10:20", nullptr), metric("x", 21)) == "ok: ");
  }

  TEST_CASE("bounds are shown in the metric's unit") {
    CHECK(verdict(within("size", nullptr, "64000"), metric("size", 1e6, Unit::bytes)) ==
          "critical: size 1 MB is over 64 kB");
    CHECK(verdict(within("used", nullptr, "80%"), metric("used", 91.23, Unit::percent)) ==
          "critical: used 91.2 % is over 80 %");
    CHECK(verdict(within("time", nullptr, "0.5"), metric("time", 0.5004, Unit::seconds)) ==
          "critical: time 0.5004 s is over 500 ms");
  }

  TEST_CASE("a range in another unit cannot be judged, and is not shown") {
    const Target strict = within("load1", "5s", "10");
    const Observation observation = metric("load1", 3);
    CHECK(verdict(strict, observation) == "unknown: load1 is a plain number, the range is a time");
    const Result result = judge(strict, observation);
    CHECK_FALSE(result.metrics[0].metric.warning);
    CHECK_FALSE(result.metrics[0].metric.critical);
    CHECK(result.metrics[0].state == State::unknown);
  }

  TEST_CASE("the user's ranges replace the peer's") {
    Observation observation = metric("x", 15);
    observation.metrics[0].warning = parse_range("1");
    observation.metrics[0].critical = parse_range("2");
    const Result result = judge(within("x", "10", nullptr), observation);
    CHECK(result.state == State::warning);
    CHECK(result.metrics[0].metric.warning == parse_range("10"));
    CHECK_FALSE(result.metrics[0].metric.critical);
    CHECK(result.metrics[0].state == State::warning);
  }

  TEST_CASE("the peer's ranges set the state of the metric, not of the target") {
    Observation observation = metric("x", 15);
    observation.summary = "DISK OK";
    observation.metrics[0].warning = parse_range("10");
    observation.metrics[0].critical = parse_range("20");
    const Result result = judge(target(), observation);
    CHECK(result.state == State::ok);
    CHECK(result.message == "DISK OK");
    CHECK(result.metrics[0].metric.critical == parse_range("20"));
    CHECK(result.metrics[0].state == State::warning);
  }

  TEST_CASE("the same states as other plugins") {
    const std::filesystem::path path = testing::shared_file("threshold_states.jsonl");
    if (!std::filesystem::exists(path)) {
      MESSAGE("skipped: ", path.string(), " does not exist");
      return;
    }
    std::ifstream file(path);
    int rows = 0;
    for (std::string line; std::getline(file, line); ++rows) {
      const auto row = nlohmann::json::parse(line);
      const auto range = [&](const char* key) {
        return row.at(key).is_null() ? std::string() : row.at(key).get<std::string>();
      };
      const std::string warning = range("warning"), critical = range("critical");
      const Target strict =
          within("x", warning.empty() ? nullptr : warning.c_str(), critical.empty() ? nullptr : critical.c_str());
      const Result result = judge(strict, metric("x", row.at("value").get<double>()));
      CHECK_MESSAGE(label(result.state) == row.at("state").get<std::string>(), line);
      CHECK_MESSAGE(result.metrics[0].state == result.state, line);
    }
    CHECK(rows > 0);
  }
}

}  // namespace
}  // namespace hale
