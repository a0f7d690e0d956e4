#include "health/health.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/health/reading.hpp"

using namespace hale;
using namespace hale::health_tests;

namespace {

HealthVerdict read(long code, std::string_view type, std::string_view body) {
  return read_health(code, type, body, false, HealthMode::automatic);
}

std::string read_strictly(long code, std::string_view type, std::string_view body) {
  return show(read_health(code, type, body, false, HealthMode::strict));
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

  TEST_CASE("what the body alone says is told apart") {
    const HealthVerdict verdict = read(503, json, R"({"status":"warn"})");
    CHECK(verdict.speaks);
    CHECK(verdict.said == State::warning);
    CHECK(verdict.state == State::critical);
    const HealthVerdict silent = read(503, html, "<p>no</p>");
    CHECK_FALSE(silent.speaks);
    CHECK(silent.said == State::ok);
    CHECK(silent.state == State::critical);
  }

  TEST_CASE("a body that cannot be read speaks") {
    const HealthVerdict verdict = read(200, json, "{");
    CHECK(verdict.speaks);
    CHECK(verdict.said == State::unknown);
  }

  TEST_CASE("R2: JSON whatever the content type says") {
    CHECK(show(read(200, "text/plain", R"({"health":"false"})")) == "CRITICAL health is false");
    CHECK(show(read(200, html, R"( {"status":"DOWN"})")) == "CRITICAL down");
    CHECK(show(read(200, "", "[{\"status\":\"DOWN\"}]")) == "CRITICAL #0 down\n#0 CRITICAL down");
  }

  TEST_CASE("R2: a content type of JSON") {
    for (const std::string_view type : {"application/json", "APPLICATION/JSON;charset=utf-8", "text/json",
                                        "application/health+json", "application/vnd.spring-boot.actuator.v3+json"}) {
      CAPTURE(type);
      CHECK(show(read(200, type, "<html></html>")) == "UNKNOWN the JSON body is broken");
    }
  }

  TEST_CASE("R2: a byte order mark and blanks") {
    CHECK(show(read(200, "", "\uFEFF {\"status\":\"UP\"}\n")) == "OK up");
    CHECK(show(read(200, "", "\n\uFEFFDOWN")) == "CRITICAL down");
  }

  TEST_CASE("R2: HTML, XML and JavaScript say nothing") {
    CHECK(show(read(200, html, "DOWN")) == "OK");
    CHECK(show(read(200, "", "<!doctype html><title>503</title>status: DOWN")) == "OK");
    CHECK(show(read(200, "application/xml", "<status>DOWN</status>")) == "OK");
    CHECK(show(read(200, "application/javascript", "cb({\"status\":\"DOWN\"});")) == "OK");
  }

  TEST_CASE("R2: a line in brackets is no array") {
    CHECK(show(read(200, "", "[+]ping ok\n[+]log ok")) == "OK ok\nping OK\nlog OK");
    CHECK(show(read(500, "", "[-]etcd failed: reason withheld")) ==
          "CRITICAL etcd failed: reason withheld\netcd CRITICAL reason withheld");
  }

  TEST_CASE("R3: a broken document is UNKNOWN, or what its code says") {
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 200) == "UNKNOWN the JSON body is broken");
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 429) == "WARNING the JSON body is broken");
    CHECK(read_json(R"({"status":"UP","components":{"db":{"sta)", 503) == "CRITICAL the JSON body is broken");
  }

  TEST_CASE("R3: no beginning of a document is OK") {
    constexpr std::string_view document =
        R"({"status":"UP","checks":[{"name":"db","status":"UP"}],"load":1.5,"ok":true})";
    REQUIRE(read(200, json, document).state == State::ok);
    for (std::size_t size = 1; size < document.size(); ++size) {
      CAPTURE(size);
      CHECK(show(read(200, "", document.substr(0, size))) == "UNKNOWN the JSON body is broken");
    }
  }

  TEST_CASE("R3: one word under the content type of JSON") {
    CHECK(read_json("OK") == "OK ok");
    CHECK(read_json("NOT OK") == "CRITICAL not ok");
    CHECK(read_json("all is well") == "UNKNOWN the JSON body is broken");
  }

  TEST_CASE("R3: a document that is one value") {
    CHECK(read_json("true") == "OK true");
    CHECK(read_json("false") == "CRITICAL false");
    CHECK(read_json(R"("Degraded")") == "WARNING degraded");
    CHECK(read_json(R"("pong")") == "OK");
    CHECK(read_json("null") == "OK");
    CHECK(read_json("503") == "OK");
  }

  TEST_CASE("a cut body is never OK") {
    const auto cut = [](long code, std::string_view type, std::string_view body) {
      return show(read_health(code, type, body, true, HealthMode::automatic));
    };
    CHECK(cut(200, json, R"({"status":"UP"})") == "UNKNOWN the body was not read to its end");
    CHECK(cut(503, json, R"({"status":"UP"})") == "CRITICAL the body was not read to its end");
    CHECK(cut(200, "text/plain", "OK") == "UNKNOWN the body was not read to its end");
    CHECK(cut(200, json, "") == "UNKNOWN the body was not read to its end");
  }

  TEST_CASE("of what is never read nothing is missed when it is cut") {
    CHECK(show(read_health(200, html, "<html>", true, HealthMode::automatic)) == "OK");
  }

  TEST_CASE("1 MiB is read, more is not") {
    const std::string document = R"({"status":"UP"})";
    const std::string largest = document + std::string(health_body_most - document.size(), ' ');
    CHECK(read_json(largest) == "OK up");
    CHECK(read_json(largest + " ") == "UNKNOWN the body was not read to its end");
  }

  TEST_CASE("R12: strict demands a statement") {
    constexpr std::string_view silent = "UNKNOWN the body says nothing of health";
    CHECK(read_strictly(200, "", "") == silent);
    CHECK(read_strictly(304, "", "") == silent);
    CHECK(read_strictly(200, html, "<body>") == silent);
    CHECK(read_strictly(200, json, "{}") == silent);
    CHECK(read_strictly(200, json, "[]") == silent);
    CHECK(read_strictly(200, json, R"({"version":"1.2"})") == silent);
    CHECK(read_strictly(200, json, R"({"status":"disabled"})") == silent);
    CHECK(read_strictly(200, json, R"({"checks":[{"name":"a","status":"skipped"}]})") ==
          std::string(silent) + "\na OK");
    CHECK(read_strictly(200, "text/plain", "pong") == silent);
  }

  TEST_CASE("R12: strict changes nothing else") {
    CHECK(read_strictly(200, json, R"({"status":"UP"})") == "OK up");
    CHECK(read_strictly(200, json, R"({"installed":true})") == "OK ok\ninstalled OK");
    CHECK(read_strictly(503, json, "{}") == "CRITICAL");
    CHECK(read_strictly(429, "", "") == "WARNING");
    CHECK_FALSE(read_health(200, "", "", false, HealthMode::strict).speaks);
  }

  TEST_CASE("10,000 components in 1 MiB") {
    std::string document = R"({"status":"DOWN","components":{)";
    for (int i = 0; i < 10'000; ++i) {
      document += fmt::format(R"("service-{}":{{"status":"{}","details":{{"note":"{}"}}}},)", i, i % 2 ? "UP" : "DOWN",
                              std::string(40, 'x'));
    }
    document += R"("last":{"status":"UP"}}})";
    REQUIRE(document.size() < health_body_most);
    const HealthVerdict verdict = read(503, json, document);
    CHECK(verdict.components.size() == 10'001);
    CHECK(verdict.message ==
          "down: service-0 down, service-2 down, service-4 down, service-6 down, service-8 down and 4995 more");
  }

  TEST_CASE("a deep document with long keys has names of bounded length") {
    std::string begin;
    std::string end;
    for (int i = 0; i < 30; ++i) {
      begin += fmt::format(R"({{"ok":true,"{}":)", std::string(20'000, static_cast<char>('a' + i % 26)));
      end += "}";
    }
    const HealthVerdict verdict = read(200, json, begin + R"({"ok":false})" + end);
    REQUIRE(verdict.components.size() == 1);
    CHECK(verdict.components[0].name.size() < 320);
    CHECK(verdict.state == State::warning);
  }
}
