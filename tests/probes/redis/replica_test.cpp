#include <doctest/doctest.h>

#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

const std::string ping_info = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
const std::string cluster_info = "*2\r\n$7\r\nCLUSTER\r\n$4\r\nINFO\r\n";
const std::string phases = "phases: dns, connect, ask\n";

std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

/// The result for a server that has `conversation`, with the options `expectations`.
std::string result_of(const Conversation& conversation, std::vector<std::string> expectations) {
  FakeServer server(conversation);
  expectations.insert(expectations.begin(), "redis://" + server.endpoint());
  const std::string text = reported(probe_one(expectations));
  CHECK(server.problem() == "");
  return text;
}

/// The result for a replica whose link to its master is `link`.
std::string replica_result(const std::string& link, const std::vector<std::string>& expectations) {
  return result_of({expect(ping_info),
                    say("+PONG\r\n" + bulk("role:slave\r\nmaster_host:db\r\nmaster_port:6379\r\nmaster_link_status:" +
                                           link + "\r\nmaster_link_down_since_seconds:12\r\n")),
                    expect_close()},
                   expectations);
}

/// The result for a cluster node that replies to CLUSTER INFO with `answer`.
std::string cluster_result(const std::string& answer, const std::vector<std::string>& expectations) {
  return result_of({expect(ping_info), say("+PONG\r\n" + bulk("role:master\r\ncluster_enabled:1\r\n")),
                    expect(cluster_info), say(answer), expect_close()},
                   expectations);
}

}  // namespace

TEST_SUITE("redis replica") {
  TEST_CASE("The link is up") {
    CHECK(replica_result("up", {}) == "ok: PONG, replica\n" + phases + "fact role=replica\nfact link=up\n");
  }

  TEST_CASE("The link is down") {
    CHECK(replica_result("down", {}) == "critical: the link to its master db:6379 is down (for 12 s)\n" + phases +
                                            "fact role=replica\nfact link=down\n");
  }

  TEST_CASE("The link is down, and a condition on it replaces the claim") {
    const std::string facts = phases + "fact role=replica\nfact link=down\n";
    CHECK(replica_result("down", {"-e", "link=down"}) == "ok: PONG, replica\n" + facts);
    CHECK(replica_result("down", {"--prefer", "link=up"}) ==
          "warning: PONG, replica, but link is down, expected up\n" + facts);
    CHECK(replica_result("down", {"-e", "role=replica"}) ==
          "critical: the link to its master db:6379 is down (for 12 s)\n" + facts);
  }

  TEST_CASE("A master has no link") {
    CHECK(
        result_of({expect(ping_info), say("+PONG\r\n" + bulk("role:master\r\n")), expect_close()}, {"-e", "link=up"}) ==
        "unknown: PONG, master, but the answer has no link\n" + phases + "fact role=master\n");
  }
}

TEST_SUITE("redis cluster") {
  TEST_CASE("ok") {
    CHECK(cluster_result(bulk("cluster_state:ok\r\ncluster_slots_ok:16384\r\n"), {"-e", "cluster=ok"}) ==
          "ok: PONG, master\n" + phases + "fact role=master\nfact cluster=ok\n");
  }

  TEST_CASE("fail") {
    const std::string answer = bulk("cluster_state:fail\r\ncluster_slots_ok:0\r\n");
    const std::string facts = phases + "fact role=master\nfact cluster=fail\n";
    CHECK(cluster_result(answer, {}) == "critical: the cluster's state is fail, 0 of 16384 slots are served\n" + facts);
    CHECK(cluster_result(answer, {"--prefer", "cluster=ok"}) ==
          "warning: PONG, master, but cluster is fail, expected ok\n" + facts);
  }

  TEST_CASE("CLUSTER INFO is refused: the fact is left out") {
    CHECK(cluster_result("-NOPERM this user has no permissions to run the 'cluster|info' command\r\n", {}) ==
          "ok: PONG, master\n" + phases + "fact role=master\n");
  }

  TEST_CASE("CLUSTER INFO is never answered") {
    const FakeClock clock;
    FakeServer server(
        {expect(ping_info), say("+PONG\r\n" + bulk("cluster_enabled:1\r\n")), expect(cluster_info), stay_silent()});
    const Result result = probe_one({"redis://" + server.endpoint(), "-t", "200ms"});
    CHECK(reported(result) == "critical: ask: no answer within 200 ms\nfailed: ask\n" + phases);
    CHECK(result.length == std::chrono::milliseconds(200));
  }
}

}  // namespace hale::testing
