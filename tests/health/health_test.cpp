#include "health/health.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/health/reading.hpp"

using namespace hale;
using namespace hale::health_tests;

namespace {

std::string read_strictly(long code, std::string_view type, std::string_view body) {
  return show(read(code, type, body, HealthMode::strict));
}

constexpr std::string_view json = "application/json";
constexpr std::string_view html = "text/html; charset=utf-8";

}  // namespace

TEST_SUITE("health") {
  TEST_CASE("R1: codes") {
    for (const long code : {200L, 204L, 299L, 301L, 304L, 399L}) CHECK(health_of_code(code) == State::ok);
    for (const long code : {429L, 472L, 473L}) CHECK(health_of_code(code) == State::warning);
    for (const long code : {0L, 100L, 199L, 400L, 401L, 404L, 428L, 430L, 471L, 474L, 500L, 503L, 600L})
      CHECK(health_of_code(code) == State::critical);
  }

  TEST_CASE("R1: without a body the code decides") {
    CHECK(show(read(200, "", "")) == "OK");
    CHECK(show(read(429, json, "")) == "WARNING");
    CHECK(show(read(503, json, " \r\n")) == "CRITICAL");
  }

  TEST_CASE("P1: the worst of code and body") {
    CHECK(read_json(R"({"status":"UP"})", 503) == "CRITICAL up");
    CHECK(read_json(R"({"status":"warn"})", 503) == "CRITICAL warn");
    CHECK(read_json(R"({"status":"ok"})", 429) == "WARNING ok");
    CHECK(read_json(R"({"status":"DOWN"})", 200) == "CRITICAL down");
    CHECK(read_json(R"({"status":"unknown"})", 429) == "WARNING unknown");
  }

  TEST_CASE("the state of the body alone") {
    const Reading verdict = read(503, json, R"({"status":"warn"})");
    CHECK(verdict.reports_health);
    CHECK(verdict.body_state == State::warning);
    CHECK(verdict.state == State::critical);
    const Reading html_body = read(503, html, "<p>no</p>");
    CHECK_FALSE(html_body.reports_health);
    CHECK(html_body.body_state == State::ok);
    CHECK(html_body.state == State::critical);
  }

  TEST_CASE("a body that cannot be read counts as a report") {
    const Reading verdict = read(200, json, "{");
    CHECK(verdict.reports_health);
    CHECK(verdict.body_state == State::unknown);
  }

  TEST_CASE("R2: JSON, whatever the content type is") {
    CHECK(show(read(200, "text/plain", R"({"health":"false"})")) == "CRITICAL health is false");
    CHECK(show(read(200, html, R"( {"status":"DOWN"})")) == "CRITICAL down");
    CHECK(show(read(200, "", "[{\"status\":\"DOWN\"}]")) == "CRITICAL #0 down\n#0 CRITICAL down");
  }

  TEST_CASE("R2: a JSON content type") {
    for (const std::string_view type : {"application/json", "APPLICATION/JSON;charset=utf-8", "text/json",
                                        "application/health+json", "application/vnd.spring-boot.actuator.v3+json"}) {
      CAPTURE(type);
      CHECK(show(read(200, type, "<html></html>")) == "UNKNOWN the body is not valid JSON");
    }
  }

  TEST_CASE("R2: a byte order mark and blanks") {
    CHECK(show(read(200, "", "\uFEFF {\"status\":\"UP\"}\n")) == "OK up");
    CHECK(show(read(200, "", "\n\uFEFFDOWN")) == "CRITICAL down");
  }

  TEST_CASE("R2: HTML, XML and JavaScript report nothing") {
    CHECK(show(read(200, html, "DOWN")) == "OK");
    CHECK(show(read(200, "", "<!doctype html><title>503</title>status: DOWN")) == "OK");
    CHECK(show(read(200, "application/xml", "<status>DOWN</status>")) == "OK");
    CHECK(show(read(200, "application/javascript", "cb({\"status\":\"DOWN\"});")) == "OK");
  }

  TEST_CASE("R2: a line that begins with [+] or [-] is not an array") {
    CHECK(show(read(200, "", "[+]ping ok\n[+]log ok")) == "OK ok\nping OK\nlog OK");
    CHECK(show(read(500, "", "[-]etcd failed: reason withheld")) ==
          "CRITICAL etcd failed: reason withheld\netcd CRITICAL reason withheld");
  }

  TEST_CASE("R3: invalid JSON is UNKNOWN, or worse by its code") {
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 200) == "UNKNOWN the body is not valid JSON");
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 429) == "WARNING the body is not valid JSON");
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 503) == "CRITICAL the body is not valid JSON");
  }

  TEST_CASE("R3: no prefix of a document is OK") {
    constexpr std::string_view document =
        R"({"status":"UP","checks":[{"name":"db","status":"UP"}],"load":1.5,"ok":true})";
    REQUIRE(read(200, json, document).state == State::ok);
    for (std::size_t size = 1; size < document.size(); ++size) {
      CAPTURE(size);
      CHECK(show(read(200, "", document.substr(0, size))) == "UNKNOWN the body is not valid JSON");
    }
  }

  TEST_CASE("R3: one word with a JSON content type") {
    CHECK(read_json("OK") == "OK ok");
    CHECK(read_json("NOT OK") == "CRITICAL not ok");
    CHECK(read_json("all is well") == "UNKNOWN the body is not valid JSON");
  }

  TEST_CASE("R3: a document that is one value") {
    CHECK(read_json("true") == "OK true");
    CHECK(read_json("false") == "CRITICAL false");
    CHECK(read_json(R"("Degraded")") == "WARNING degraded");
    CHECK(read_json(R"("pong")") == "OK");
    CHECK(read_json("null") == "OK");
    CHECK(read_json("503") == "OK");
  }

  TEST_CASE("a truncated body is never OK") {
    const auto read_truncated = [](long code, std::string_view type, std::string_view body) {
      return show(read(code, type, body, HealthMode::automatic, true));
    };
    CHECK(read_truncated(200, json, R"({"status":"UP"})") == "UNKNOWN the body was not read completely");
    CHECK(read_truncated(503, json, R"({"status":"UP"})") == "CRITICAL the body was not read completely");
    CHECK(read_truncated(200, "text/plain", "OK") == "UNKNOWN the body was not read completely");
    CHECK(read_truncated(200, json, "") == "UNKNOWN the body was not read completely");
  }

  TEST_CASE("a truncated body that is not read anyway does not matter") {
    CHECK(show(read(200, html, "<html>", HealthMode::automatic, true)) == "OK");
  }

  TEST_CASE("at most 1 MiB is read") {
    const std::string document = R"({"status":"UP"})";
    const std::string largest = document + std::string(max_health_body - document.size(), ' ');
    CHECK(read_json(largest) == "OK up");
    CHECK(read_json(largest + " ") == "UNKNOWN the body was not read completely");
  }

  TEST_CASE("R12: strict mode requires a report") {
    constexpr std::string_view no_report = "UNKNOWN the body says nothing about health";
    CHECK(read_strictly(200, "", "") == no_report);
    CHECK(read_strictly(304, "", "") == no_report);
    CHECK(read_strictly(200, html, "<body>") == no_report);
    CHECK(read_strictly(200, json, "{}") == no_report);
    CHECK(read_strictly(200, json, "[]") == no_report);
    CHECK(read_strictly(200, json, R"({"version":"1.2"})") == no_report);
    CHECK(read_strictly(200, json, R"({"status":"disabled"})") == no_report);
    CHECK(read_strictly(200, json, R"({"checks":[{"name":"a","status":"skipped"}]})") ==
          std::string(no_report) + "\na OK");
    CHECK(read_strictly(200, "text/plain", "pong") == no_report);
  }

  TEST_CASE("R12: strict mode changes nothing else") {
    CHECK(read_strictly(200, json, R"({"status":"UP"})") == "OK up");
    CHECK(read_strictly(200, json, R"({"installed":true})") == "OK ok\ninstalled OK");
    CHECK(read_strictly(503, json, "{}") == "CRITICAL");
    CHECK(read_strictly(429, "", "") == "WARNING");
    CHECK_FALSE(read(200, "", "", HealthMode::strict).reports_health);
  }

  TEST_CASE("10,000 components in 1 MiB") {
    std::string document = R"({"status":"DOWN","components":{)";
    for (int i = 0; i < 10'000; ++i) {
      document += fmt::format(R"("service-{}":{{"status":"{}","details":{{"note":"{}"}}}},)", i, i % 2 ? "UP" : "DOWN",
                              std::string(40, 'x'));
    }
    document += R"("last":{"status":"UP"}}})";
    REQUIRE(document.size() < max_health_body);
    const Reading verdict = read(503, json, document);
    CHECK(verdict.components.size() == 10'001);
    CHECK(verdict.message ==
          "down: service-0 down, service-2 down, service-4 down, service-6 down, service-8 down and 4995 more");
  }

  TEST_CASE("the names in a deep document with long keys have a limited length") {
    std::string begin;
    std::string end;
    for (int i = 0; i < 30; ++i) {
      begin += fmt::format(R"({{"ok":true,"{}":)", std::string(20'000, static_cast<char>('a' + i % 26)));
      end += "}";
    }
    const Reading verdict = read(200, json, begin + R"({"ok":false})" + end);
    REQUIRE(verdict.components.size() == 1);
    CHECK(verdict.components[0].name.size() < 320);
    CHECK(verdict.state == State::warning);
  }
}
