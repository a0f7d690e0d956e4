#include "net/child.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/net/loop_fixture.hpp"

namespace hale::testing {
namespace {

ChildResult run(const std::vector<std::string>& arguments) {
  LoopFixture fixture;
  return fixture.run(run_child(fixture.context, arguments));
}

}  // namespace

TEST_SUITE("child") {
  TEST_CASE("Output, errors and exit code") {
    const ChildResult result = run({"sh", "-c", "echo out; echo err >&2; exit 7"});
    CHECK(result.exit_code == 7);
    CHECK(result.signal == std::nullopt);
    CHECK(result.output == "out\n");
    CHECK(result.errors == "err\n");
  }

  TEST_CASE("A signal") {
    const ChildResult result = run({"sh", "-c", "echo out; kill -TERM $$"});
    CHECK(result.signal == 15);
    CHECK(result.output == "out\n");
  }

  TEST_CASE("Arguments are passed unchanged") {
    CHECK(run({"printf", "%s|", "a b", "", "$HOME", "'"}).output == "a b||$HOME|'|");
  }

  TEST_CASE("Both outputs are kept up to the limit and read to the end") {
    const ChildResult result = run({"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"});
    CHECK(result.output == std::string(max_child_output, '\0'));
    CHECK(result.errors == std::string(max_child_output, '\0'));
    CHECK(result.exit_code == 0);
  }

  TEST_CASE("The last output is complete even if a grandchild keeps the pipe open") {
    CHECK(run({"sh", "-c", "sleep 1000 & head -c 60000 /dev/zero"}).output == std::string(60000, '\0'));
  }

  TEST_CASE("A program that cannot be started is unknown, with the system's message") {
    LoopFixture fixture;
    try {
      fixture.run(run_child(fixture.context, {"/no/such/program"}));
      FAIL("it was started");
    } catch (const Unhealthy& unhealthy) {
      CHECK(unhealthy.state() == State::unknown);
      CHECK(std::string(unhealthy.what()) == "/no/such/program: No such file or directory");
    }
    CHECK(fixture.context.phase() == "run");
  }
}

}  // namespace hale::testing
