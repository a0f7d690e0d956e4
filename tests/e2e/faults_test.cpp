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
#include "tests/support/temporary_folder.hpp"
#include "tests/support/timing.hpp"

namespace hale::testing {
namespace {

/// How to probe a TCP endpoint with one kind, and the phase in which that kind first waits for data.
struct ProbeCase {
  std::string kind;
  std::vector<std::string> words;
  std::string address;
  std::string phase;
};

std::vector<ProbeCase> probe_cases(const std::string& endpoint) {
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

/// Runs hale for each of `cases`, all at the same time, with `more` words.
std::vector<Finished> run_all(const std::vector<ProbeCase>& cases, std::initializer_list<std::string> more) {
  std::deque<Program> programs;
  for (const ProbeCase& probe : cases) programs.emplace_back(hale_command(with(probe.words, more)), hale_options());
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
    for (const ProbeCase& probe : probe_cases(fmt::format("127.0.0.1:{}", closed.port()))) {
      CAPTURE(probe.kind);
      const Finished finished = run_hale(probe.words);
      CHECK(normalize_report(finished.out) == report_on(probe.address, "connect: Connection refused"));
      CHECK(finished.err == "");
      CHECK(finished.exit_code == 2);
    }
  }

  TEST_CASE("A name that does not exist") {
    const Finished finished = run_hale({"-t", "5s", "tcp://something.invalid:80"});
    CHECK(finished.out.starts_with("CRITICAL: tcp://something.invalid:80 \u2013 dns: "));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A host that does not answer a connect") {
    const BlackholePort blackhole;
    const std::vector<ProbeCase> cases = probe_cases(fmt::format("127.0.0.1:{}", blackhole.port()));
    const std::vector<Finished> all = run_all(cases, {"-t", long_timeout_text});
    for (std::size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(cases[i].kind);
      CHECK(normalize_report(all[i].out) == report_on(cases[i].address, "connect: no answer within TIME"));
      CHECK(all[i].exit_code == 2);
      CHECK(ends_in_time(all[i], long_timeout));
    }
  }

  TEST_CASE("A silent peer") {
    FakeServer server({stay_silent()}, {.repeat = true});
    const std::vector<ProbeCase> cases = probe_cases(server.endpoint());
    const std::vector<Finished> all = run_all(cases, {"-t", long_timeout_text});
    for (std::size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(cases[i].kind);
      CHECK(normalize_report(all[i].out) == report_on(cases[i].address, cases[i].phase + ": no answer within TIME"));
      CHECK(all[i].exit_code == 2);
      CHECK(ends_in_time(all[i], long_timeout));
    }
  }

  TEST_CASE("Another state for a silent peer") {
    FakeServer server({stay_silent()}, {.repeat = true});
    CHECK(run_hale({"-t", "100ms:unknown", "redis://" + server.endpoint()}).exit_code == 3);
    CHECK(run_hale({"-t", "100ms:warning", "redis://" + server.endpoint()}).exit_code == 1);
  }

  TEST_CASE("A peer that sends slowly") {
    FakeServer server({drip(std::string(1000, '+'), std::chrono::milliseconds(20))}, {.repeat = true});
    const std::vector<ProbeCase> cases = probe_cases(server.endpoint());
    const std::vector<Finished> all = run_all(cases, {"-t", long_timeout_text});
    for (std::size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(cases[i].kind);
      CHECK(all[i].exit_code == 2);
      CHECK(ends_in_time(all[i], long_timeout));
    }
  }

  TEST_CASE("A peer that sends without end") {
    FakeServer server({pour(std::string(65536, 'x'))}, {.repeat = true});
    for (const ProbeCase& probe : probe_cases(server.endpoint())) {
      CAPTURE(probe.kind);
      const Finished finished = run_hale(with(probe.words, {"-t", long_timeout_text}));
      CHECK(finished.exit_code == 2);
      CHECK(finished.out.size() < 16384);
      CHECK(ends_in_time(finished, long_timeout));
    }
  }

  TEST_CASE("A peer that closes or resets the connection") {
    for (const Step& end : {hang_up(), reset()}) {
      FakeServer server({end}, {.repeat = true});
      for (const ProbeCase& probe : probe_cases(server.endpoint())) {
        CAPTURE(probe.kind);
        const Finished finished = run_hale(probe.words);
        CHECK(finished.out.starts_with("CRITICAL: " + probe.address + " \u2013 "));
        CHECK(finished.err == "");
        CHECK(finished.out.find("no answer within") == std::string::npos);
        CHECK(finished.exit_code == 2);
      }
    }
  }

  TEST_CASE("Bytes that are dangerous for a terminal or a plugin line") {
    FakeServer server({say("\x1b[2J\x1b]0;owned\a | a=1 \xff\xfe \xe2\x80\xae evil\r\n\r\n"), hang_up()},
                      {.repeat = true});
    for (const ProbeCase& probe : probe_cases(server.endpoint())) {
      for (const std::string format : {"table", "json", "nagios"}) {
        CAPTURE(probe.kind);
        CAPTURE(format);
        const Finished finished = run_hale(with(probe.words, {"--format", format}));
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

  TEST_CASE("Many targets together take no longer than the slowest one") {
    FakeServer server({stay_silent()}, {.repeat = true});
    std::vector<std::string> words{"-t", long_timeout_text};
    for (int i = 0; i < 20; ++i) {
      for (const ProbeCase& probe : probe_cases(server.endpoint()))
        words.insert(words.end(), probe.words.begin(), probe.words.end());
    }
    const Finished finished = run_hale(words);
    CHECK(finished.out.starts_with(fmt::format("CRITICAL: {0} of {0}: ", 20 * probe_cases("").size())));
    CHECK(ends_in_time(finished, long_timeout));
  }

  TEST_CASE("The deadline of the whole run") {
    FakeServer server({stay_silent()}, {.repeat = true});
    const Finished finished = run_hale({"--deadline", long_timeout_text, "redis://" + server.endpoint()});
    CHECK(normalize_report(finished.out) ==
          report_on("redis://" + server.endpoint(), "ask: no answer within the deadline of TIME"));
    CHECK(finished.exit_code == 2);
    CHECK(ends_in_time(finished, long_timeout));
  }
}

TEST_SUITE("output") {
  TEST_CASE("A closed pipe does not change the exit code") {
    const ClosedPort closed;
    const Finished finished =
        run_hale({fmt::format("tcp://127.0.0.1:{}", closed.port())}, {.out = ProgramOptions::Out::broken_pipe});
    CHECK(finished.exit_code == 2);
    CHECK(finished.err == "");
  }

  TEST_CASE("A report that cannot be written is unknown") {
    FakeServer server({expect_close()});
    CHECK(run_hale({"tcp://" + server.endpoint()}, {.out = ProgramOptions::Out::full_disk}).exit_code == 3);
  }

  TEST_CASE("Quiet: only the exit code") {
    FakeServer server({expect_close()});
    const Finished finished = run_hale({"-q", "tcp://" + server.endpoint()});
    CHECK(finished.out == "");
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Colours only on a terminal") {
    FakeServer server({expect_close()}, {.repeat = true});
    const std::vector<std::string> words{"tcp://" + server.endpoint()};
    CHECK(run_hale(words).out.find('\x1b') == std::string::npos);
    CHECK(run_on_terminal(hale_command(words), 80, hale_options({.environment = {"TERM=xterm"}})).out.find("\x1b[") !=
          std::string::npos);
    const ProgramOptions no_colour = hale_options({.environment = {"TERM=xterm", "NO_COLOR=1"}});
    CHECK(run_on_terminal(hale_command(words), 80, no_colour).out.find('\x1b') == std::string::npos);
  }

  TEST_CASE("Rows fit the width of the terminal") {
    FakeServer server({say("220 " + std::string(300, 'x') + "\r\n"), expect_close()}, {.repeat = true});
    const std::vector<std::string> words{"--color", "never", "tcp://" + server.endpoint(), "--banner", "220"};
    const Finished finished = run_on_terminal(hale_command(words), 60, hale_options());
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
      Program program(hale_command({"redis://" + server.endpoint()}), hale_options());
      server.await_connections(1);
      program.send(signal);
      const Finished finished = program.finish();
      const std::string message = fmt::format("interrupted by {}", name);
      CHECK(finished.out.starts_with("UNKNOWN: redis://" + server.endpoint()));
      CHECK(finished.out.find(message) != std::string::npos);
      CHECK(finished.exit_code == 3);
    }
  }

  TEST_CASE("Results before the signal are kept") {
    FakeServer silent({stay_silent()});
    FakeServer healthy({expect_close()});
    Program program(hale_command({"tcp://" + healthy.endpoint(), "redis://" + silent.endpoint()}), hale_options());
    healthy.await_connections(1);
    silent.await_connections(1);
    CHECK(healthy.problem() == "");  // the probe of the healthy target has ended
    program.send(SIGTERM);
    const Finished finished = program.finish();
    CHECK(normalize_report(finished.out).find("\n ok tcp://" + healthy.endpoint() + " TIME connected to ") !=
          std::string::npos);
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("At the deadline a command's children are killed too") {
    const std::string mark = "HALE_TEST_MARK=deadline";
    const Finished finished = run_hale({"--exec", "sh -c 'sleep 1000 & sleep 1000'", "-t", "300ms"},
                                       {.environment = {mark, "PATH=/usr/bin:/bin"}});
    CHECK(normalize_report(finished.out) == report_on("sh", "run: no answer within TIME"));
    CHECK(ends_in_time(finished, std::chrono::milliseconds(300)));
    CHECK(no_process_with(mark));
  }

  TEST_CASE("At SIGTERM a command's children are killed too") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "up").c_str(), 0600) == 0);
    const Fd up(::open((folder / "up").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const std::string mark = "HALE_TEST_MARK=terminated";
    Program program(hale_command({"--exec", "sh -c 'sleep 1000 & echo up >" + (folder / "up") + "; sleep 1000'"}),
                    hale_options({.environment = {mark, "PATH=/usr/bin:/bin"}}));
    pollfd polled{up.get(), POLLIN, 0};
    REQUIRE(::poll(&polled, 1, left_until(std::chrono::steady_clock::now() + max_wait)) == 1);
    program.send(SIGTERM);
    CHECK(program.finish().exit_code == 3);
    CHECK(no_process_with(mark));
  }

  TEST_CASE("hale does not wait for a grandchild that keeps the output open") {
    const std::string mark = "HALE_TEST_MARK=keeps output";
    const Finished finished =
        run_hale({"--exec", "sh -c 'echo fine; sleep 1000 & exit 0'"}, {.environment = {mark, "PATH=/usr/bin:/bin"}});
    CHECK(finished.exit_code == 0);
    CHECK(finished.out.find("fine") != std::string::npos);
    CHECK(no_process_with(mark));
  }

  TEST_CASE("A command given by path needs neither PATH nor HOME") {
    const Finished finished = run_hale({"--exec", "/bin/echo OK all fine"});
    CHECK(normalize_report(finished.out) == "OK: /bin/echo \u2013 OK all fine\n\n ok /bin/echo TIME OK all fine\n");
    CHECK(finished.exit_code == 0);
  }
}

}  // namespace hale::testing
