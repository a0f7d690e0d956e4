#include "net/timed_result.hpp"

#include <doctest/doctest.h>

#include "net/stream.hpp"
#include "tests/net/loop.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {
namespace {

constexpr Duration little = std::chrono::milliseconds(50);
constexpr Duration plenty = std::chrono::seconds(10);

Task<std::string> hear(ProbeContext& context, std::uint16_t port) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_return co_await stream.read_some();
}

Task<std::string> outcome(ProbeContext& context, Duration limit, std::uint16_t port) {
  ProbeContext part = context.sub_context(limit);
  const TimedResult<std::string> heard = co_await with_time_limit(part, limit, hear(part, port));
  co_return heard.value ? "heard " + *heard.value : heard.error;
}

/// Two peers in turn, as one who has been kept waiting asks the next.
Task<std::string> outcomes(ProbeContext& context, std::uint16_t first, std::uint16_t second) {
  const std::string before = co_await outcome(context, little, first);
  const std::string after = co_await outcome(context, plenty, second);
  co_return before + ", " + after;
}

}  // namespace

TEST_SUITE("with_time_limit") {
  TEST_CASE("In time") {
    FakeServer server({say("welcome"), expect_close()});
    Bench bench;
    CHECK(bench.run(outcome(bench.context, plenty, server.port())) == "heard welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Too late, and then the next in time") {
    const FakeClock clock;
    FakeServer silent({stay_silent()});
    FakeServer server({say("welcome"), expect_close()});
    Bench bench;
    const Clock::time_point begin = Clock::now();
    CHECK(bench.run(outcomes(bench.context, silent.port(), server.port())) ==
          "connect: no answer within 50 ms, heard welcome");
    CHECK(Clock::now() - begin == little);
  }

  TEST_CASE("Nobody lets in") {
    const FakeClock clock;
    const DeafPort deaf;
    Bench bench;
    CHECK(bench.run(outcome(bench.context, little, deaf.port())) == "connect: no answer within 50 ms");
  }

  TEST_CASE("A failure is told") {
    FakeServer rude({hang_up()});
    FakeServer broken({reset()});
    Bench bench;
    CHECK(bench.run(outcomes(bench.context, rude.port(), broken.port())) ==
          "connect: the peer hung up, connect: Connection reset by peer");
  }

  TEST_CASE("A part has phases of its own, and no more time than the whole") {
    const FakeClock clock;
    const Bench bench;
    ProbeContext part = bench.context.sub_context(little);
    part.enter("dns");
    CHECK(part.phase() == "dns");
    CHECK(bench.context.phase() == "");
    CHECK(part.remaining() == little);
    CHECK(bench.context.sub_context(std::chrono::hours(1)).remaining() == plenty);
  }
}

}  // namespace hale::testing
