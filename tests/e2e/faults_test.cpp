#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/promise.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// How each kind is pointed at a place that only speaks TCP, and in which phase it first needs an answer.
struct Way {
  std::string kind;
  std::vector<std::string> words;
  std::string address;
  std::string phase;
};

std::vector<Way> ways_to(const std::string& endpoint) {
  return {{"http", {"http://" + endpoint + "/"}, "http://" + endpoint + "/", "first byte"},
          {"grpc", {"grpc://" + endpoint + "/shop"}, "grpc://" + endpoint + "/shop", "first byte"},
          {"tcp", {"tcp://" + endpoint, "--banner", "220"}, "tcp://" + endpoint, "listen"},
          {"postgres",
           {"postgres://app@" + endpoint + "/app?sslmode=disable"},
           "postgres://app@" + endpoint + "/app",
           "login"},
          {"redis", {"redis://" + endpoint}, "redis://" + endpoint, "ask"},
          {"memcached", {"memcached://" + endpoint}, "memcached://" + endpoint, "ask"},
          {"amqp", {"amqp://" + endpoint}, "amqp://" + endpoint, "login"},
          {"celery", {"celery+amqp://" + endpoint}, "celery+amqp://" + endpoint, "login"},
          {"celery", {"celery+redis://" + endpoint}, "celery+redis://" + endpoint, "ask"}};
}

std::vector<std::string> with(std::vector<std::string> words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
  return words;
}

/// What becomes of hale when it takes each of `ways`, all at once, and `more` words.
std::vector<Finished> take_all(const std::vector<Way>& ways, std::initializer_list<std::string> more) {
  std::deque<Program> programs;
  for (const Way& way : ways) programs.emplace_back(hale_words(with(way.words, more)), hale_options());
  std::vector<Finished> all;
  for (Program& program : programs) all.push_back(program.finish());
  return all;
}

/// A report on one target: the summary line and the target's row.
std::string report_on(const std::string& address, const std::string& message) {
  return fmt::format("CRITICAL: {0} \u2013 {1}\n\n critical {0} TIME {1}\n", address, message);
}

}  // namespace

TEST_SUITE("faults") {
  TEST_CASE("Connection refused") {
    const ClosedPort closed;
    for (const Way& way : ways_to(fmt::format("127.0.0.1:{}", closed.port()))) {
      CAPTURE(way.kind);
      const Finished finished = run_hale(way.words);
      CHECK(settled(finished.out) == report_on(way.address, "connect: Connection refused"));
      CHECK(finished.err == "");
      CHECK(finished.exit_code == 2);
    }
  }

  TEST_CASE("A name that does not exist") {
    const Finished finished = run_hale({"-t", "5s", "tcp://something.invalid:80"});
    CHECK(finished.out.starts_with("CRITICAL: tcp://something.invalid:80 \u2013 dns: "));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A machine that does not answer a connect") {
    const DeafPort deaf;
    const std::vector<Way> ways = ways_to(fmt::format("127.0.0.1:{}", deaf.port()));
    const std::vector<Finished> all = take_all(ways, {"-t", ample_words});
    for (std::size_t i = 0; i < ways.size(); ++i) {
      CAPTURE(ways[i].kind);
      CHECK(settled(all[i].out) == report_on(ways[i].address, "connect: no answer within TIME"));
      CHECK(all[i].exit_code == 2);
      CHECK(kept(all[i], ample));
    }
  }

  TEST_CASE("A silent peer") {
    FakeServer server({stay_silent()}, {.repeat = true});
    const std::vector<Way> ways = ways_to(server.endpoint());
    const std::vector<Finished> all = take_all(ways, {"-t", ample_words});
    for (std::size_t i = 0; i < ways.size(); ++i) {
      CAPTURE(ways[i].kind);
      CHECK(settled(all[i].out) == report_on(ways[i].address, ways[i].phase + ": no answer within TIME"));
      CHECK(all[i].exit_code == 2);
      CHECK(kept(all[i], ample));
    }
  }

  TEST_CASE("Another state for a silent peer") {
    FakeServer server({stay_silent()}, {.repeat = true});
    CHECK(run_hale({"-t", "100ms:unknown", "redis://" + server.endpoint()}).exit_code == 3);
    CHECK(run_hale({"-t", "100ms:warning", "redis://" + server.endpoint()}).exit_code == 1);
  }

  TEST_CASE("A peer that drips") {
    FakeServer server({drip(std::string(1000, '+'), std::chrono::milliseconds(20))}, {.repeat = true});
    const std::vector<Way> ways = ways_to(server.endpoint());
    const std::vector<Finished> all = take_all(ways, {"-t", ample_words});
    for (std::size_t i = 0; i < ways.size(); ++i) {
      CAPTURE(ways[i].kind);
      CHECK(all[i].exit_code == 2);
      CHECK(kept(all[i], ample));
    }
  }

  TEST_CASE("A peer that pours") {
    FakeServer server({pour(std::string(65536, 'x'))}, {.repeat = true});
    for (const Way& way : ways_to(server.endpoint())) {
      CAPTURE(way.kind);
      const Finished finished = run_hale(with(way.words, {"-t", ample_words}));
      CHECK(finished.exit_code == 2);
      CHECK(finished.out.size() < 16384);
      CHECK(kept(finished, ample));
    }
  }

  TEST_CASE("A peer that hangs up, at once or by a reset") {
    for (const Step& end : {hang_up(), reset()}) {
      FakeServer server({end}, {.repeat = true});
      for (const Way& way : ways_to(server.endpoint())) {
        CAPTURE(way.kind);
        const Finished finished = run_hale(way.words);
        CHECK(finished.out.starts_with("CRITICAL: " + way.address + " \u2013 "));
        CHECK(finished.err == "");
        CHECK(finished.out.find("no answer within") == std::string::npos);
        CHECK(finished.exit_code == 2);
      }
    }
  }

  TEST_CASE("Nonsense that would harm a terminal or a plugin line") {
    FakeServer server({say("\x1b[2J\x1b]0;owned\a | a=1 \xff\xfe \xe2\x80\xae evil\r\n\r\n"), hang_up()},
                      {.repeat = true});
    for (const Way& way : ways_to(server.endpoint())) {
      for (const std::string format : {"table", "json", "nagios"}) {
        CAPTURE(way.kind);
        CAPTURE(format);
        const Finished finished = run_hale(with(way.words, {"--format", format}));
        CHECK(finished.exit_code == 2);
        CHECK(finished.err == "");
        for (const char* harmful : {"\x1b", "\a", "\r", "\xff", "\xe2\x80\xae"}) {
          CHECK(finished.out.find(harmful) == std::string::npos);
        }
        const std::string first_line = finished.out.substr(0, finished.out.find('\n'));
        if (format == "nagios") CHECK(std::count(finished.out.begin(), finished.out.end(), '|') <= 1);
        CHECK(!first_line.empty());
      }
    }
  }

  TEST_CASE("All at once: the slowest alone decides how long it takes") {
    FakeServer server({stay_silent()}, {.repeat = true});
    std::vector<std::string> words{"-t", ample_words};
    for (int i = 0; i < 20; ++i) {
      for (const Way& way : ways_to(server.endpoint())) words.insert(words.end(), way.words.begin(), way.words.end());
    }
    const Finished finished = run_hale(words);
    CHECK(finished.out.starts_with(fmt::format("CRITICAL: {0} of {0}: ", 20 * ways_to("").size())));
    CHECK(kept(finished, ample));
  }

  TEST_CASE("The deadline of the whole run") {
    FakeServer server({stay_silent()}, {.repeat = true});
    const Finished finished = run_hale({"--deadline", ample_words, "redis://" + server.endpoint()});
    CHECK(settled(finished.out) ==
          report_on("redis://" + server.endpoint(), "ask: no answer within the deadline of TIME"));
    CHECK(finished.exit_code == 2);
    CHECK(kept(finished, ample));
  }
}

TEST_SUITE("output") {
  TEST_CASE("A reader that is gone is no trouble") {
    const ClosedPort closed;
    const Finished finished =
        run_hale({fmt::format("tcp://127.0.0.1:{}", closed.port())}, {.out = ProgramOptions::Out::broken_pipe});
    CHECK(finished.exit_code == 2);
    CHECK(finished.err == "");
  }

  TEST_CASE("A report that cannot be written is trouble") {
    FakeServer server({expect_close()});
    CHECK(run_hale({"tcp://" + server.endpoint()}, {.out = ProgramOptions::Out::full_disk}).exit_code == 3);
  }

  TEST_CASE("Quiet says it by the exit code alone") {
    FakeServer server({expect_close()});
    const Finished finished = run_hale({"-q", "tcp://" + server.endpoint()});
    CHECK(finished.out == "");
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Colour is for terminals") {
    FakeServer server({expect_close()}, {.repeat = true});
    const std::vector<std::string> words{"tcp://" + server.endpoint()};
    CHECK(run_hale(words).out.find('\x1b') == std::string::npos);
    CHECK(run_on_terminal(hale_words(words), 80, hale_options({.environment = {"TERM=xterm"}})).out.find("\x1b[") !=
          std::string::npos);
    const ProgramOptions no_colour = hale_options({.environment = {"TERM=xterm", "NO_COLOR=1"}});
    CHECK(run_on_terminal(hale_words(words), 80, no_colour).out.find('\x1b') == std::string::npos);
  }

  TEST_CASE("A terminal's width is kept") {
    FakeServer server({say("220 " + std::string(300, 'x') + "\r\n"), expect_close()}, {.repeat = true});
    const std::vector<std::string> words{"--color", "never", "tcp://" + server.endpoint(), "--banner", "220"};
    const Finished finished = run_on_terminal(hale_words(words), 60, hale_options());
    CHECK(finished.exit_code == 0);
    std::size_t begin = finished.out.find("\n\n") + 2;  // the summary may wrap, a row may not
    while (begin < finished.out.size()) {
      const std::size_t end = finished.out.find('\n', begin);
      CHECK(display_width(std::string_view(finished.out).substr(begin, end - begin)) <= 60);
      begin = end + 1;
    }
  }
}

TEST_SUITE("signals and children") {
  TEST_CASE("SIGINT and SIGTERM end a run") {
    for (const auto& [signal, name] : {std::pair(SIGINT, "SIGINT"), std::pair(SIGTERM, "SIGTERM")}) {
      FakeServer server({stay_silent()});
      Program program(hale_words({"redis://" + server.endpoint()}), hale_options());
      server.await_connections(1);
      program.send(signal);
      const Finished finished = program.finish();
      const std::string message = fmt::format("interrupted by {}", name);
      CHECK(finished.out.starts_with("UNKNOWN: redis://" + server.endpoint()));
      CHECK(finished.out.find(message) != std::string::npos);
      CHECK(finished.exit_code == 3);
    }
  }

  TEST_CASE("What is done before the signal is kept") {
    FakeServer silent({stay_silent()});
    FakeServer healthy({expect_close()});
    Program program(hale_words({"tcp://" + healthy.endpoint(), "redis://" + silent.endpoint()}), hale_options());
    healthy.await_connections(1);
    silent.await_connections(1);
    CHECK(healthy.problem() == "");  // the healthy target has been told goodbye
    program.send(SIGTERM);
    const Finished finished = program.finish();
    CHECK(settled(finished.out).find("\n ok tcp://" + healthy.endpoint() + " TIME connected to ") != std::string::npos);
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("A command's whole family ends with the deadline") {
    const std::string mark = "HALE_TEST_MARK=family";
    const Finished finished = run_hale({"--exec", "sh -c 'sleep 1000 & sleep 1000'", "-t", "300ms"},
                                       {.environment = {mark, "PATH=/usr/bin:/bin"}});
    CHECK(settled(finished.out) == report_on("sh", "run: no answer within TIME"));
    CHECK(kept(finished, std::chrono::milliseconds(300)));
    CHECK(nobody_left_with(mark));
  }

  TEST_CASE("A command's whole family ends with SIGTERM") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "up").c_str(), 0600) == 0);
    const Descriptor up(::open((folder / "up").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const std::string mark = "HALE_TEST_MARK=terminated";
    Program program(hale_words({"--exec", "sh -c 'sleep 1000 & echo up >" + (folder / "up") + "; sleep 1000'"}),
                    hale_options({.environment = {mark, "PATH=/usr/bin:/bin"}}));
    pollfd polled{up.number(), POLLIN, 0};
    REQUIRE(::poll(&polled, 1, left_until(std::chrono::steady_clock::now() + safety_bound)) == 1);
    program.send(SIGTERM);
    CHECK(program.finish().exit_code == 3);
    CHECK(nobody_left_with(mark));
  }

  TEST_CASE("A grandchild that keeps the output open does not keep hale") {
    const std::string mark = "HALE_TEST_MARK=keeps output";
    const Finished finished =
        run_hale({"--exec", "sh -c 'echo fine; sleep 1000 & exit 0'"}, {.environment = {mark, "PATH=/usr/bin:/bin"}});
    CHECK(finished.exit_code == 0);
    CHECK(finished.out.find("fine") != std::string::npos);
    CHECK(nobody_left_with(mark));
  }

  TEST_CASE("Commands need neither PATH nor HOME when they are named by a path") {
    const Finished finished = run_hale({"--exec", "/bin/echo OK all fine"});
    CHECK(settled(finished.out) == "OK: /bin/echo \u2013 OK all fine\n\n ok /bin/echo TIME OK all fine\n");
    CHECK(finished.exit_code == 0);
  }
}

}  // namespace hale::testing
