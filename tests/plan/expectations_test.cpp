#include <doctest/doctest.h>

#include <string>

#include "tests/plan/planned.hpp"

namespace hale {
namespace {

/// The ranges and conditions of the only target.
std::string expected(const std::vector<std::string>& arguments) {
  const Plan plan = planned(arguments);
  REQUIRE(plan.targets.size() == 1);
  return expectations(plan.targets.front());
}

const std::string http = "http://a/";
const std::string postgres = "postgres://a/";

}  // namespace

TEST_SUITE("plan: ranges") {
  TEST_CASE("without a metric it is the response time") {
    CHECK(expected({http, "-w", "500ms", "-c", "2"}) == "-w time=0.5\n-c time=2\n");
  }

  TEST_CASE("the name of a metric may contain =") {
    CHECK(expected({http, "-w", "size=10MB:64MB", "-c", "json:/a=b=@1:2", "-w", " size =5"}) ==
          "-w size=5\n-c json:/a=b=@1:2\n");
  }

  TEST_CASE("a range of the same metric replaces the earlier one") {
    CHECK(expected({http, "-w", "1s", "-w", "time=2s", "-c", "3s"}) == "-w time=2\n-c time=3\n");
  }

  TEST_CASE("an empty range counts as not given, as in monitoring configurations") {
    CHECK(expected({http, "-w", "", "-c", ""}) == "");
  }

  TEST_CASE("every phase is a metric") {
    CHECK(expected({http, "-w", "first_byte=1s", "-w", "dns=1s", "-c", "transfer=3s", "-c", "total=4s"}) ==
          "-w first_byte=1\n-w dns=1\n-c transfer=3\n-c total=4\n");
  }

  TEST_CASE("any name may be a metric of a command") {
    CHECK(expected({"--exec", "/bin/true", "-w", "load1=5", "-c", "/var=80%"}) == "-w load1=5\n-c /var=80\n");
  }

  TEST_CASE("a metric that the kind does not have") {
    CHECK(refused({http, "-w", "siz=1"}) == "-w http targets have no metric siz; did you mean size?");
    CHECK(refused({http, "-c", "firstbyte=1s"}) ==
          "-c http targets have no metric firstbyte; did you mean first_byte?");
    CHECK(refused({"tcp://a:1", "-w", "status=1"}) ==
          "-w tcp targets have no metric status; they have time, dns, connect, send, listen (hale --help tcp)");
    CHECK(refused({"redis://a", "-w", "depth=1"}) ==
          "-w redis targets have no metric depth; they have time, sentinel, dns, connect, tls, login, ask, "
          "used_memory, connected_clients, connected_slaves, lag, rdb_last_save_age, llen:KEY, ttl:KEY, "
          "blocked_clients, maxclients, used_memory_rss, used_memory_peak, maxmemory, mem_fragmentation_ratio, "
          "rdb_changes_since_last_save, instantaneous_ops_per_sec, total_connections_received, "
          "total_commands_processed, rejected_connections, expired_keys, evicted_keys, keyspace_hits, "
          "keyspace_misses, uptime_in_seconds, info:NAME, cert_days, chain_days (hale --help redis)");
    CHECK(refused({postgres, "-w", "valu=1"}) == "-w postgres targets have no metric valu; did you mean value?");
    CHECK(
        refused({http, "-w", "json:=1"}) ==
        "-w http targets have no metric json:; they have time, dns, connect, tls, first_byte, transfer, status, size, "
        "total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days (hale --help http)");
  }

  TEST_CASE("a fact is not a metric") {
    CHECK(refused({"redis://a", "-w", "version=7"}) ==
          "-w redis targets have no metric version; they have time, sentinel, dns, connect, tls, login, ask, "
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

  TEST_CASE("invalid ranges") {
    CHECK(refused({http, "-w", "20:10"}) ==
          "-w 20:10: a range goes from low to high; use 10:20, or @10:20 to alert inside it");
    CHECK(refused({http, "-c", "abc"}) ==
          "-c abc: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
    CHECK(refused({http, "-w", "/root:10"}) ==
          "-w /root:10: the shell expanded an unquoted ~; quote the range: '~:10'");
    CHECK(refused({http, "-w", "time="}) == "-w empty range; use 10, 10:, ~:10, 10:20 or @10:20");
    CHECK(refused({http, "-w", "=5"}) == "-w =5: missing metric before \"=\"; use METRIC=RANGE or RANGE");
    CHECK(refused({"-w", "x:y", "tcp://a:1"}) ==
          "-w x:y: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
  }
}

TEST_SUITE("plan: conditions") {
  TEST_CASE("--expect means critical, --prefer means warning") {
    CHECK(expected({http, "-e", "status=200", "--prefer", "time<1s"}) == "expect status=200\nprefer time<1s\n");
  }

  TEST_CASE("facts, metrics and families") {
    CHECK(
        expected({http, "-e", "header:server!~nginx", "-e", "json:/a~1b>=7", "-e", "connect<1s", "-e", "version=2"}) ==
        "expect header:server!~nginx\nexpect json:/a~1b>=7\nexpect connect<1s\nexpect version=2\n");
  }

  TEST_CASE("a name that the kind does not have") {
    CHECK(refused({http, "-e", "staus=200"}) ==
          "--expect: http targets have no metric or fact staus; did you mean status?");
    CHECK(refused({"redis://a", "--prefer", "rol=master"}) ==
          "--prefer: redis targets have no metric or fact rol; did you mean role?");
    CHECK(refused({"tcp://a:1", "-e", "baner~220"}) ==
          "--expect: tcp targets have no metric or fact baner; did you mean banner?");
    CHECK(refused({postgres, "-e", "server_verson>=15"}) ==
          "--expect: postgres targets have no metric or fact server_verson; did you mean server_version?");
    CHECK(
        refused({http, "-e", "temperature=1"}) ==
        "--expect: http targets have no metric or fact temperature; they have time, dns, connect, tls, first_byte, "
        "transfer, status, size, total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days, "
        "version, "
        "address, proxy, body, health, header:NAME, json-type:/POINTER, url, subject, issuer, names, protocol, cipher "
        "(hale --help http)");
    CHECK(
        refused({http, "-e", "header:=x"}) ==
        "--expect: http targets have no metric or fact header:; they have time, dns, connect, tls, first_byte, "
        "transfer, status, size, total, json:/POINTER, json-length:/POINTER, redirects, cert_days, chain_days, "
        "version, "
        "address, proxy, body, health, header:NAME, json-type:/POINTER, url, subject, issuer, names, protocol, cipher "
        "(hale --help http)");
  }

  TEST_CASE("a condition may be about any metric of a command") {
    CHECK(expected({"--exec", "/bin/true", "-e", "anything=1", "-e", "output~x"}) ==
          "expect anything=1\nexpect output~x\n");
  }

  TEST_CASE("an invalid JSON pointer") {
    CHECK(refused({http, "-e", "json:a=1"}) ==
          "http://a/: json:a: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
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

  TEST_CASE("a value that looks like a quantity may be the text of a fact") {
    CHECK(expected({postgres, "-e", "value=80%", "-e", "role!=5s"}) == "expect value=80%\nexpect role!=5s\n");
  }

  TEST_CASE("invalid conditions") {
    CHECK(refused({http, "-e", ""}) == "--expect: empty condition; use NAME=VALUE, such as status=200");
    CHECK(refused({http, "-e", "status"}) ==
          "--expect: status: not a condition; use NAME OP VALUE with one of = != ~ !~ < <= > >=, such as status=1");
    CHECK(refused({http, "--prefer", "status="}) ==
          "--prefer: status=: missing value after \"=\"; use status=VALUE, or status~^$ for an empty text");
    CHECK(refused({http, "-e", "=200"}) ==
          "--expect: =200: missing name before \"=\"; use NAME=VALUE, such as status=200");
    CHECK(refused({http, "-e", "status<x"}) == "--expect: status<x: < compares numbers and versions; use status<100");
  }

  TEST_CASE("an invalid regular expression") {
    CHECK(refused({http, "-e", "body~("}) ==
          "--expect: (: invalid regular expression: missing closing parenthesis at byte 2");
    CHECK(refused({"tcp://a:1", "--banner", "("}) ==
          "--banner: (: invalid regular expression: missing closing parenthesis at byte 2");
    CHECK(refused({"tcp://a:1", "--banner", ""}) ==
          "--banner: banner~: missing value after \"~\"; use banner~VALUE, or banner~^$ for an empty text");
  }
}

}  // namespace hale
