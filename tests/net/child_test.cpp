#include "net/child.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/net/loop.hpp"

namespace hale::testing {
namespace {

ChildEnd end_of(const std::vector<std::string>& words) {
  Bench bench;
  return bench.run(run_child(bench.context, words));
}

}  // namespace

TEST_SUITE("child") {
  TEST_CASE("Output, errors and exit code are told apart") {
    const ChildEnd end = end_of({"sh", "-c", "echo out; echo err >&2; exit 7"});
    CHECK(end.exit_code == 7);
    CHECK(end.signal == std::nullopt);
    CHECK(end.output == "out\n");
    CHECK(end.errors == "err\n");
  }

  TEST_CASE("A signal") {
    const ChildEnd end = end_of({"sh", "-c", "echo out; kill -TERM $$"});
    CHECK(end.signal == 15);
    CHECK(end.output == "out\n");
  }

  TEST_CASE("Words are handed over as they are") {
    CHECK(end_of({"printf", "%s|", "a b", "", "$HOME", "'"}).output == "a b||$HOME|'|");
  }

  TEST_CASE("Both outputs are kept up to the cap and read to the end") {
    const ChildEnd end = end_of({"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"});
    CHECK(end.output == std::string(child_output_cap, '\0'));
    CHECK(end.errors == std::string(child_output_cap, '\0'));
    CHECK(end.exit_code == 0);
  }

  TEST_CASE("What the child said last is there, also when a grandchild holds the output open") {
    CHECK(end_of({"sh", "-c", "sleep 1000 & head -c 60000 /dev/zero"}).output == std::string(60000, '\0'));
  }

  TEST_CASE("What cannot be started is our trouble, in the system's words") {
    Bench bench;
    try {
      bench.run(run_child(bench.context, {"/no/such/program"}));
      FAIL("it was started");
    } catch (const Unhealthy& unhealthy) {
      CHECK(unhealthy.state() == State::unknown);
      CHECK(std::string(unhealthy.what()) == "/no/such/program: No such file or directory");
    }
    CHECK(bench.context.phase() == "run");
  }
}

}  // namespace hale::testing
