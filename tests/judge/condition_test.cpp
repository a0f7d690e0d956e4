#include "tests/judge/verdict.hpp"

namespace hale {
namespace {

using namespace judge_world;

TEST_SUITE("judge: = and !=") {
  TEST_CASE("a metric is compared as a number, both ends included") {
    CHECK(on_metric("status=200-299,301", "status", 200) == "ok: ");
    CHECK(on_metric("status=200-299,301", "status", 299) == "ok: ");
    CHECK(on_metric("status=200-299,301", "status", 301) == "ok: ");
    CHECK(on_metric("status=200-299,301", "status", 300) == "critical: status is 300, expected 200-299,301");
    CHECK(on_metric("status!=500-599", "status", 200) == "ok: ");
    CHECK(on_metric("status!=500-599", "status", 503) == "critical: status is 503, expected != 500-599");
  }

  TEST_CASE("a number without a unit is in the base unit of the metric") {
    CHECK(on_metric("time=1-2", "time", 1.5, Unit::seconds) == "ok: ");
    CHECK(on_metric("time=10ms-20ms", "time", 0.015, Unit::seconds) == "ok: ");
    CHECK(on_metric("time=10ms-20ms", "time", 0.021, Unit::seconds) == "critical: time is 21 ms, expected 10ms-20ms");
  }

  TEST_CASE("a value in another unit than the metric's cannot be compared") {
    CHECK(on_metric("load1=5s", "load1", 5) == "unknown: load1 is a plain number, the expected value is a time");
  }

  TEST_CASE("a text is compared with the fact, even when there is also a metric") {
    Observation observation = fact("status", "up");
    observation.metrics = {{"status", {1, Unit::none}}};
    CHECK(verdict(expecting("status=up"), observation) == "ok: ");
    CHECK(verdict(expecting("status=down"), observation) == "critical: status is up, expected down");
  }

  TEST_CASE("a text never equals a metric") {
    CHECK(on_metric("status=up", "status", 1) == "critical: status is 1, expected up");
    CHECK(on_metric("status!=up", "status", 1) == "ok: ");
  }

  TEST_CASE("a fact is compared exactly") {
    CHECK(on_fact("role=primary", "role", "primary") == "ok: ");
    CHECK(on_fact("role=a,primary", "role", "primary") == "ok: ");
    CHECK(on_fact("role=primary", "role", "Primary") == "critical: role is Primary, expected primary");
    CHECK(on_fact("role!=replica", "role", "primary") == "ok: ");
    CHECK(on_fact("role!=a,replica", "role", "replica") == "critical: role is replica, expected != a,replica");
  }

  TEST_CASE("a fact that is a plain number is compared as one") {
    CHECK(on_fact("status=200-299", "status", "204") == "ok: ");
    CHECK(on_fact("status=200", "status", "200.0") == "ok: ");
    CHECK(on_fact("status=200-299", "status", "204 No Content") ==
          "critical: status is 204 No Content, expected 200-299");
    CHECK(on_fact("status=5ms", "status", "5") == "critical: status is 5, expected 5ms");
    CHECK(on_fact("status=5ms", "status", "5ms") == "ok: ");
  }

  TEST_CASE("a version is not a decimal number") {
    CHECK(on_fact("version=15.1", "version", "15.10") == "critical: version is 15.10, expected 15.1");
    CHECK(on_fact("version=15.6-16", "version", "15.10") == "ok: ");
    CHECK(on_fact("version=15-16", "version", "16.1") == "critical: version is 16.1, expected 15-16");
    CHECK(on_fact("version=15.6", "version", "15.6 (Debian 15.6-1)") == "ok: ");
  }

  TEST_CASE("the actual value is abbreviated") {
    CHECK(on_fact("body=ready", "body", "") == "critical: body is empty, expected ready");
    CHECK(on_fact("body=ready", "body", " \r\n") == "critical: body is blank, expected ready");
    CHECK(on_fact("body=ready", "body", std::string(80, 'x') + "\n") ==
          "critical: body is " + std::string(57, 'x') + "\u2026, expected ready");
  }

  TEST_CASE("--prefer means a warning") {
    CHECK(verdict(expecting("role=primary", State::warning), fact("role", "replica")) ==
          "warning: role is replica, expected primary");
  }
}

TEST_SUITE("judge: ~ and !~") {
  TEST_CASE("a pattern is searched in the fact") {
    CHECK(on_fact("body~^ready", "body", "ready to serve") == "ok: ");
    CHECK(on_fact("body~^ready", "body", "not ready") == "critical: body is not ready, expected ~^ready");
    CHECK(on_fact("body!~error", "body", "fine") == "ok: ");
    CHECK(on_fact("body!~error", "body", "an error") == "critical: body is an error, expected !~error");
  }

  TEST_CASE("a metric without a fact is searched as a decimal number") {
    CHECK(on_metric("value~^1[.]5$", "value", 1.5) == "ok: ");
    CHECK(on_metric("value~^2", "value", 1.5) == "critical: value is 1.5, expected ~^2");
  }

  TEST_CASE("a search that takes too many steps is UNKNOWN") {
    CHECK(on_fact("body~^(a+)+$", "body", std::string(40, 'a') + "!") ==
          "unknown: the regular expression needs too many steps on this answer");
    CHECK(on_fact("body!~^(a+)+$", "body", std::string(40, 'a') + "!") ==
          "unknown: the regular expression needs too many steps on this answer");
  }
}

TEST_SUITE("judge: < <= > >=") {
  TEST_CASE("a metric is compared as a number") {
    CHECK(on_metric("json:/queue/depth<100", "json:/queue/depth", 99) == "ok: ");
    CHECK(on_metric("json:/queue/depth<100", "json:/queue/depth", 100) ==
          "critical: json:/queue/depth is 100, expected < 100");
    CHECK(on_metric("json:/queue/depth<100", "json:/queue/depth", 1200) ==
          "critical: json:/queue/depth is 1200, expected < 100");
    CHECK(on_metric("x<=100", "x", 100) == "ok: ");
    CHECK(on_metric("x<=100", "x", 101) == "critical: x is 101, expected <= 100");
    CHECK(on_metric("x>100", "x", 101) == "ok: ");
    CHECK(on_metric("x>100", "x", 100) == "critical: x is 100, expected > 100");
    CHECK(on_metric("x>=100", "x", 100) == "ok: ");
    CHECK(on_metric("x>=100", "x", -5) == "critical: x is -5, expected >= 100");
  }

  TEST_CASE("a bound has a unit, or is in the base unit") {
    CHECK(on_metric("time<500ms", "time", 0.4, Unit::seconds) == "ok: ");
    CHECK(on_metric("time<500ms", "time", 0.612, Unit::seconds) == "critical: time is 612 ms, expected < 500ms");
    CHECK(on_metric("time<0.5", "time", 0.612, Unit::seconds) == "critical: time is 612 ms, expected < 0.5");
  }

  TEST_CASE("rounding does not hide on which side of the bound a value is") {
    CHECK(on_metric("time<500ms", "time", 0.5003, Unit::seconds) == "critical: time is 0.5003 s, expected < 500ms");
    CHECK(on_metric("time<500ms", "time", 0.5, Unit::seconds) == "critical: time is 500 ms, expected < 500ms");
  }

  TEST_CASE("a bound in another unit cannot be compared") {
    CHECK(on_metric("load1<5s", "load1", 1) == "unknown: load1 is a plain number, the bound is a time");
    CHECK(on_metric("used<5MB", "used", 1, Unit::percent) ==
          "unknown: used is a percentage, the bound is a size in bytes");
  }

  TEST_CASE("a fact that is a number is compared as one") {
    CHECK(on_fact("header:age<10", "header:age", "9.5") == "ok: ");
    CHECK(on_fact("header:age<0.25", "header:age", "0.5") == "critical: header:age is 0.5, expected < 0.25");
    CHECK(on_fact("header:age<0", "header:age", "-3") == "ok: ");
    CHECK(on_fact("header:age<500ms", "header:age", "20ms") == "ok: ");
    CHECK(on_fact("header:age<500ms", "header:age", "2s") == "critical: header:age is 2s, expected < 500ms");
  }

  TEST_CASE("a fact in another unit than the bound's cannot be compared") {
    CHECK(on_fact("header:age<500ms", "header:age", "20") == "unknown: header:age is \"20\", which is not a time");
  }

  TEST_CASE("versions are compared by component") {
    CHECK(on_fact("version>=7", "version", "7.0.15") == "ok: ");
    CHECK(on_fact("version>=7.0.15", "version", "7") == "critical: version is 7, expected >= 7.0.15");
    CHECK(on_fact("version>=7.0.0", "version", "7") == "ok: ");
    CHECK(on_fact("version>=7.0.9", "version", "7.0.15") == "ok: ");
    CHECK(on_fact("version>7.0.15", "version", "7.0.15") == "critical: version is 7.0.15, expected > 7.0.15");
    CHECK(on_fact("version<8", "version", "8.0") == "critical: version is 8.0, expected < 8");
    CHECK(on_fact("header:x>=1.2.3", "header:x", "1.10") == "ok: ");
  }

  TEST_CASE("a version that looks like a decimal number is compared as a version") {
    CHECK(on_fact("version>=15.10", "version", "15.6") == "critical: version is 15.6, expected >= 15.10");
    CHECK(on_fact("version>=15.9", "version", "15.10") == "ok: ");
  }

  TEST_CASE("text after a version is ignored") {
    CHECK(on_fact("version>=15.6", "version", "15.6 (Debian 15.6-0+deb12u1)") == "ok: ");
    CHECK(on_fact("version>15.6", "version", "15.6rc1") == "critical: version is 15.6rc1, expected > 15.6");
  }

  TEST_CASE("components of any length are compared") {
    CHECK(on_fact("version>99999999999999999999.0", "version", "100000000000000000000") == "ok: ");
    CHECK(on_fact("version=007", "version", "7") == "ok: ");
  }

  TEST_CASE("a fact that does not begin with a digit cannot be ordered") {
    CHECK(on_fact("version>=7", "version", "abc") == "unknown: version is \"abc\", which cannot be ordered");
    CHECK(on_fact("version>=7", "version", "v7.1") == "unknown: version is \"v7.1\", which cannot be ordered");
  }

  TEST_CASE("an empty fact fails") {
    CHECK(on_fact("version>=7", "version", "") == "critical: version is empty, expected >= 7");
  }

  TEST_CASE("a metric is compared with a version when the bound is one") {
    CHECK(on_metric("x>=7.0.15", "x", 7.1) == "ok: ");
    CHECK(on_metric("x>=7.0.15", "x", 7) == "critical: x is 7, expected >= 7.0.15");
  }
}

}  // namespace
}  // namespace hale
