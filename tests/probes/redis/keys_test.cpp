#include <doctest/doctest.h>

#include "tests/probes/reported.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

const std::string ping_info = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
const std::string get_greeting = "*2\r\n$3\r\nGET\r\n$8\r\ngreeting\r\n";
const std::string llen_jobs = "*2\r\n$4\r\nLLEN\r\n$4\r\njobs\r\n";
const std::string pttl_lock = "*2\r\n$4\r\nPTTL\r\n$4\r\nlock\r\n";

/// The result for a server that expects `key_commands` after PING and INFO, and sends `replies` after theirs.
std::string result_of(const std::string& key_commands, const std::string& replies,
                      std::vector<std::string> expectations) {
  FakeServer server({expect(ping_info + key_commands), say("+PONG\r\n$-1\r\n" + replies), expect_close()});
  expectations.insert(expectations.begin(), "redis://" + server.endpoint());
  const std::string text = reported(probe_one(expectations));
  CHECK(server.problem() == "");
  return text;
}

const std::string phases = "phases: dns, connect, ask\n";

}  // namespace

TEST_SUITE("redis keys") {
  TEST_CASE("Keys in conditions are read in one round trip, each once") {
    CHECK(
        result_of(get_greeting + llen_jobs + pttl_lock, "$5\r\nhello\r\n:7\r\n:1500\r\n",
                  {"-e", "key:greeting~^hel", "-e", "key:greeting!=bye", "-w", "llen:jobs=10", "-c", "ttl:lock=1:"}) ==
        "ok: PONG\n" + phases + "metric llen:jobs=7 ok w 10\nmetric ttl:lock=1.5s ok c 1:\nfact key:greeting=hello\n");
  }

  TEST_CASE("Another value, a queue that is too long and a TTL that is too short") {
    CHECK(result_of(get_greeting + llen_jobs + pttl_lock, "$3\r\nbye\r\n:11\r\n:500\r\n",
                    {"-e", "key:greeting=hello", "-w", "llen:jobs=10", "-c", "ttl:lock=1:"}) ==
          "critical: PONG, but key:greeting is bye, expected hello; ttl:lock 500 ms is under 1 s; llen:jobs 11 is over "
          "10\n" +
              phases + "metric llen:jobs=11 warning w 10\nmetric ttl:lock=0.5s critical c 1:\nfact key:greeting=bye\n");
  }

  TEST_CASE("A missing key fails every condition") {
    CHECK(result_of(get_greeting, "$-1\r\n", {"-e", "key:greeting=hello"}) ==
          "critical: PONG, but key:greeting is absent, expected hello\n" + phases);
    CHECK(result_of(get_greeting, "$-1\r\n", {"--prefer", "key:greeting!=hello"}) ==
          "warning: PONG, but key:greeting is absent, expected != hello\n" + phases);
    CHECK(result_of(pttl_lock, ":-2\r\n", {"-c", "ttl:lock=60:"}) ==
          "critical: PONG, but ttl:lock is absent\n" + phases);
  }

  TEST_CASE("A key that never expires has no TTL") {
    CHECK(result_of(pttl_lock, ":-1\r\n", {"-w", "ttl:lock=60:"}) ==
          "warning: PONG, but ttl:lock is absent\n" + phases);
  }

  TEST_CASE("A missing list is empty") {
    CHECK(result_of(llen_jobs, ":0\r\n", {"-c", "llen:jobs=10"}) ==
          "ok: PONG\n" + phases + "metric llen:jobs=0 ok c 10\n");
  }

  TEST_CASE("An error reply is shown") {
    const std::string wrong_type = "WRONGTYPE Operation against a key holding the wrong kind of value";
    CHECK(result_of(get_greeting, "-" + wrong_type + "\r\n", {"-e", "key:greeting=hello"}) ==
          "critical: ask: GET greeting: " + wrong_type + "\nfailed: ask\n" + phases);
    CHECK(result_of(llen_jobs, "-" + wrong_type + "\r\n", {"-w", "llen:jobs=1"}) ==
          "critical: ask: LLEN jobs: " + wrong_type + "\nfailed: ask\n" + phases);
    CHECK(result_of(get_greeting, "-MOVED 3999 127.0.0.1:6381\r\n", {"-e", "key:greeting=hello"}) ==
          "critical: ask: GET greeting: MOVED 3999 127.0.0.1:6381\nfailed: ask\n" + phases);
    CHECK(result_of(get_greeting, "-NOPERM no permissions to access a key\r\n", {"-e", "key:greeting=hello"}) ==
          "critical: ask: GET greeting: permission denied (NOPERM no permissions to access a key)\nfailed: ask\n" +
              phases);
  }

  TEST_CASE("A reply of another type is ignored") {
    CHECK(result_of(get_greeting, "*1\r\n$1\r\nx\r\n", {"-e", "key:greeting=hello"}) ==
          "critical: PONG, but key:greeting is absent, expected hello\n" + phases);
    CHECK(result_of(llen_jobs, "+many\r\n", {"-w", "llen:jobs=1"}) ==
          "warning: PONG, but llen:jobs is absent\n" + phases);
  }

  TEST_CASE("A family needs a key name") {
    CHECK(refusal_of({"redis://127.0.0.1", "-w", "llen:=1"})
              .starts_with("-w redis targets have no metric llen:; they have time, sentinel, dns, "));
    CHECK(refusal_of({"redis://127.0.0.1", "-e", "key:=1"})
              .starts_with("--expect: redis targets have no metric or fact key:; they have time, sentinel, dns, "));
  }

  TEST_CASE("Units are checked before the first packet") {
    CHECK(refusal_of({"redis://127.0.0.1", "-w", "used_memory=5s"}) ==
          "-w 5s: used_memory is a size in bytes, not a time");
  }
}

}  // namespace hale::testing
