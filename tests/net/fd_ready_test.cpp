#include "net/fd_ready.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/net/loop.hpp"
#include "tests/support/descriptor.hpp"
#include "tests/support/fake_clock.hpp"

namespace hale::testing {
namespace {

constexpr Duration short_while = std::chrono::milliseconds(50);

/// Closes the descriptor while it is waited for, as a library does, and gives the number to something else.
Task<bool> wait_for_closed(ProbeContext& context, Pipe& pipe) {
  const int number = pipe.out.number();
  asio::co_spawn(context.executor(), ready(context, number, Readiness::readable), [](std::exception_ptr, bool) {});
  pipe.out.close();
  pipe.in.close();
  co_return true;
}

}  // namespace

TEST_SUITE("ready") {
  TEST_CASE("What can be read from is ready at once") {
    const Pipe pipe;
    REQUIRE(::write(pipe.in.number(), "x", 1) == 1);
    Bench bench;
    CHECK(bench.run(ready(bench.context, pipe.out.number(), Readiness::readable)));
  }

  TEST_CASE("What can be written to is ready at once") {
    const Pipe pipe;
    Bench bench;
    CHECK(bench.run(ready(bench.context, pipe.in.number(), Readiness::writable)));
  }

  TEST_CASE("The end is something to read") {
    Pipe pipe;
    pipe.in.close();
    Bench bench;
    CHECK(bench.run(ready(bench.context, pipe.out.number(), Readiness::readable)));
  }

  TEST_CASE("The limit passes first") {
    const FakeClock clock;
    const Pipe pipe;
    Bench bench;
    const auto begin = Clock::now();
    CHECK_FALSE(bench.run(ready(bench.context, pipe.out.number(), Readiness::readable, short_while)));
    CHECK(Clock::now() - begin == short_while);
  }

  TEST_CASE("A limit that does not pass does no harm") {
    const Pipe pipe;
    REQUIRE(::write(pipe.in.number(), "x", 1) == 1);
    Bench bench;
    CHECK(bench.run(ready(bench.context, pipe.out.number(), Readiness::readable, std::chrono::hours(1))));
  }

  TEST_CASE("The descriptor stays its owner's") {
    const Pipe pipe;
    REQUIRE(::write(pipe.in.number(), "x", 1) == 1);
    Bench bench;
    bench.run(ready(bench.context, pipe.out.number(), Readiness::readable));
    char byte = 0;
    CHECK(::read(pipe.out.number(), &byte, 1) == 1);
  }

  TEST_CASE("Its owner may close it meanwhile") {
    Pipe pipe;
    Bench bench;
    CHECK(bench.run(wait_for_closed(bench.context, pipe)));
  }

  TEST_CASE("A descriptor that is not open") {
    Bench bench;
    CHECK_THROWS_AS(bench.run(ready(bench.context, 1000000, Readiness::readable)), std::system_error);
  }
}

}  // namespace hale::testing
