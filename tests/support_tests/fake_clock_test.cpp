#include "tests/support/fake_clock.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <thread>

#include "net/fd_ready.hpp"
#include "net/sleep.hpp"
#include "net/stream.hpp"
#include "net/timed_result.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {
namespace {

constexpr Duration instant = std::chrono::nanoseconds(1);

/// Takes longer, in real time, than the fake clock needs to find out that all threads wait.
void work() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

Task<std::string> read_all(ProbeContext& context, std::uint16_t port) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  std::string received;
  for (;;) {
    const std::string more = co_await stream.read(100);
    if (more.empty()) co_return received;
    received += more;
  }
}

/// What the server at `port` sends within `limit`.
Task<std::string> read_within(ProbeContext& context, Duration limit, std::uint16_t port) {
  ProbeContext step = context.sub_context(limit);
  const TimedResult<std::string> received = co_await with_time_limit(step, limit, read_all(step, port));
  co_return received.value ? *received.value : received.error;
}

/// Sleeps, then appends the time since the clock's zero to `log`.
Task<bool> sleep_and_log(ProbeContext& context, Duration length, std::string& log) {
  co_await sleep_for(context, length);
  log += format_human(Clock::now().time_since_epoch()) + ", ";
  co_return true;
}

}  // namespace

TEST_SUITE("fake clock") {
  TEST_CASE("It jumps to the next timer, in any order") {
    const FakeClock clock;
    LoopFixture fixture;
    std::string log;
    for (const int hours : {3, 1, 2})
      asio::co_spawn(fixture.loop.io(), sleep_and_log(fixture.context, std::chrono::hours(hours), log),
                     [](std::exception_ptr, bool) {});
    fixture.loop.run();
    CHECK(log == "1 h, 2 h, 3 h, ");
  }

  TEST_CASE("A cancelled timer does not move it") {
    const FakeClock clock;
    LoopFixture fixture;
    const OneShotTimer second(fixture.context.executor(), std::chrono::hours(2), [] {});
    {
      const OneShotTimer first(fixture.context.executor(), std::chrono::hours(1), [] {});
    }
    fixture.loop.run();
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(2));
  }

  TEST_CASE("It stands still while the loop is busy") {
    const FakeClock clock;
    LoopFixture fixture;
    const OneShotTimer timer(fixture.context.executor(), instant, [] {});
    Clock::time_point after = Clock::time_point::max();
    asio::post(fixture.loop.io(), [&] {
      work();
      after = Clock::now();
    });
    fixture.loop.run();
    CHECK(after == Clock::time_point());
  }

  TEST_CASE("It waits for a server that is slow to answer") {
    const FakeClock clock;
    const auto slowly = [](const std::string&) {
      work();
      return "at last";
    };
    FakeServer server({answer(slowly), hang_up()});
    LoopFixture fixture;
    CHECK(fixture.run(read_within(fixture.context, instant, server.port())) == "at last");
    CHECK(Clock::now() == Clock::time_point());
  }

  TEST_CASE("It waits for an unknown thread") {
    const FakeClock clock;
    const Pipe pipe;
    std::thread unknown([&] {
      work();
      ::write(pipe.write_end.get(), "x", 1);
    });
    LoopFixture fixture;
    CHECK(fixture.run(wait_ready(fixture.context, pipe.read_end.get(), FdEvent::readable, instant)));
    unknown.join();
  }

  TEST_CASE("With a silent server time passes to the nanosecond") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    LoopFixture fixture;
    CHECK(fixture.run(read_within(fixture.context, std::chrono::hours(1) + instant, server.port())) ==
          "connect: no answer within 1 h");
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(1) + instant);
  }

  TEST_CASE("A dripping server's pauses use it") {
    const FakeClock clock;
    FakeServer server({drip("abc", std::chrono::hours(1)), hang_up()});
    LoopFixture fixture;
    CHECK(fixture.run(read_within(fixture.context, std::chrono::hours(4), server.port())) == "abc");
    CHECK(Clock::now().time_since_epoch() == std::chrono::hours(3));
  }

  TEST_CASE("Afterwards the system's clock is back") {
    { const FakeClock clock; }
    const Clock::time_point begin = Clock::now();
    CHECK(begin > Clock::time_point());
    while (Clock::now() == begin) {
    }
  }
}

}  // namespace hale::testing
