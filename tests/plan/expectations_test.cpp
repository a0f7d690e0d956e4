#include "plan/expectations.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/plan/planned.hpp"

namespace hale {
namespace {

/// The demands of the only target.
std::string expected(const std::vector<std::string>& words) {
  const Plan plan = planned(words);
  REQUIRE(plan.targets.size() == 1);
  return expectations(plan.targets.front());
}

const std::string http = "http://a/";
const std::string postgres = "postgres://a/";

}  // namespace

TEST_SUITE("plan: ranges") {
  TEST_CASE("without a measure it is the response time") {
    CHECK(expected({http, "-w", "500ms", "-c", "2"}) == "-w time=0.5\n-c time=2\n");
  }

  TEST_CASE("a measure, whatever = stands in its name") {
    CHECK(expected({http, "-w", "size=10MB:64MB", "-c", "json:/a=b=@1:2", "-w", " size =5"}) ==
          "-w size=5\n-c json:/a=b=@1:2\n");
  }

  TEST_CASE("a range of the same measure replaces the one before") {
    CHECK(expected({http, "-w", "1s", "-w", "time=2s", "-c", "3s"}) == "-w time=2\n-c time=3\n");
  }

  TEST_CASE("an empty one demands nothing, as monitoring configurations write it") {
    CHECK(expected({http, "-w", "", "-c", ""}) == "");
  }

  TEST_CASE("every phase is a measure") {
    CHECK(expected({http, "-w", "first_byte=1s", "-w", "dns=1s", "-c", "transfer=3s", "-c", "total=4s"}) ==
          "-w first_byte=1\n-w dns=1\n-c transfer=3\n-c total=4\n");
  }

  TEST_CASE("any name is a measure of a command's") {
    CHECK(expected({"--exec", "/bin/true", "-w", "load1=5", "-c", "/var=80%"}) == "-w load1=5\n-c /var=80\n");
  }

  TEST_CASE("a measure that the kind does not have") {
    CHECK(refused({http, "-w", "siz=1"}) == "-w http targets have no measure siz; did you mean size?");
    CHECK(refused({http, "-c", "firstbyte=1s"}) ==
          "-c http targets have no measure firstbyte; did you mean first_byte?");
    CHECK(refused({"tcp://a:1", "-w", "status=1"}) ==
          "-w tcp targets have no measure status; they have time, dns, connect, send, listen (hale --help tcp)");
    CHECK(refused({"redis://a", "-w", "depth=1"}) ==
          "-w redis targets have no measure depth; they have time, sentinel, dns, connect, tls, login, ask, "
          "used_memory, connected_clients, connected_slaves, lag, rdb_last_save_age, llen:KEY, ttl:KEY, "
          "blocked_clients, maxclients, used_memory_rss, used_memory_peak, maxmemory, mem_fragmentation_ratio, "
          "rdb_changes_since_last_save, instantaneous_ops_per_sec, total_connections_received, "
          "total_commands_processed, rejected_connections, expired_keys, evicted_keys, keyspace_hits, "
          "keyspace_misses, uptime_in_seconds, info:NAME, cert_days, chain_days (hale --help redis)");
    CHECK(refused({postgres, "-w", "valu=1"}) == "-w postgres targets have no measure valu; did you mean value?");
    CHECK(
        refused({http, "-w", "json:=1"}) ==
        "-w http targets have no measure json:; they have time, dns, connect, tls, first_byte, transfer, status, size, "
        "total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days (hale --help http)");
  }

  TEST_CASE("a fact is no measure") {
    CHECK(refused({"redis://a", "-w", "version=7"}) ==
          "-w redis targets have no measure version; they have time, sentinel, dns, connect, tls, login, ask, "
          "used_memory, connected_clients, connected_slaves, lag, rdb_last_save_age, llen:KEY, ttl:KEY, "
          "blocked_clients, maxclients, used_memory_rss, used_memory_peak, maxmemory, mem_fragmentation_ratio, "
          "rdb_changes_since_last_save, instantaneous_ops_per_sec, total_connections_received, "
          "total_commands_processed, rejected_connections, expired_keys, evicted_keys, keyspace_hits, "
          "keyspace_misses, uptime_in_seconds, info:NAME, cert_days, chain_days (hale --help redis)");
  }

  TEST_CASE("units") {
    CHECK(refused({http, "-w", "64MB"}) == "-w 64MB: time is a time, not a size in bytes");
    CHECK(refused({http, "-c", "size=5s"}) == "-c 5s: size is a size in bytes, not a time");
    CHECK(refused({postgres, "-c", "value=80%"}) == "-c 80%: value is a plain number, not a percentage");
    CHECK(refused({"-w", "5%", "tcp://a:1"}) == "-w 5%: time is a time, not a percentage");
    CHECK(expected({http, "-w", "json:/a=5s"}) == "-w json:/a=5\n");
  }

  TEST_CASE("ranges that are none") {
    CHECK(refused({http, "-w", "20:10"}) ==
          "-w 20:10: a range runs from low to high; write 10:20, or @10:20 to be warned inside it");
    CHECK(refused({http, "-c", "abc"}) ==
          "-c abc: no range; write 10, 10:, ~:10, 10:20 or @10:20, with a unit if you like: 500ms");
    CHECK(refused({http, "-w", "/root:10"}) ==
          "-w /root:10: the shell made a path of an unquoted ~; write the range in quotes: '~:10'");
    CHECK(refused({http, "-w", "time="}) == "-w an empty range; write 10, 10:, ~:10, 10:20 or @10:20");
    CHECK(refused({http, "-w", "=5"}) == "-w =5: write MEASURE=RANGE, or the range alone");
    CHECK(refused({"-w", "x:y", "tcp://a:1"}) ==
          "-w x:y: no range; write 10, 10:, ~:10, 10:20 or @10:20, with a unit if you like: 500ms");
  }
}

TEST_SUITE("plan: conditions") {
  TEST_CASE("--expect: costs critical, --prefer a warning") {
    CHECK(expected({http, "-e", "status=200", "--prefer", "time<1s"}) == "expect status=200\nprefer time<1s\n");
  }

  TEST_CASE("facts, measures and families") {
    CHECK(
        expected({http, "-e", "header:server!~nginx", "-e", "json:/a~1b>=7", "-e", "connect<1s", "-e", "version=2"}) ==
        "expect header:server!~nginx\nexpect json:/a~1b>=7\nexpect connect<1s\nexpect version=2\n");
  }

  TEST_CASE("a name that the kind does not have") {
    CHECK(refused({http, "-e", "staus=200"}) ==
          "--expect: http targets have no measure or fact staus; did you mean status?");
    CHECK(refused({"redis://a", "--prefer", "rol=master"}) ==
          "--prefer: redis targets have no measure or fact rol; did you mean role?");
    CHECK(refused({"tcp://a:1", "-e", "baner~220"}) ==
          "--expect: tcp targets have no measure or fact baner; did you mean banner?");
    CHECK(refused({postgres, "-e", "server_verson>=15"}) ==
          "--expect: postgres targets have no measure or fact server_verson; did you mean server_version?");
    CHECK(
        refused({http, "-e", "temperature=1"}) ==
        "--expect: http targets have no measure or fact temperature; they have time, dns, connect, tls, first_byte, "
        "transfer, status, size, total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days, "
        "version, "
        "address, proxy, body, health, header:NAME, json-type:/POINTER, url, subject, issuer, names, protocol, cipher "
        "(hale --help http)");
    CHECK(
        refused({http, "-e", "header:=x"}) ==
        "--expect: http targets have no measure or fact header:; they have time, dns, connect, tls, first_byte, "
        "transfer, status, size, total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days, "
        "version, "
        "address, proxy, body, health, header:NAME, json-type:/POINTER, url, subject, issuer, names, protocol, cipher "
        "(hale --help http)");
  }

  TEST_CASE("any name may be a measure of a command's") {
    CHECK(expected({"--exec", "/bin/true", "-e", "anything=1", "-e", "output~x"}) ==
          "expect anything=1\nexpect output~x\n");
  }

  TEST_CASE("a JSON pointer that is none") {
    CHECK(refused({http, "-e", "json:a=1"}) ==
          "http://a/: json:a: no JSON pointer; write json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
  }

  TEST_CASE("units") {
    CHECK(refused({http, "-e", "time<5MB"}) == "--expect: time<5MB: time is a time, not a size in bytes");
    CHECK(refused({http, "--prefer", "size>=80%"}) == "--prefer: size>=80%: size is a size in bytes, not a percentage");
    CHECK(refused({http, "-e", "time=5MB"}) == "--expect: time=5MB: time is a time, not a size in bytes");
    CHECK(refused({http, "-e", "size!=1kB-2kB,5s"}) ==
          "--expect: size!=1kB-2kB,5s: size is a size in bytes, not a time");
    CHECK(expected({http, "-e", "time<5", "-e", "size=1kB-2kB", "-e", "json:/a<5s"}) ==
          "expect time<5\nexpect size=1kB-2kB\nexpect json:/a<5s\n");
  }

  TEST_CASE("a text that reads like a quantity may be a fact's") {
    CHECK(expected({postgres, "-e", "value=80%", "-e", "role!=5s"}) == "expect value=80%\nexpect role!=5s\n");
  }

  TEST_CASE("conditions that are none") {
    CHECK(refused({http, "-e", ""}) ==
          "--expect: an empty condition demands nothing; write NAME=VALUE, such as status=200");
    CHECK(refused({http, "-e", "status"}) ==
          "--expect: status: no condition; write NAME OP VALUE with one of = != ~ !~ < <= > >=, such as status=1");
    CHECK(refused({http, "--prefer", "status="}) ==
          "--prefer: status=: compared with what? write status=VALUE, or status~^$ for an empty text");
    CHECK(refused({http, "-e", "=200"}) ==
          "--expect: =200: what shall be compared? write NAME=VALUE, such as status=200");
    CHECK(refused({http, "-e", "status<x"}) == "--expect: status<x: < compares numbers and versions; write status<100");
  }

  TEST_CASE("a regular expression that is none") {
    CHECK(refused({http, "-e", "body~("}) ==
          "--expect: (: no regular expression: missing closing parenthesis at byte 2");
    CHECK(refused({"tcp://a:1", "--banner", "("}) ==
          "--banner: (: no regular expression: missing closing parenthesis at byte 2");
    CHECK(refused({"tcp://a:1", "--banner", ""}) ==
          "--banner: banner~: compared with what? write banner~VALUE, or banner~^$ for an empty text");
  }
}

}  // namespace hale
