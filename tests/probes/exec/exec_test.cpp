#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>

#include "core/error.hpp"
#include "tests/probes/observed.hpp"
#include "tests/support/descriptor.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"
#include "tests/support/promise.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// Runs `script`, which has no single quote, by sh.
Result run_script(const std::string& script, std::vector<std::string> options = {}) {
  std::vector<std::string> words{"--exec", fmt::format("sh -c '{}'", script)};
  words.insert(words.end(), options.begin(), options.end());
  return probe_one(words);
}

/// The story of a command that ended, with all it said as the fact.
std::string ended(const std::string& state, const std::string& message, int exit_code, const std::string& output) {
  return fmt::format("{}: {}\nphases: run\nmeasure exit_code={} ok\nfact output={}\n", state, message, exit_code,
                     output);
}

std::string failed(const std::string& state, const std::string& words) {
  return fmt::format("{}: run: {}\nfailed: run\nphases: run\n", state, words);
}

/// True when this process has no child, not even a dead one.
bool childless() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}  // namespace

TEST_SUITE("exec") {
  TEST_CASE("The first line is the message") {
    const Result result = run_script("echo all is well; echo more");
    CHECK(reported(result) == ended("ok", "all is well", 0, "all is well\nmore"));
    CHECK(result.name == "sh");
    CHECK(result.address == "sh");
  }

  TEST_CASE("Exit codes 0 to 3 are states") {
    CHECK(reported(run_script("echo fine; exit 0")) == ended("ok", "fine", 0, "fine"));
    CHECK(reported(run_script("echo so so; exit 1")) == ended("warning", "so so", 1, "so so"));
    CHECK(reported(run_script("echo bad; exit 2")) == ended("critical", "bad", 2, "bad"));
    CHECK(reported(run_script("echo who knows; exit 3")) == ended("unknown", "who knows", 3, "who knows"));
  }

  TEST_CASE("Any other exit code is critical") {
    CHECK(reported(run_script("echo odd; exit 4")) == ended("critical", "exit code 4: odd", 4, "odd"));
    CHECK(reported(run_script("exit 255")) == ended("critical", "exit code 255", 255, ""));
  }

  TEST_CASE("A condition on the exit code replaces its meaning") {
    CHECK(reported(run_script("echo none; exit 1", {"--expect", "exit_code=0-1"})) == ended("ok", "none", 1, "none"));
    CHECK(run_script("echo none; exit 1", {"--expect", "exit_code=0"}).message ==
          "none, but exit_code is 1, expected 0");
  }

  TEST_CASE("Without a word there is the exit code") {
    CHECK(reported(run_script("exit 0")) == ended("ok", "exit code 0", 0, ""));
    CHECK(reported(run_script("exit 2")) == ended("critical", "exit code 2", 2, ""));
  }

  TEST_CASE("Standard error speaks when standard output does not") {
    CHECK(reported(run_script("echo no such disk >&2; exit 2")) == ended("critical", "no such disk", 2, ""));
    CHECK(reported(run_script("echo noise >&2; echo fine")) == ended("ok", "fine", 0, "fine"));
  }

  TEST_CASE("Killed by a signal") {
    CHECK(reported(run_script("kill -9 $$")) == failed("critical", "killed by signal 9 (Killed)"));
    CHECK(reported(run_script("echo ouch; kill -SEGV $$")) ==
          failed("critical", "killed by signal 11 (Segmentation fault): ouch"));
  }

  TEST_CASE("A command that is not there") {
    CHECK(reported(probe_one({"--exec", "/no/such/command -w 10"})) ==
          failed("unknown", "/no/such/command: No such file or directory"));
    CHECK(reported(probe_one({"--exec", "no-such-command"})) ==
          failed("unknown", "no-such-command: No such file or directory"));
  }

  TEST_CASE("A file that may not be run") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plugin", "#!/bin/sh\n");
    CHECK(reported(probe_one({"--exec", path})) == failed("unknown", path + ": Permission denied"));
  }

  TEST_CASE("A file that is no program") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plugin", "\x01\x02\x03");
    ::chmod(path.c_str(), 0755);
    CHECK(reported(probe_one({"--exec", path})) == failed("unknown", path + ": Exec format error"));
  }

  TEST_CASE("A script with its own first line is run") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plug in", "#!/bin/sh\necho \"$1\"\n");
    ::chmod(path.c_str(), 0755);
    const Result result = probe_one({fmt::format("exec:'{}' hello", path)});
    CHECK(reported(result) == ended("ok", "hello", 0, "hello"));
    CHECK(result.address == path);
  }

  TEST_CASE("Words are split as a shell splits them and nothing is expanded") {
    CHECK(probe_one({"--exec", "printf '%s,' one 't w o' \"thr ee\" fo\\ ur '' $HOME *"}).message ==
          "one,t w o,thr ee,fo ur,,$HOME,*,");
  }

  TEST_CASE("A command must be there") {
    CHECK(refusal_of({"--exec", "  "}) ==
          "--exec ...: an exec target has no command; write --exec '/path/to/plugin -w 10%'");
    CHECK(refusal_of({"--exec", "'' x"}) ==
          "--exec ...: an exec target has no command; write --exec '/path/to/plugin -w 10%'");
  }

  TEST_CASE("Perfdata are measures") {
    CHECK(reported(run_script("echo \"DISK OK | /=2643MB;5948;5958;0;5968 used=44%;80;90 age=250ms;10:\"")) ==
          "ok: DISK OK\nphases: run\nmeasure exit_code=0 ok\n"
          "measure /=2643000000B ok w 5948000000 c 5958000000\n"
          "measure used=44% ok w 80 c 90\n"
          "measure age=0.25s ok w 0.01:\n"
          "fact output=DISK OK | /=2643MB;5948;5958;0;5968 used=44%;80;90 age=250ms;10:\n");
  }

  TEST_CASE("The user's range replaces the plugin's") {
    CHECK(reported(run_script("echo \"fine | users=7;5;10\"", {"-c", "users=6"})) ==
          "critical: fine, but users 7 is over 6\nphases: run\nmeasure exit_code=0 ok\n"
          "measure users=7 critical c 6\nfact output=fine | users=7;5;10\n");
  }

  TEST_CASE("A metric that the plugin does not have") {
    CHECK(run_script("echo fine", {"-c", "users=6"}).message == "fine, but the answer has no measure users");
  }
}

TEST_SUITE("exec deadline") {
  TEST_CASE("Never answering") {
    const FakeClock clock;
    const Result result = run_script("sleep 1000", {"-t", "200ms"});
    CHECK(reported(result) == failed("critical", "no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
    CHECK(childless());
  }

  TEST_CASE("Never answering, where that is unknown") {
    CHECK(reported(run_script("sleep 1000", {"-t", "200ms:unknown"})) == failed("unknown", "no answer within 200 ms"));
  }

  TEST_CASE("What was said before does not count") {
    CHECK(reported(run_script("echo half; sleep 1000", {"-t", "200ms"})) ==
          failed("critical", "no answer within 200 ms"));
  }

  TEST_CASE("The whole group is killed, also what does not mind a SIGTERM") {
    const std::string mark = "HALE_TEST_MARK=exec deadline";
    CHECK(probe_one({"--exec",
                     fmt::format("env '{}' sh -c 'trap \"\" TERM HUP INT; sleep 1000 & (sleep 1000 & "
                                 "sleep 1000) & wait'",
                                 mark),
                     "-t", "200ms"})
              .message == "run: no answer within 200 ms");
    CHECK(nobody_left_with(mark));
    CHECK(childless());
  }

  TEST_CASE("A grandchild that holds the output open delays nothing and does not stay") {
    const std::string mark = "HALE_TEST_MARK=exec grandchild";
    const Result result = probe_one({"--exec", fmt::format("env '{}' sh -c 'sleep 1000 & echo done'", mark)});
    CHECK(reported(result) == ended("ok", "done", 0, "done"));
    CHECK(nobody_left_with(mark));
    CHECK(childless());
  }

  TEST_CASE("A child that closes its output and goes on is waited for") {
    CHECK(reported(run_script("exec >&- 2>&-; sleep 0.1; exit 1")) == ended("warning", "exit code 1", 1, ""));
  }

  TEST_CASE("A flood ends at the deadline") {
    const Result result = probe_one({"--exec", "yes", "-t", "200ms"});
    CHECK(reported(result) == failed("critical", "no answer within 200 ms"));
    CHECK(kept(result.length, std::chrono::milliseconds(200)));
    CHECK(childless());
  }

  TEST_CASE("Many at once end together") {
    std::vector<std::string> words{"-t", "1s"};
    for (int i = 0; i < 100; ++i) words.insert(words.end(), {"--exec", "sleep 1000"});
    const Outcome outcome = probe(words);
    CHECK(outcome.results.size() == 100);
    for (const Result& result : outcome.results) CHECK(result.message == "run: no answer within 1 s");
    CHECK(kept(outcome.length, std::chrono::seconds(1)));
    CHECK(childless());
  }
}

TEST_SUITE("exec child") {
  TEST_CASE("Standard input is empty") {
    CHECK(reported(probe_one({"--exec", "cat"})) == ended("ok", "exit code 0", 0, ""));
    CHECK(run_script("readlink /proc/self/fd/0").message == "/dev/null");
  }

  TEST_CASE("A process group of its own") {
    CHECK(run_script("read -r id name state parent group rest </proc/$$/stat; test $group = $$ && echo own").message ==
          "own");
  }

  TEST_CASE("No descriptor of ours is open") {
    const Descriptor ours(::fcntl(0, F_DUPFD, 9));
    REQUIRE(ours.number() == 9);
    CHECK(run_script("for n in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do test -e /proc/$$/fd/$n && echo $n; "
                     "done; echo none")
              .message == "none");
  }

  TEST_CASE("Signals are as they are for any program") {
    // Ignored are none of SIGINT (2), SIGPIPE (13) and SIGTERM (15); blocked is nothing.
    CHECK(run_script("while read -r name mask; do case $name in SigBlk:|SigIgn:) echo $name $((0x$mask & 0x5002));; "
                     "esac; done </proc/$$/status")
              .facts[0]
              .text == "SigBlk: 0\nSigIgn: 0");
  }

  TEST_CASE("The environment is ours") {
    ::setenv("HALE_TEST_WORD", "inherited", 1);
    CHECK(run_script("echo $HALE_TEST_WORD").message == "inherited");
    ::unsetenv("HALE_TEST_WORD");
  }

  TEST_CASE("Its standard error is not ours") {
    const Finished finished =
        run_program({testing::hale_binary(), "--exec", "sh -c 'echo noise >&2; echo fine'", "-q"});
    CHECK(finished.out == "");
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Nothing is left when hale itself is told to end") {
    const std::string mark = "HALE_TEST_MARK=exec interrupted";
    const TemporaryFolder folder;
    ::mkfifo((folder / "started").c_str(), 0600);
    Program program(
        {testing::hale_binary(), "--exec", fmt::format("sh -c 'sleep 1000 & echo >{}; wait'", folder / "started")},
        {.environment = {mark}});
    read_file(folder / "started");  // until the script has come so far
    program.send(SIGTERM);
    const Finished finished = program.finish();
    CHECK(finished.exit_code == 3);
    CHECK(finished.out.starts_with("UNKNOWN: sh \u2013 run: interrupted by SIGTERM\n"));
    CHECK(nobody_left_with(mark));
  }
}

TEST_SUITE("exec hostile output") {
  TEST_CASE("Half a line is a line") { CHECK(reported(run_script("printf half")) == ended("ok", "half", 0, "half")); }

  TEST_CASE("Blank lines before the first do not count") {
    CHECK(reported(run_script("echo; echo; echo fine")) == ended("ok", "fine", 0, "fine"));
  }

  TEST_CASE("Nonsense instead of perfdata") {
    CHECK(reported(run_script("echo \"fine | = a=b =1 x y=1=2 ;;; |||\"")) ==
          ended("ok", "fine", 0, "fine | = a=b =1 x y=1=2 ;;; |||"));
  }

  TEST_CASE("Bytes stay what they are until the report") {
    CHECK(reported(run_script("printf \"\\033[2J\\342\\200\\256a\\000b\\377\\n\"")) == ended("ok",
                                                                                             "\x1b[2J\xe2\x80\xae"
                                                                                             "a\0b\xff"s,
                                                                                             0,
                                                                                             "\x1b[2J\xe2\x80\xae"
                                                                                             "a\0b\xff"s));
  }

  TEST_CASE("Bytes do not reach a terminal") {
    const Finished finished = run_program(
        {testing::hale_binary(), "--for", "nagios", "--exec", "printf '\\033[2J\\342\\200\\256a\\000b\\377\\n'"});
    CHECK(finished.out.starts_with("HALE OK: printf - \\x1b[2J\\u{202e}a\\x00b\xef\xbf\xbd | time="));
  }

  TEST_CASE("Of a long output the first 64 KiB are kept, and the child is not held up") {
    const Result result = run_script("head -c 1000000 /dev/zero | tr \"\\\\000\" x; echo; exit 1");
    CHECK(result.state == State::warning);
    CHECK(result.message == std::string(65536, 'x'));
    REQUIRE(result.facts.size() == 1);
    CHECK(result.facts[0].text.size() == 65536);
  }

  TEST_CASE("Ten thousand metrics") {
    const Result result = run_script(
        "printf \"fine |\"; i=0; while test $i -lt 5000; do printf \" m$i=1\"; "
        "i=$((i+1)); done");
    CHECK(result.metrics.size() == 1003);  // time, exit_code, a thousand, run
  }
}

}  // namespace hale::testing
