#include "net/timed_result.hpp"

#include <doctest/doctest.h>

#include "net/stream.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {
namespace {

constexpr Duration short_limit = std::chrono::milliseconds(50);
constexpr Duration long_limit = std::chrono::seconds(10);

Task<std::string> receive(ProbeContext& context, std::uint16_t port) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_return co_await stream.read_some();
}

Task<std::string> outcome(ProbeContext& context, Duration limit, std::uint16_t port) {
  ProbeContext step = context.sub_context(limit);
  const TimedResult<std::string> received = co_await with_time_limit(step, limit, receive(step, port));
  co_return received.value ? "received " + *received.value : received.error;
}

/// Two peers in turn.
Task<std::string> outcomes(ProbeContext& context, std::uint16_t first, std::uint16_t second) {
  const std::string before = co_await outcome(context, short_limit, first);
  const std::string after = co_await outcome(context, long_limit, second);
  co_return before + ", " + after;
}

}  // namespace

TEST_SUITE("with_time_limit") {
  TEST_CASE("In time") {
    FakeServer server({say("welcome"), expect_close()});
    LoopFixture fixture;
    CHECK(fixture.run(outcome(fixture.context, long_limit, server.port())) == "received welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Too late, then the next one in time") {
    const FakeClock clock;
    FakeServer silent({stay_silent()});
    FakeServer server({say("welcome"), expect_close()});
    LoopFixture fixture;
    const Clock::time_point begin = Clock::now();
    CHECK(fixture.run(outcomes(fixture.context, silent.port(), server.port())) ==
          "connect: no answer within 50 ms, received welcome");
    CHECK(Clock::now() - begin == short_limit);
  }

  TEST_CASE("No connection") {
    const FakeClock clock;
    const BlackholePort blackhole;
    LoopFixture fixture;
    CHECK(fixture.run(outcome(fixture.context, short_limit, blackhole.port())) == "connect: no answer within 50 ms");
  }

  TEST_CASE("A failed step") {
    FakeServer closing({hang_up()});
    FakeServer resetting({reset()});
    LoopFixture fixture;
    CHECK(fixture.run(outcomes(fixture.context, closing.port(), resetting.port())) ==
          "connect: the peer hung up, connect: Connection reset by peer");
  }

  TEST_CASE("A step has separate phases, and no more time than the probe") {
    const FakeClock clock;
    const LoopFixture fixture;
    ProbeContext step = fixture.context.sub_context(short_limit);
    step.enter("dns");
    CHECK(step.phase() == "dns");
    CHECK(fixture.context.phase() == "");
    CHECK(step.remaining() == short_limit);
    CHECK(fixture.context.sub_context(std::chrono::hours(1)).remaining() == long_limit);
  }
}

}  // namespace hale::testing
