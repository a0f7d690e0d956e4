#include <doctest/doctest.h>

#include "tests/probes/observed.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

const std::string ping_info = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
const std::string cluster_info = "*2\r\n$7\r\nCLUSTER\r\n$4\r\nINFO\r\n";
const std::string requested = "phases: dns, connect, ask\n";

std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

std::string told_of(const Conversation& conversation, std::vector<std::string> expectations) {
  FakeServer server(conversation);
  expectations.insert(expectations.begin(), "redis://" + server.endpoint());
  const std::string story = reported(probe_one(expectations));
  CHECK(server.problem() == "");
  return story;
}

/// A replica whose link to its master is `link`.
std::string told_of_replica(const std::string& link, const std::vector<std::string>& expectations) {
  return told_of({expect(ping_info),
                  say("+PONG\r\n" + bulk("role:slave\r\nmaster_host:db\r\nmaster_port:6379\r\nmaster_link_status:" +
                                         link + "\r\nmaster_link_down_since_seconds:12\r\n")),
                  expect_close()},
                 expectations);
}

/// A server of a cluster that answers CLUSTER INFO by `answer`.
std::string told_of_cluster(const std::string& answer, const std::vector<std::string>& expectations) {
  return told_of({expect(ping_info), say("+PONG\r\n" + bulk("role:master\r\ncluster_enabled:1\r\n")),
                  expect(cluster_info), say(answer), expect_close()},
                 expectations);
}

}  // namespace

TEST_SUITE("redis replica") {
  TEST_CASE("The link is up") {
    CHECK(told_of_replica("up", {}) == "ok: PONG, replica\n" + requested + "fact role=replica\nfact link=up\n");
  }

  TEST_CASE("The link is down") {
    CHECK(told_of_replica("down", {}) == "critical: the link to its master db:6379 is down for 12 s\n" + requested +
                                             "fact role=replica\nfact link=down\n");
  }

  TEST_CASE("The link is down, and the user says otherwise") {
    const std::string facts = requested + "fact role=replica\nfact link=down\n";
    CHECK(told_of_replica("down", {"-e", "link=down"}) == "ok: PONG, replica\n" + facts);
    CHECK(told_of_replica("down", {"--prefer", "link=up"}) ==
          "warning: PONG, replica, but link is down, expected up\n" + facts);
    CHECK(told_of_replica("down", {"-e", "role=replica"}) ==
          "critical: the link to its master db:6379 is down for 12 s\n" + facts);
  }

  TEST_CASE("A master has no link") {
    CHECK(told_of({expect(ping_info), say("+PONG\r\n" + bulk("role:master\r\n")), expect_close()}, {"-e", "link=up"}) ==
          "unknown: PONG, master, but the answer has no link\n" + requested + "fact role=master\n");
  }
}

TEST_SUITE("redis cluster") {
  TEST_CASE("ok") {
    CHECK(told_of_cluster(bulk("cluster_state:ok\r\ncluster_slots_ok:16384\r\n"), {"-e", "cluster=ok"}) ==
          "ok: PONG, master\n" + requested + "fact role=master\nfact cluster=ok\n");
  }

  TEST_CASE("fail") {
    const std::string answer = bulk("cluster_state:fail\r\ncluster_slots_ok:0\r\n");
    const std::string facts = requested + "fact role=master\nfact cluster=fail\n";
    CHECK(told_of_cluster(answer, {}) ==
          "critical: the cluster's state is fail, 0 of 16384 slots are served\n" + facts);
    CHECK(told_of_cluster(answer, {"--prefer", "cluster=ok"}) ==
          "warning: PONG, master, but cluster is fail, expected ok\n" + facts);
  }

  TEST_CASE("Refused: left out") {
    CHECK(told_of_cluster("-NOPERM this user has no permissions to run the 'cluster|info' command\r\n", {}) ==
          "ok: PONG, master\n" + requested + "fact role=master\n");
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeServer server(
        {expect(ping_info), say("+PONG\r\n" + bulk("cluster_enabled:1\r\n")), expect(cluster_info), stay_silent()});
    const Result result = probe_one({"redis://" + server.endpoint(), "-t", "200ms"});
    CHECK(reported(result) == "critical: ask: no answer within 200 ms\nfailed: ask\n" + requested);
    CHECK(result.length == std::chrono::milliseconds(200));
  }
}

}  // namespace hale::testing
