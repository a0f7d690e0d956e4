#include <doctest/doctest.h>

#include "tests/health/reading.hpp"

using namespace hale::health_tests;

TEST_SUITE("health text (R11)") {
  TEST_CASE("one word") {
    CHECK(read_text("Healthy") == "OK healthy");
    CHECK(read_text("Degraded\n") == "WARNING degraded");
    CHECK(read_text("Unhealthy") == "CRITICAL unhealthy");
    CHECK(read_text("NOT OK") == "CRITICAL not ok");
    CHECK(read_text("unknown") == "UNKNOWN unknown");
    CHECK(read_text("false") == "CRITICAL false");
  }

  TEST_CASE("one line that begins with a word") {
    CHECK(read_text("WARN: inconsistent objects in schema") == "WARNING WARN: inconsistent objects in schema");
    CHECK(read_text("ERROR: could not connect") == "CRITICAL ERROR: could not connect");
    CHECK(read_text("OK - all 3 replicas") == "OK OK - all 3 replicas");
  }

  TEST_CASE("prose is not searched for words") {
    CHECK(read_text("The status of this service is DOWN since 10:00") == "OK");
    CHECK(read_text("SERVER_IS_NOT_SHUTTING_DOWN") == "OK");
    CHECK(read_text("Prometheus Server is Healthy.") == "OK");
    CHECK(read_text("GitLab OK") == "OK");
    CHECK(read_text("pong") == "OK");
    CHECK(read_text("450") == "OK");
    CHECK(read_text("1.2.2") == "OK");
    CHECK(read_text("DOWN\nsince yesterday") == "OK");
  }

  TEST_CASE("invalid UTF-8 is not a word") { CHECK(read_text("U\xffP") == "OK"); }

  TEST_CASE("lines that begin with [+] or [-]") {
    CHECK(read_text("[+]ping ok\n[-]etcd failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n", 500) ==
          "CRITICAL etcd failed: reason withheld\n"
          "ping OK\n"
          "etcd CRITICAL reason withheld\n"
          "shutdown OK");
    CHECK(read_text("[+]poststarthook/rbac/bootstrap-roles ok\n[+]x excluded: ok\n[+]\n") ==
          "OK ok\n"
          "poststarthook/rbac/bootstrap-roles OK\n"
          "x OK excluded: ok");
  }

  TEST_CASE("a failing line under a good code is WARNING") {
    CHECK(read_text("[-]etcd failed\n[+]ping ok") == "WARNING etcd failed\netcd CRITICAL failed\nping OK");
    CHECK(read_text("default: PASSED\ncache: FAILED (OPTIONAL)") ==
          "WARNING cache failed: (OPTIONAL)\ndefault OK\ncache CRITICAL (OPTIONAL)");
  }

  TEST_CASE("lines with a name and a word") {
    CHECK(read_text("default: PASSED Application is running (0s)\r\ndatabase: FAILED Error: no (0.003s)\r\n", 500) ==
          "CRITICAL database failed: Error: no (0.003s)\n"
          "default OK Application is running (0s)\n"
          "database CRITICAL Error: no (0.003s)");
    CHECK(read_text("localhost:8080: not ok\nb: unavailable: gone") ==
          "WARNING localhost:8080 not ok, b unavailable\nlocalhost:8080 CRITICAL not ok\nb CRITICAL gone");
    CHECK(read_text("a: OK\nb: unknown\nc: skipped") == "UNKNOWN b unknown\na OK\nb UNKNOWN unknown");
  }

  TEST_CASE("settings are not components") {
    CHECK(read_text("log_level: error\nmode: maintenance\nmessage: down\ndebug: false\nport: 500\n") == "OK");
  }

  TEST_CASE("metrics mean nothing") { CHECK(read_text("# HELP up Whether it is up\nup{job=\"x\"} 0\n") == "OK"); }

  TEST_CASE("a warning about the query among the lines") {
    CHECK(read_text("[+]ping ok\nwarn: some health checks cannot be excluded: no matches for \"x\"\nok") ==
          "OK ok\nping OK");
  }
}
