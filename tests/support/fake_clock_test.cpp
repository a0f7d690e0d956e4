#include "tests/support/fake_clock.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <thread>

#include "net/fd_ready.hpp"
#include "net/sleep.hpp"
#include "net/stream.hpp"
#include "net/timed_result.hpp"
#include "tests/net/loop.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {
namespace {

constexpr Duration instant = std::chrono::nanoseconds(1);

/// So long does somebody work, by the machine's clock: longer than the fake clock takes to find that all wait.
void work() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

Task<std::string> hear_all(ProbeContext& context, std::uint16_t port) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  std::string heard;
  for (;;) {
    const std::string more = co_await stream.read(100);
    if (more.empty()) co_return heard;
    heard += more;
  }
}

/// What the server at `port` says within `limit`.
Task<std::string> hear_within(ProbeContext& context, Duration limit, std::uint16_t port) {
  ProbeContext part = context.sub_context(limit);
  const TimedResult<std::string> heard = co_await with_time_limit(part, limit, hear_all(part, port));
  co_return heard.value ? *heard.value : heard.error;
}

/// Adds to `story` how long after the clock's zero its pause was over.
Task<bool> pause_and_tell(ProbeContext& context, Duration length, std::string& story) {
  co_await pause(context, length);
  story += format_human(Clock::now().time_since_epoch()) + ", ";
  co_return true;
}

}  // namespace

TEST_SUITE("fake clock") {
  TEST_CASE("It jumps to the next timer, whichever was set first") {
    const FakeClock clock;
    Bench bench;
    std::string story;
    for (const int hours : {3, 1, 2})
      asio::co_spawn(bench.loop.io(), pause_and_tell(bench.context, std::chrono::hours(hours), story),
                     [](std::exception_ptr, bool) {});
    bench.loop.run();
    CHECK(story == "1 h, 2 h, 3 h, ");
  }

  TEST_CASE("A timer that was cancelled does not move it") {
    const FakeClock clock;
    Bench bench;
    const OneShotTimer second(bench.context.executor(), std::chrono::hours(2), [] {});
    {
      const OneShotTimer first(bench.context.executor(), std::chrono::hours(1), [] {});
    }
    bench.loop.run();
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(2));
  }

  TEST_CASE("It stands still while the loop works") {
    const FakeClock clock;
    Bench bench;
    const OneShotTimer alarm(bench.context.executor(), instant, [] {});
    Clock::time_point after = Clock::time_point::max();
    asio::post(bench.loop.io(), [&] {
      work();
      after = Clock::now();
    });
    bench.loop.run();
    CHECK(after == Clock::time_point());
  }

  TEST_CASE("A server that takes its time to answer is not overtaken") {
    const FakeClock clock;
    const auto slowly = [](const std::string&) {
      work();
      return "at last";
    };
    FakeServer server({answer(slowly), hang_up()});
    Bench bench;
    CHECK(bench.run(hear_within(bench.context, instant, server.port())) == "at last");
    CHECK(Clock::now() == Clock::time_point());
  }

  TEST_CASE("Nor is a thread of which it knows nothing") {
    const FakeClock clock;
    const Pipe pipe;
    std::thread unknown([&] {
      work();
      ::write(pipe.in.number(), "x", 1);
    });
    Bench bench;
    CHECK(bench.run(ready(bench.context, pipe.out.number(), Readiness::readable, instant)));
    unknown.join();
  }

  TEST_CASE("A silent server is waited for to the nanosecond") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    Bench bench;
    CHECK(bench.run(hear_within(bench.context, std::chrono::hours(1) + instant, server.port())) ==
          "connect: no answer within 1 h");
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(1) + instant);
  }

  TEST_CASE("A dripping server's pauses are by it") {
    const FakeClock clock;
    FakeServer server({drip("abc", std::chrono::hours(1)), hang_up()});
    Bench bench;
    CHECK(bench.run(hear_within(bench.context, std::chrono::hours(4), server.port())) == "abc");
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(3));
  }

  TEST_CASE("The machine's clock is back afterwards") {
    { const FakeClock clock; }
    const Clock::time_point begin = Clock::now();
    CHECK(begin > Clock::time_point());
    while (Clock::now() == begin) {
    }
  }
}

}  // namespace hale::testing
