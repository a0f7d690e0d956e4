#include "net/fd_watcher.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <memory>

#include "tests/net/loop.hpp"
#include "tests/support/descriptor.hpp"

namespace hale::testing {
namespace {

/// A watch that notes what it is told, and ends when it has been told `enough` times.
struct Noted {
  explicit Noted(std::size_t enough_times) : enough(enough_times) {}

  void note(std::string what) {
    heard.push_back(std::move(what));
    if (heard.size() == enough) watch.stop();
  }

  std::vector<std::string> run() {
    watch.start();
    loop.run();
    return heard;
  }

  Loop loop;
  std::size_t enough;
  std::vector<std::string> heard;
  std::function<void(int)> act = [](int) {};
  FdWatcher watch{loop,
                  [this](int descriptor, bool readable, bool writable) {
                    act(descriptor);
                    note(fmt::format("{}{}", readable ? "r" : "", writable ? "w" : ""));
                  },
                  [this] { note("time"); }};
};

}  // namespace

TEST_SUITE("watch") {
  TEST_CASE("What can be read from is told") {
    const Pipe pipe;
    REQUIRE(::write(pipe.in.number(), "x", 1) == 1);
    Noted noted(1);
    noted.watch.want(pipe.out.number(), true, false);
    CHECK(noted.run() == std::vector<std::string>{"r"});
  }

  TEST_CASE("What can be written to is told, again and again") {
    const Pipe pipe;
    Noted noted(3);
    noted.watch.want(pipe.in.number(), false, true);
    CHECK(noted.run() == std::vector<std::string>{"w", "w", "w"});
  }

  TEST_CASE("What nobody wants any more is not told") {
    const Pipe pipe;
    REQUIRE(::write(pipe.in.number(), "x", 1) == 1);
    Noted noted(1);
    noted.watch.want(pipe.out.number(), true, false);
    noted.watch.want(pipe.out.number(), false, false);
    noted.watch.set_timer(std::chrono::milliseconds(20));
    CHECK(noted.run() == std::vector<std::string>{"time"});
  }

  TEST_CASE("Wants change") {
    const Pipe pipe;
    Noted noted(2);
    noted.watch.want(pipe.in.number(), false, true);
    noted.act = [&](int descriptor) {
      noted.watch.want(descriptor, false, false);
      noted.watch.set_timer(std::chrono::milliseconds(0));
    };
    CHECK(noted.run() == std::vector<std::string>{"w", "time"});
  }

  TEST_CASE("A closed descriptor whose number is given anew is watched anew") {
    auto first = std::make_unique<Pipe>();
    const int number = first->in.number();
    Noted noted(1);
    noted.watch.want(number, false, true);
    first.reset();
    const Pipe second;
    const Descriptor same(::dup2(second.in.number(), number));
    noted.watch.want(number, false, true);
    CHECK(noted.run() == std::vector<std::string>{"w"});
  }

  TEST_CASE("A peer that hangs up is told as both") {
    Pipe pipe;
    pipe.out.close();
    Noted noted(1);
    noted.watch.want(pipe.in.number(), false, true);
    CHECK(noted.run() == std::vector<std::string>{"rw"});
  }

  TEST_CASE("The last timer set counts") {
    Noted noted(1);
    const auto begin = Clock::now();
    noted.watch.set_timer(std::chrono::hours(1));
    noted.watch.set_timer(std::chrono::milliseconds(20));
    CHECK(noted.run() == std::vector<std::string>{"time"});
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(20));
  }

  TEST_CASE("Without a holder nothing keeps the loop running") {
    Noted noted(0);
    noted.watch.start();
    noted.watch.start();
    noted.watch.set_timer(std::nullopt);
    noted.watch.stop();
    noted.watch.stop();
    noted.loop.run();
    CHECK(noted.heard.empty());
  }
}

}  // namespace hale::testing
