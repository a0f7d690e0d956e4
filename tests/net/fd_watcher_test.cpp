#include "net/fd_watcher.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <memory>

#include "tests/net/loop_fixture.hpp"
#include "tests/support/fd.hpp"

namespace hale::testing {
namespace {

/// Records the calls of a watcher's callbacks and stops it after `max_calls`.
struct WatcherFixture {
  explicit WatcherFixture(std::size_t calls) : max_calls(calls) {}

  void record(std::string call) {
    calls.push_back(std::move(call));
    if (calls.size() == max_calls) watcher.stop();
  }

  std::vector<std::string> run() {
    watcher.start();
    loop.run();
    return calls;
  }

  Loop loop;
  std::size_t max_calls;
  std::vector<std::string> calls;
  std::function<void(int)> on_ready = [](int) {};
  FdWatcher watcher{loop,
                    [this](int descriptor, bool readable, bool writable) {
                      on_ready(descriptor);
                      record(fmt::format("{}{}", readable ? "r" : "", writable ? "w" : ""));
                    },
                    [this] { record("timer"); }};
};

}  // namespace

TEST_SUITE("fd watcher") {
  TEST_CASE("A readable descriptor") {
    const Pipe pipe;
    REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
    WatcherFixture fixture(1);
    fixture.watcher.watch(pipe.read_end.get(), true, false);
    CHECK(fixture.run() == std::vector<std::string>{"r"});
  }

  TEST_CASE("A writable descriptor is reported again and again") {
    const Pipe pipe;
    WatcherFixture fixture(3);
    fixture.watcher.watch(pipe.write_end.get(), false, true);
    CHECK(fixture.run() == std::vector<std::string>{"w", "w", "w"});
  }

  TEST_CASE("A descriptor that is no longer watched is not reported") {
    const Pipe pipe;
    REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
    WatcherFixture fixture(1);
    fixture.watcher.watch(pipe.read_end.get(), true, false);
    fixture.watcher.watch(pipe.read_end.get(), false, false);
    fixture.watcher.set_timer(std::chrono::milliseconds(20));
    CHECK(fixture.run() == std::vector<std::string>{"timer"});
  }

  TEST_CASE("The events to watch for can change") {
    const Pipe pipe;
    WatcherFixture fixture(2);
    fixture.watcher.watch(pipe.write_end.get(), false, true);
    fixture.on_ready = [&](int descriptor) {
      fixture.watcher.watch(descriptor, false, false);
      fixture.watcher.set_timer(std::chrono::milliseconds(0));
    };
    CHECK(fixture.run() == std::vector<std::string>{"w", "timer"});
  }

  TEST_CASE("A descriptor whose number was closed and reused") {
    auto first = std::make_unique<Pipe>();
    const int number = first->write_end.get();
    WatcherFixture fixture(1);
    fixture.watcher.watch(number, false, true);
    first.reset();
    const Pipe second;
    const Fd same(::dup2(second.write_end.get(), number));
    fixture.watcher.watch(number, false, true);
    CHECK(fixture.run() == std::vector<std::string>{"w"});
  }

  TEST_CASE("A peer that hangs up makes it readable and writable") {
    Pipe pipe;
    pipe.read_end.reset();
    WatcherFixture fixture(1);
    fixture.watcher.watch(pipe.write_end.get(), false, true);
    CHECK(fixture.run() == std::vector<std::string>{"rw"});
  }

  TEST_CASE("A new timer replaces the old one") {
    WatcherFixture fixture(1);
    const auto begin = Clock::now();
    fixture.watcher.set_timer(std::chrono::hours(1));
    fixture.watcher.set_timer(std::chrono::milliseconds(20));
    CHECK(fixture.run() == std::vector<std::string>{"timer"});
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(20));
  }

  TEST_CASE("Once stopped it does not keep the loop running") {
    WatcherFixture fixture(0);
    fixture.watcher.start();
    fixture.watcher.start();
    fixture.watcher.set_timer(std::nullopt);
    fixture.watcher.stop();
    fixture.watcher.stop();
    fixture.loop.run();
    CHECK(fixture.calls.empty());
  }
}

}  // namespace hale::testing
