#include "probes/redis/info.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/probes/reported.hpp"

namespace hale::testing {
namespace {

/// An observation as text, one line each for the summary, the claims, the metrics and the facts.
std::string format_observation(const Observation& observation) {
  std::string text = observation.summary + "\n";
  for (const Claim& claim : observation.claims)
    text += fmt::format("claim {} about {}: {}\n", to_string(claim.state), claim.about, claim.message);
  for (const Metric& metric : observation.metrics)
    text += fmt::format("metric {}={}{}\n", metric.name, format_decimal(metric.quantity.value),
                        symbol(metric.quantity.unit));
  for (const Fact& fact : observation.facts) text += fmt::format("fact {}={}\n", fact.name, fact.text);
  return text;
}

std::string info_observation(const std::string& info, const std::vector<std::string>& requested = {}) {
  Observation observation;
  observation.summary = "PONG";
  record_info(info, requested, observation);
  return format_observation(observation);
}

std::string cluster_observation(const std::string& info) {
  Observation observation;
  observation.summary = "PONG";
  record_cluster(info, observation);
  return format_observation(observation);
}

const std::string replica =
    "role:slave\r\nmaster_host:10.0.0.9\r\nmaster_port:6379\r\n"
    "slave_read_repl_offset:1500\r\nslave_repl_offset:1400\r\nmaster_repl_offset:1400\r\n";

}  // namespace

TEST_SUITE("redis INFO") {
  TEST_CASE("A master") {
    CHECK(info_observation(
              "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nserver_time_usec:1700000060500000\r\n"
              "# Clients\r\nconnected_clients:3\r\n# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\n"
              "# Persistence\r\nrdb_last_save_time:1700000000\r\n# Replication\r\nrole:master\r\n"
              "connected_slaves:0\r\nmaster_repl_offset:0\r\n") ==
          "PONG, master, 7.0.15\nmetric used_memory=1048576B\nmetric connected_clients=3\n"
          "metric connected_slaves=0\nmetric rdb_last_save_age=60.5s\n"
          "fact role=master\nfact version=7.0.15\nfact mode=standalone\n");
  }

  TEST_CASE("A master's lag is that of its slowest online replica") {
    CHECK(info_observation(
              "role:master\r\nconnected_slaves:3\r\nslave0:ip=10.0.0.1,port=6379,state=online,offset=900,lag=1\r\n"
              "slave1:ip=10.0.0.2,port=6379,state=online,offset=700,lag=0\r\n"
              "slave2:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0\r\nmaster_repl_offset:1000\r\n") ==
          "PONG, master\nmetric connected_slaves=3\nmetric lag=300B\nfact role=master\n");
  }

  TEST_CASE("A master without online replicas has no lag") {
    CHECK(info_observation("role:master\r\nslave0:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0\r\n"
                           "master_repl_offset:1000\r\n") == "PONG, master\nfact role=master\n");
  }

  TEST_CASE("A slave in INFO is a replica") {
    CHECK(info_observation(replica + "master_link_status:up\r\n") ==
          "PONG, replica\nmetric lag=100B\nfact role=replica\nfact link=up\n");
  }

  TEST_CASE("A replica before Redis 7") {
    CHECK(info_observation(
              "role:slave\r\nmaster_link_status:up\r\nslave_repl_offset:1400\r\nmaster_repl_offset:1450\r\n") ==
          "PONG, replica\nmetric lag=50B\nfact role=replica\nfact link=up\n");
  }

  TEST_CASE("A replica whose link is down has no lag") {
    CHECK(info_observation(replica + "master_link_status:down\r\nmaster_link_down_since_seconds:12\r\n"
                                     "master_sync_in_progress:0\r\n") ==
          "PONG, replica\nclaim critical about link: the link to its master 10.0.0.9:6379 is down (for 12 s)\n"
          "fact role=replica\nfact link=down\n");
  }

  TEST_CASE("A replica whose link has never been up and whose sync is in progress") {
    CHECK(info_observation(replica + "master_link_status:down\r\nmaster_link_down_since_seconds:-1\r\n"
                                     "master_sync_in_progress:1\r\n") ==
          "PONG, replica\nclaim critical about link: the link to its master 10.0.0.9:6379 is down, sync in progress\n"
          "fact role=replica\nfact link=down\n");
  }

  TEST_CASE("A sentinel's role is its mode") {
    CHECK(info_observation("redis_version:7.0.15\r\nredis_mode:sentinel\r\n") ==
          "PONG, sentinel, 7.0.15\nfact role=sentinel\nfact version=7.0.15\nfact mode=sentinel\n");
  }

  TEST_CASE("Requested names are recorded with their units") {
    CHECK(info_observation(
              "role:master\r\nused_memory:7\r\nevicted_keys:12\r\nmaxmemory:64\r\nmaxmemory_policy:noeviction\r\n"
              "aof_enabled:0\r\nuptime_in_seconds:9\r\n",
              {"evicted_keys", "used_memory", "info:maxmemory_policy", "info:aof_enabled", "info:aof_enabled",
               "maxmemory", "uptime_in_seconds", "info:nothing", "time", "role"}) ==
          "PONG, master\nmetric used_memory=7B\nmetric evicted_keys=12c\nmetric info:aof_enabled=0\n"
          "metric maxmemory=64B\nmetric uptime_in_seconds=9s\nfact role=master\n"
          "fact info:maxmemory_policy=noeviction\nfact info:aof_enabled=0\n");
  }

  TEST_CASE("Malformed fields are ignored") {
    CHECK(info_observation("") == "PONG\n");
    CHECK(info_observation(":\r\n:x\r\nrole\r\nused_memory:much\r\nconnected_clients:\r\nrole_x:y\r\n") == "PONG\n");
  }

  TEST_CASE("Field names match as a whole") {
    CHECK(info_field("used_memory_rss:1\nused_memory:2\n", "used_memory") == "2");
    CHECK(info_field("xrole:1", "role") == std::nullopt);
  }
}

TEST_SUITE("redis CLUSTER INFO") {
  TEST_CASE("ok") {
    CHECK(cluster_observation("cluster_state:ok\r\ncluster_slots_ok:16384\r\n") == "PONG\nfact cluster=ok\n");
  }

  TEST_CASE("fail") {
    CHECK(cluster_observation("cluster_state:fail\r\ncluster_slots_assigned:5\r\ncluster_slots_ok:5\r\n") ==
          "PONG\nclaim critical about cluster: the cluster's state is fail, 5 of 16384 slots are served\n"
          "fact cluster=fail\n");
  }

  TEST_CASE("Not a reply to CLUSTER INFO") { CHECK(cluster_observation("hello") == "PONG\n"); }
}

}  // namespace hale::testing
