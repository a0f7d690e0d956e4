#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "report/formats.hpp"
#include "tests/report/outcome.hpp"
#include "tests/support/paths.hpp"

namespace hale {
namespace {

using namespace report_samples;

nlohmann::json target(Result one) {
  return nlohmann::json::parse(render_json(outcome({std::move(one)}), {})).at("targets").at(0);
}

/// Empty if the document is valid against the committed schema, otherwise the validator's error.
std::string schema_error(const std::string& document) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("hale-schema-{}.json", getpid());
  std::ofstream(file, std::ios::binary) << document;
  const std::string validate =
      fmt::format("/usr/bin/python3 {0}/tests/report/validate_schema.py {0}/man/hale.report.schema.json < {1} 2>&1",
                  testing::source_file("."), file.string());
  FILE* validator = popen(validate.c_str(), "r");
  REQUIRE(validator != nullptr);
  std::string output;
  for (int c = std::fgetc(validator); c != EOF; c = std::fgetc(validator)) output += static_cast<char>(c);
  const int status = pclose(validator);
  std::filesystem::remove(file);
  CHECK((status == 0) == output.empty());
  return output;
}

TEST_SUITE("json") {
  TEST_CASE("the whole document") {
    Result db = result("db", State::critical, "login: no such role", 8100us);
    db.failed_phase = "login";
    db.phases = {{"connect", 0ms, 2500us}, {"login", 2500us, 5600us}};
    db.metrics = {metric("time", 0.0081, Unit::seconds, "500ms", "~:2s")};
    db.facts = {{"version", "15.6"}};
    db.components = {{"replica", State::warning, "lags"}};
    CHECK(render_json(outcome({db}), {}) == R"({
  "schema": "hale.report/1",
  "state": "critical",
  "exit_code": 2,
  "summary": "CRITICAL: db \u2013 login: no such role",
  "started": "2026-02-03T04:00:05.007Z",
  "seconds": 0.041,
  "host": "box",
  "version": "0.1.0",
  "notice": null,
  "targets": [
    {
      "name": "db",
      "kind": "test",
      "address": "test://address",
      "state": "critical",
      "message": "login: no such role",
      "phase": "login",
      "seconds": 0.0081,
      "phases": [
        {
          "name": "connect",
          "seconds": 0.0025
        },
        {
          "name": "login",
          "seconds": 0.0056
        }
      ],
      "metrics": {
        "time": {
          "value": 0.0081,
          "unit": "s",
          "state": "ok",
          "warning": "0.5",
          "critical": "~:2"
        }
      },
      "facts": {
        "version": "15.6"
      },
      "components": [
        {
          "name": "replica",
          "state": "warning",
          "message": "lags"
        }
      ]
    }
  ]
}
)");
  }

  TEST_CASE("a usage error is the same document") {
    CHECK(render_json_error("no target; write http://localhost/", outcome({}), {}) == R"({
  "schema": "hale.report/1",
  "state": "unknown",
  "exit_code": 3,
  "summary": "no target; write http://localhost/",
  "started": "2026-02-03T04:00:05.007Z",
  "seconds": 0.041,
  "host": "box",
  "version": "0.1.0",
  "notice": null,
  "targets": []
}
)");
  }

  TEST_CASE("the exit code is the caller's") {
    Output output;
    output.binary_exit = true;
    CHECK(nlohmann::json::parse(render_json(three(), output)).at("exit_code") == 1);
    CHECK(nlohmann::json::parse(render_json(three(), {})).at("exit_code") == 2);
  }

  TEST_CASE("targets are in command-line order and never cut") {
    Output output;
    output.worst_first = true;
    output.limit = 100;
    const auto document = nlohmann::json::parse(render_json(three(), output));
    REQUIRE(document.at("targets").size() == 3);
    CHECK(document.at("targets")[0].at("name") == "api");
    CHECK(document.at("targets")[1].at("name") == "db");
    CHECK(document.at("targets")[2].at("name") == "cache");
  }

  TEST_CASE("without a failure the phase is null") { CHECK(target(result("a", State::ok, "x")).at("phase").is_null()); }

  TEST_CASE("a metric is in its base unit; without thresholds they are null") {
    Result one = result("a", State::ok, "x");
    one.metrics = {metric("size", 312, Unit::bytes), metric("load", 0.25)};
    one.metrics[1].state = State::warning;
    CHECK(target(one).at("metrics").dump() ==
          R"({"load":{"critical":null,"state":"warning","unit":"","value":0.25,"warning":null},)"
          R"("size":{"critical":null,"state":"ok","unit":"B","value":312,"warning":null}})");
  }

  TEST_CASE("a metric that is not finite is omitted") {
    Result one = result("a", State::ok, "x");
    one.metrics = {metric("a", std::numeric_limits<double>::infinity()),
                   metric("b", std::numeric_limits<double>::quiet_NaN()), metric("c", 1e300)};
    CHECK(target(one).at("metrics").size() == 1);
    CHECK(target(one).at("metrics").at("c").at("value") == 1e300);
  }

  TEST_CASE("the first value of a name wins") {
    Result one = result("a", State::ok, "x");
    one.metrics = {metric("n", 1), metric("n", 2)};
    one.facts = {{"f", "first"}, {"f", "second"}, {"\xfe", "third"}, {"\xff", "fourth"}};
    CHECK(target(one).at("metrics").at("n").at("value") == 1);
    CHECK(target(one).at("facts").dump() == "{\"f\":\"first\",\"\uFFFD\":\"third\"}");
  }

  TEST_CASE("a long fact is truncated") {
    Result one = result("a", State::ok, "x");
    one.facts = {{"body", std::string(1024, 'x')}, {"more", std::string(1025, 'x')}};
    CHECK(target(one).at("facts").at("body") == std::string(1024, 'x'));
    CHECK(target(one).at("facts").at("more") == std::string(1021, 'x') + "\u2026");
  }

  TEST_CASE("text from outside is escaped as ASCII") {
    const std::string document = render_json(hostile_outcome(), {});
    CHECK(std::all_of(document.begin(), document.end(), [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
    CHECK(document.find(R"("message": "a\u001b[31mb\r\nc|d\u202ee\ufffdf\u0000g\n")") != std::string::npos);
    CHECK(nlohmann::json::parse(document).at("targets")[0].at("components")[0].at("state") == "warning");
  }

  TEST_CASE("the summary is one sanitized line") {
    const auto document = nlohmann::json::parse(render_json(outcome({result("a", State::critical, hostile)}), {}));
    CHECK(document.at("summary") == "CRITICAL: a \u2013 " + hostile_sanitized);
  }

  TEST_CASE("a time before the epoch and before the year's tenth month") {
    Outcome old = outcome({});
    old.started = std::chrono::sys_days(std::chrono::year(1969) / 12 / 31) + std::chrono::hours(23) - 1ms;
    CHECK(nlohmann::json::parse(render_json(old, {})).at("started") == "1969-12-31T22:59:59.999Z");
  }
}

TEST_SUITE("json schema") {
  TEST_CASE("all OK") {
    Result one = result("a", State::ok, "x");
    one.phases = {{"connect", 0ms, 1ms}};
    one.metrics = {metric("time", 0.012, Unit::seconds, "10:", "@-1.5:2"), metric("n", -3, Unit::counter, "~:0")};
    one.facts = {{"role", "primary"}};
    one.components = {{"db", State::ok, ""}};
    CHECK(schema_error(render_json(outcome({one, result("b", State::ok, "")}), {})) == "");
  }

  TEST_CASE("failures with hostile text") { CHECK(schema_error(render_json(hostile_outcome(), {})) == ""); }

  TEST_CASE("a usage error") { CHECK(schema_error(render_json_error(hostile, outcome({}), {})) == ""); }

  TEST_CASE("the schema rejects anything else") {
    const std::string good = render_json(three(), {});
    REQUIRE(schema_error(good) == "");
    const auto replace = [&](const char* pointer, nlohmann::json value) {
      auto document = nlohmann::json::parse(good);
      document[nlohmann::json::json_pointer(pointer)] = std::move(value);
      return schema_error(document.dump(-1, ' ', true));
    };
    CHECK(replace("/more", 1) == "$: Additional properties are not allowed ('more' was unexpected)\n");
    CHECK(replace("/state", "OK") == "$.state: 'OK' is not one of ['ok', 'warning', 'critical', 'unknown']\n");
    CHECK(replace("/exit_code", 4) == "$.exit_code: 4 is not one of [0, 1, 2, 3]\n");
    CHECK(replace("/summary", "a\nb").starts_with("$.summary: 'a\\nb' does not match "));
    CHECK(replace("/targets/0/more", 1) ==
          "$.targets[0]: Additional properties are not allowed ('more' was unexpected)\n");
    CHECK(replace("/targets/0/phase", 1) == "$.targets[0].phase: 1 is not of type 'string', 'null'\n");
    CHECK(replace("/targets/0/metrics/time/warning", "10s")
              .starts_with("$.targets[0].metrics.time.warning: '10s' does not match "));
    CHECK(replace("/targets/0/metrics/time/value", nullptr) ==
          "$.targets[0].metrics.time.value: None is not of type 'number'\n");
  }
}

}  // namespace
}  // namespace hale
