#include "net/fd_ready.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fd.hpp"

namespace hale::testing {
namespace {

constexpr Duration short_limit = std::chrono::milliseconds(50);

/// Closes the descriptor during the wait, as a library does.
Task<bool> wait_for_closed(ProbeContext& context, Pipe& pipe) {
  const int number = pipe.read_end.get();
  asio::co_spawn(context.executor(), wait_ready(context, number, FdEvent::readable), [](std::exception_ptr, bool) {});
  pipe.read_end.reset();
  pipe.write_end.reset();
  co_return true;
}

}  // namespace

TEST_SUITE("wait_ready") {
  TEST_CASE("A readable descriptor") {
    const Pipe pipe;
    REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
    LoopFixture fixture;
    CHECK(fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable)));
  }

  TEST_CASE("A writable descriptor") {
    const Pipe pipe;
    LoopFixture fixture;
    CHECK(fixture.run(wait_ready(fixture.context, pipe.write_end.get(), FdEvent::writable)));
  }

  TEST_CASE("The end of file makes it readable") {
    Pipe pipe;
    pipe.write_end.reset();
    LoopFixture fixture;
    CHECK(fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable)));
  }

  TEST_CASE("The limit passes first") {
    const FakeClock clock;
    const Pipe pipe;
    LoopFixture fixture;
    const auto begin = Clock::now();
    CHECK_FALSE(fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable, short_limit)));
    CHECK(Clock::now() - begin == short_limit);
  }

  TEST_CASE("A limit that is not reached") {
    const Pipe pipe;
    REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
    LoopFixture fixture;
    CHECK(fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable, std::chrono::hours(1))));
  }

  TEST_CASE("The descriptor stays open") {
    const Pipe pipe;
    REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
    LoopFixture fixture;
    fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable));
    char byte = 0;
    CHECK(::read(pipe.read_end.get(), &byte, 1) == 1);
  }

  TEST_CASE("The owner may close it during the wait") {
    Pipe pipe;
    LoopFixture fixture;
    CHECK(fixture.run(wait_for_closed(fixture.context, pipe)));
  }

  TEST_CASE("A descriptor that is not open") {
    LoopFixture fixture;
    CHECK_THROWS_AS(fixture.run(wait_ready(fixture.context, 1000000, FdEvent::readable)), std::system_error);
  }
}

}  // namespace hale::testing
