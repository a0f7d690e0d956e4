#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/file.hpp"
#include "core/error.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fd.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/timing.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// Probes `script`, which has no single quote, as a command of sh.
Result run_script(const std::string& script, std::vector<std::string> options = {}) {
  std::vector<std::string> words{"--exec", fmt::format("sh -c '{}'", script)};
  words.insert(words.end(), options.begin(), options.end());
  return probe_one(words);
}

/// The report on a command that exited, with its whole output as a fact.
std::string report(const std::string& state, const std::string& message, int exit_code, const std::string& output) {
  return fmt::format("{}: {}\nphases: run\nmetric exit_code={} ok\nfact output={}\n", state, message, exit_code,
                     output);
}

std::string failure(const std::string& state, const std::string& words) {
  return fmt::format("{}: run: {}\nfailed: run\nphases: run\n", state, words);
}

/// True when this process has no children, not even zombies.
bool has_no_children() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}  // namespace

TEST_SUITE("exec") {
  TEST_CASE("The first line is the message") {
    const Result result = run_script("echo all is well; echo more");
    CHECK(reported(result) == report("ok", "all is well", 0, "all is well\nmore"));
    CHECK(result.name == "sh");
    CHECK(result.address == "sh");
  }

  TEST_CASE("Exit codes 0 to 3 are states") {
    CHECK(reported(run_script("echo fine; exit 0")) == report("ok", "fine", 0, "fine"));
    CHECK(reported(run_script("echo so so; exit 1")) == report("warning", "so so", 1, "so so"));
    CHECK(reported(run_script("echo bad; exit 2")) == report("critical", "bad", 2, "bad"));
    CHECK(reported(run_script("echo who knows; exit 3")) == report("unknown", "who knows", 3, "who knows"));
  }

  TEST_CASE("Any other exit code is critical") {
    CHECK(reported(run_script("echo odd; exit 4")) == report("critical", "exit code 4: odd", 4, "odd"));
    CHECK(reported(run_script("exit 255")) == report("critical", "exit code 255", 255, ""));
  }

  TEST_CASE("A condition on the exit code replaces its state") {
    CHECK(reported(run_script("echo none; exit 1", {"--expect", "exit_code=0-1"})) == report("ok", "none", 1, "none"));
    CHECK(run_script("echo none; exit 1", {"--expect", "exit_code=0"}).message ==
          "none, but exit_code is 1, expected 0");
  }

  TEST_CASE("Without output the message is the exit code") {
    CHECK(reported(run_script("exit 0")) == report("ok", "exit code 0", 0, ""));
    CHECK(reported(run_script("exit 2")) == report("critical", "exit code 2", 2, ""));
  }

  TEST_CASE("Standard error is the message when standard output is empty") {
    CHECK(reported(run_script("echo no such disk >&2; exit 2")) == report("critical", "no such disk", 2, ""));
    CHECK(reported(run_script("echo noise >&2; echo fine")) == report("ok", "fine", 0, "fine"));
  }

  TEST_CASE("Killed by a signal") {
    CHECK(reported(run_script("kill -9 $$")) == failure("critical", "killed by signal 9 (Killed)"));
    CHECK(reported(run_script("echo ouch; kill -SEGV $$")) ==
          failure("critical", "killed by signal 11 (Segmentation fault): ouch"));
  }

  TEST_CASE("A command that does not exist") {
    CHECK(reported(probe_one({"--exec", "/no/such/command -w 10"})) ==
          failure("unknown", "/no/such/command: No such file or directory"));
    CHECK(reported(probe_one({"--exec", "no-such-command"})) ==
          failure("unknown", "no-such-command: No such file or directory"));
  }

  TEST_CASE("A file without permission to execute") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plugin", "#!/bin/sh\n");
    CHECK(reported(probe_one({"--exec", path})) == failure("unknown", path + ": Permission denied"));
  }

  TEST_CASE("A file that is not a program") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plugin", "\x01\x02\x03");
    ::chmod(path.c_str(), 0755);
    CHECK(reported(probe_one({"--exec", path})) == failure("unknown", path + ": Exec format error"));
  }

  TEST_CASE("A script with a #! line") {
    const TemporaryFolder folder;
    const std::string path = folder.write("plug in", "#!/bin/sh\necho \"$1\"\n");
    ::chmod(path.c_str(), 0755);
    const Result result = probe_one({fmt::format("exec:'{}' hello", path)});
    CHECK(reported(result) == report("ok", "hello", 0, "hello"));
    CHECK(result.address == path);
  }

  TEST_CASE("Words are split as in a shell, and nothing is expanded") {
    CHECK(probe_one({"--exec", "printf '%s,' one 't w o' \"thr ee\" fo\\ ur '' $HOME *"}).message ==
          "one,t w o,thr ee,fo ur,,$HOME,*,");
  }

  TEST_CASE("An empty command") {
    CHECK(refusal_of({"--exec", "  "}) == "--exec ...: no command; use --exec '/path/to/plugin -w 10%'");
    CHECK(refusal_of({"--exec", "'' x"}) == "--exec ...: no command; use --exec '/path/to/plugin -w 10%'");
  }

  TEST_CASE("Perfdata are metrics") {
    CHECK(reported(run_script("echo \"DISK OK | /=2643MB;5948;5958;0;5968 used=44%;80;90 age=250ms;10:\"")) ==
          "ok: DISK OK\nphases: run\nmetric exit_code=0 ok\n"
          "metric /=2643000000B ok w 5948000000 c 5958000000\n"
          "metric used=44% ok w 80 c 90\n"
          "metric age=0.25s ok w 0.01:\n"
          "fact output=DISK OK | /=2643MB;5948;5958;0;5968 used=44%;80;90 age=250ms;10:\n");
  }

  TEST_CASE("The user's range replaces the plugin's") {
    CHECK(reported(run_script("echo \"fine | users=7;5;10\"", {"-c", "users=6"})) ==
          "critical: fine, but users 7 is over 6\nphases: run\nmetric exit_code=0 ok\n"
          "metric users=7 critical c 6\nfact output=fine | users=7;5;10\n");
  }

  TEST_CASE("A metric that the plugin does not have") {
    CHECK(run_script("echo fine", {"-c", "users=6"}).message == "fine, but the answer has no metric users");
  }
}

TEST_SUITE("exec deadline") {
  TEST_CASE("A command that does not end") {
    const FakeClock clock;
    const Result result = run_script("sleep 1000", {"-t", "200ms"});
    CHECK(reported(result) == failure("critical", "no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
    CHECK(has_no_children());
  }

  TEST_CASE("A command that does not end, with -t ...:unknown") {
    CHECK(reported(run_script("sleep 1000", {"-t", "200ms:unknown"})) == failure("unknown", "no answer within 200 ms"));
  }

  TEST_CASE("Output before the deadline does not count") {
    CHECK(reported(run_script("echo half; sleep 1000", {"-t", "200ms"})) ==
          failure("critical", "no answer within 200 ms"));
  }

  TEST_CASE("The whole process group is killed, also a process that ignores SIGTERM") {
    const std::string mark = "HALE_TEST_MARK=exec deadline";
    CHECK(probe_one({"--exec",
                     fmt::format("env '{}' sh -c 'trap \"\" TERM HUP INT; sleep 1000 & (sleep 1000 & "
                                 "sleep 1000) & wait'",
                                 mark),
                     "-t", "200ms"})
              .message == "run: no answer within 200 ms");
    CHECK(no_process_with(mark));
    CHECK(has_no_children());
  }

  TEST_CASE("A grandchild that keeps the output open causes no delay and is killed") {
    const std::string mark = "HALE_TEST_MARK=exec grandchild";
    const Result result = probe_one({"--exec", fmt::format("env '{}' sh -c 'sleep 1000 & echo done'", mark)});
    CHECK(reported(result) == report("ok", "done", 0, "done"));
    CHECK(no_process_with(mark));
    CHECK(has_no_children());
  }

  TEST_CASE("A child that closes its output early is waited for") {
    CHECK(reported(run_script("exec >&- 2>&-; sleep 0.1; exit 1")) == report("warning", "exit code 1", 1, ""));
  }

  TEST_CASE("Endless output stops at the deadline") {
    const Result result = probe_one({"--exec", "yes", "-t", "200ms"});
    CHECK(reported(result) == failure("critical", "no answer within 200 ms"));
    CHECK(ends_in_time(result.length, std::chrono::milliseconds(200)));
    CHECK(has_no_children());
  }

  TEST_CASE("Many concurrent commands") {
    std::vector<std::string> words{"-t", "1s"};
    for (int i = 0; i < 100; ++i) words.insert(words.end(), {"--exec", "sleep 1000"});
    const Outcome outcome = probe(words);
    CHECK(outcome.results.size() == 100);
    for (const Result& result : outcome.results) CHECK(result.message == "run: no answer within 1 s");
    CHECK(ends_in_time(outcome.length, std::chrono::seconds(1)));
    CHECK(has_no_children());
  }
}

TEST_SUITE("exec child") {
  TEST_CASE("Standard input is empty") {
    CHECK(reported(probe_one({"--exec", "cat"})) == report("ok", "exit code 0", 0, ""));
    CHECK(run_script("readlink /proc/self/fd/0").message == "/dev/null");
  }

  TEST_CASE("The child has its own process group") {
    CHECK(run_script("read -r id name state parent group rest </proc/$$/stat; test $group = $$ && echo own").message ==
          "own");
  }

  TEST_CASE("The child inherits no other descriptors") {
    const Fd inherited(::fcntl(0, F_DUPFD, 9));
    REQUIRE(inherited.get() == 9);
    CHECK(run_script("for n in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do test -e /proc/$$/fd/$n && echo $n; "
                     "done; echo none")
              .message == "none");
  }

  TEST_CASE("The child has default signal handling") {
    // SIGINT (2), SIGPIPE (13) and SIGTERM (15) are not ignored, and no signal is blocked.
    CHECK(run_script("while read -r name mask; do case $name in SigBlk:|SigIgn:) echo $name $((0x$mask & 0x5002));; "
                     "esac; done </proc/$$/status")
              .facts[0]
              .text == "SigBlk: 0\nSigIgn: 0");
  }

  TEST_CASE("The child has hale's environment") {
    ::setenv("HALE_TEST_WORD", "inherited", 1);
    CHECK(run_script("echo $HALE_TEST_WORD").message == "inherited");
    ::unsetenv("HALE_TEST_WORD");
  }

  TEST_CASE("The child's standard error is not hale's") {
    const Finished finished =
        run_program({testing::hale_binary(), "--exec", "sh -c 'echo noise >&2; echo fine'", "-q"});
    CHECK(finished.out == "");
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("No process is left when hale is terminated") {
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
    CHECK(no_process_with(mark));
  }
}

TEST_SUITE("exec unusual output") {
  TEST_CASE("A line without a line break") {
    CHECK(reported(run_script("printf half")) == report("ok", "half", 0, "half"));
  }

  TEST_CASE("Leading blank lines are skipped") {
    CHECK(reported(run_script("echo; echo; echo fine")) == report("ok", "fine", 0, "fine"));
  }

  TEST_CASE("Perfdata without metrics") {
    CHECK(reported(run_script("echo \"fine | = a=b =1 x y=1=2 ;;; |||\"")) ==
          report("ok", "fine", 0, "fine | = a=b =1 x y=1=2 ;;; |||"));
  }

  TEST_CASE("Control characters are kept until the report") {
    CHECK(reported(run_script("printf \"\\033[2J\\342\\200\\256a\\000b\\377\\n\"")) == report("ok",
                                                                                              "\x1b[2J\xe2\x80\xae"
                                                                                              "a\0b\xff"s,
                                                                                              0,
                                                                                              "\x1b[2J\xe2\x80\xae"
                                                                                              "a\0b\xff"s));
  }

  TEST_CASE("Control characters are escaped in the report") {
    const Finished finished = run_program(
        {testing::hale_binary(), "--for", "nagios", "--exec", "printf '\\033[2J\\342\\200\\256a\\000b\\377\\n'"});
    CHECK(finished.out.starts_with("HALE OK: printf - \\x1b[2J\\u{202e}a\\x00b\xef\xbf\xbd | time="));
  }

  TEST_CASE("The first 64 KiB of output are kept, and the rest is still read") {
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
