#include "tests/support/program.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include "tests/support/temporary_folder.hpp"

namespace hale::testing {

TEST_SUITE("program") {
  TEST_CASE("Output, errors and exit code") {
    const Finished finished = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"});
    CHECK(finished.out == "out\n");
    CHECK(finished.err == "err\n");
    CHECK(finished.exit_code == 3);
    CHECK(finished.signal == 0);
  }

  TEST_CASE("A signal") {
    const Finished finished = run_program({"sh", "-c", "kill -TERM $$"});
    CHECK(finished.exit_code == -1);
    CHECK(finished.signal == SIGTERM);
  }

  TEST_CASE("Input longer than a pipe's buffer") {
    const std::string text(300000, 'x');
    CHECK(run_program({"cat"}, {.input = text}).out == text);
  }

  TEST_CASE("The environment can be changed") {
    const Finished finished = run_program({"sh", "-c", "echo $ONE ${HOME-gone}"}, {.environment = {"ONE=1", "HOME"}});
    CHECK(finished.out == "1 gone\n");
  }

  TEST_CASE("The environment can be empty") {
    CHECK(run_program({"/usr/bin/env"}, {.environment = {"ONE=1"}, .empty_environment = true}).out == "ONE=1\n");
  }

  TEST_CASE("The working directory") {
    const TemporaryFolder folder;
    CHECK(run_program({"pwd"}, {.folder = folder.path()}).out == folder.path().string() + "\n");
  }

  TEST_CASE("A broken pipe kills a program that does not handle it") {
    CHECK(run_program({"echo", "hello"}, {.out = ProgramOptions::Out::broken_pipe}).signal == SIGPIPE);
  }

  TEST_CASE("A full disk") {
    CHECK(run_program({"echo", "hello"}, {.out = ProgramOptions::Out::full_disk}).exit_code == 1);
  }

  TEST_CASE("A program can be stopped by a signal") {
    Program program({"sleep", "100"});
    program.send(SIGINT);
    CHECK(program.finish().signal == SIGINT);
  }

  TEST_CASE("A terminal has columns and captures everything") {
    const Finished finished =
        run_on_terminal({"sh", "-c", "stty size; test -t 1 && test -t 2 && echo yes >&2; exit 2"}, 123);
    CHECK(finished.out == "24 123\nyes\n");
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A process is found by its environment while it runs") {
    const std::string mark = "HALE_TEST_MARK=found by its environment";
    Program program({"cat"}, {.environment = {mark}, .input = std::string(1000000, 'x')});
    // It cannot end yet: its output is not being read.
    CHECK(processes_with(mark) == std::vector<pid_t>{program.pid()});
    program.finish();
    CHECK(processes_with(mark).empty());
  }
}

}  // namespace hale::testing
