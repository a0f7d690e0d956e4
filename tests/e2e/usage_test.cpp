#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// What hale says on stderr when it cannot do what it was asked; all else must be as a usage error is.
std::string refusal(std::vector<std::string> words) {
  const Finished finished = run_hale(std::move(words));
  CHECK(finished.exit_code == 3);
  CHECK(finished.out == "");
  return finished.err;
}

}  // namespace

TEST_SUITE("usage errors") {
  TEST_CASE("No target at all") {
    CHECK(refusal({}) == "hale: no target; write what to check, such as hale http://localhost:8080/health\n");
  }

  TEST_CASE("An option that nearly exists") {
    CHECK(refusal({"--postgress", "postgres://db"}) ==
          "hale: there is no option --postgress; did you mean --postgres?\n");
    CHECK(refusal({"tcp://db:1", "--expct", "status=200"}) ==
          "hale: there is no option --expct; did you mean --expect?\n");
  }

  TEST_CASE("An option that the kind does not have") {
    CHECK(refusal({"tcp://db:5432", "--query", "select 1"}) ==
          "hale: --query is not for tcp targets; it is for postgres: hale --postgres postgres://db:5432 --query "
          "'select 1'\n");
  }

  TEST_CASE("A range from high to low") {
    CHECK(refusal({"http://localhost/", "-w", "20:10"}) ==
          "hale: -w 20:10: a range runs from low to high; write 10:20, or @10:20 to be warned inside it\n");
  }

  TEST_CASE("A range that the shell has changed") {
    CHECK(refusal({"http://localhost/", "-w", "/root:10"}) ==
          "hale: -w /root:10: the shell made a path of an unquoted ~; write the range in quotes: '~:10'\n");
  }

  TEST_CASE("A place without a kind") {
    CHECK(refusal({"localhost:8080"}) ==
          "hale: localhost:8080 has no kind; write http://localhost:8080 or tcp://localhost:8080\n");
  }

  TEST_CASE("A scheme of no kind") {
    CHECK(refusal({"htpp://localhost/"}) == "hale: there is no kind of target for htpp://; did you mean http://?\n");
    CHECK(refusal({"gopher://localhost/"})
              .starts_with("hale: there is no kind of target for gopher://; write http, https, grpc, grpcs, tcp, "));
  }

  TEST_CASE("A port that cannot be") {
    CHECK(refusal({"tcp://localhost:0"}) == "hale: tcp://localhost:0: a port is a number from 1 to 65535\n");
    CHECK(refusal({"tcp://localhost:70000"}) == "hale: tcp://localhost:70000: a port is a number from 1 to 65535\n");
    CHECK(refusal({"http://localhost:-1/"})
              .starts_with("hale: http://localhost:-1/: a port is a number from 1 to 65535;"));
  }

  TEST_CASE("No host") {
    CHECK(refusal({"tcp://:80"}) == "hale: tcp://:80: no host; use [tcp://]HOST:PORT\n");
    CHECK(refusal({"http:///health"}).starts_with("hale: http:///health: no host; use [http[s]://]"));
  }

  TEST_CASE("No port where one is needed") {
    CHECK(refusal({"tcp://localhost"}) == "hale: tcp://localhost: no port; use [tcp://]HOST:PORT\n");
  }

  TEST_CASE("An empty condition") {
    CHECK(refusal({"http://localhost/", "--expect", ""})
              .ends_with("an empty condition demands nothing; write NAME=VALUE, such as status=200\n"));
  }

  TEST_CASE("A condition on what the kind does not see") {
    CHECK(refusal({"http://localhost/", "--expect", "statsu=200"}).ends_with("; did you mean status?\n"));
  }

  TEST_CASE("The same name twice") {
    CHECK(refusal({"--tcp", "h:1", "--name", "a", "--tcp", "h:2", "--name", "a"}) ==
          "hale: --name a is given to two targets; give each a name of its own\n");
  }

  TEST_CASE("A timeout that is none") {
    CHECK(refusal({"tcp://h:1", "-t", "never"}) ==
          "hale: -t never: no length of time above zero; write 5s, 500ms or 5s:unknown\n");
  }

  TEST_CASE("A regular expression that is none") {
    const std::string words = refusal({"http://localhost/", "--expect", "body~("});
    CHECK(words.starts_with("hale: --expect: "));
    CHECK(words.find("no regular expression: missing closing parenthesis") != std::string::npos);
  }

  TEST_CASE("A mistake is found before anything is sent") {
    FakeServer server({expect_close()});
    refusal({"tcp://" + server.endpoint(), "tcp://127.0.0.1:0"});
    CHECK(server.connections() == 0);
  }

  TEST_CASE("A plugin's mistake is one line on stdout without a pipe") {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(testing::hale_binary(), folder.path() / "check_hale");
    const Finished finished = run_program({folder / "check_hale", "localhost|80"}, hale_options());
    CHECK(finished.out == "HALE UNKNOWN: localhost/80 has no kind; write http://localhost/80 or tcp://localhost/80\n");
    CHECK(finished.out.find('|') == std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("A mistake is told as JSON when that is asked for") {
    const Finished finished = run_hale({"--format", "json", "localhost:8080"});
    CHECK(finished.exit_code == 3);
    CHECK(finished.err == "");
    CHECK(finished.out.find(R"("state": "unknown")") != std::string::npos);
    CHECK(finished.out.find(
              R"("summary": "localhost:8080 has no kind; write http://localhost:8080 or tcp://localhost:8080")") !=
          std::string::npos);
  }
}

TEST_SUITE("questions") {
  TEST_CASE("Help is for people") {
    const Finished finished = run_hale({"--help"});
    CHECK(finished.exit_code == 0);
    CHECK(finished.err == "");
    CHECK(finished.out.find("--expect") != std::string::npos);
  }

  TEST_CASE("A plugin's help exits as plugins do") {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(testing::hale_binary(), folder.path() / "check_hale");
    CHECK(run_program({folder / "check_hale", "--help"}, hale_options()).exit_code == 3);
    CHECK(run_program({folder / "check_hale", "-V"}, hale_options()).exit_code == 3);
  }

  TEST_CASE("The version names the libraries") {
    const Finished finished = run_hale({"--version"});
    CHECK(finished.exit_code == 0);
    CHECK(finished.out.starts_with("hale "));
    for (const char* library : {"\nlibcurl ", "\nlibpq ", "\nexpat ", "\nlibyaml ", "\nhiredis ", "\nOpenSSL "}) {
      CHECK_MESSAGE(finished.out.find(library) != std::string::npos, library);
    }
  }
}

}  // namespace hale::testing
