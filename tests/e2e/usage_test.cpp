#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// Runs hale with a wrong command line and returns its stderr. Checks the exit code and that stdout is empty.
std::string usage_error(std::vector<std::string> words) {
  const Finished finished = run_hale(std::move(words));
  CHECK(finished.exit_code == 3);
  CHECK(finished.out == "");
  return finished.err;
}

}  // namespace

TEST_SUITE("usage errors") {
  TEST_CASE("No target") {
    CHECK(usage_error({}) == "hale: no target; name what to check, such as hale http://localhost:8080/health\n");
  }

  TEST_CASE("A misspelled option") {
    CHECK(usage_error({"--postgress", "postgres://db"}) ==
          "hale: there is no option --postgress; did you mean --postgres?\n");
    CHECK(usage_error({"tcp://db:1", "--expct", "status=200"}) ==
          "hale: there is no option --expct; did you mean --expect?\n");
  }

  TEST_CASE("An option that the kind does not have") {
    CHECK(usage_error({"tcp://db:5432", "--query", "select 1"}) ==
          "hale: --query is not for tcp targets; it is for postgres: hale --postgres postgres://db:5432 --query "
          "'select 1'\n");
  }

  TEST_CASE("A range from high to low") {
    CHECK(usage_error({"http://localhost/", "-w", "20:10"}) ==
          "hale: -w 20:10: a range goes from low to high; use 10:20, or @10:20 to alert inside it\n");
  }

  TEST_CASE("A range that the shell has expanded") {
    CHECK(usage_error({"http://localhost/", "-w", "/root:10"}) ==
          "hale: -w /root:10: the shell expanded an unquoted ~; quote the range: '~:10'\n");
  }

  TEST_CASE("An address without a scheme") {
    CHECK(usage_error({"localhost:8080"}) ==
          "hale: localhost:8080 has no scheme; use http://localhost:8080 or tcp://localhost:8080\n");
  }

  TEST_CASE("An unknown scheme") {
    CHECK(usage_error({"htpp://localhost/"}) == "hale: unknown scheme htpp://; did you mean http://?\n");
    CHECK(usage_error({"gopher://localhost/"})
              .starts_with("hale: unknown scheme gopher://; use http, https, grpc, grpcs, tcp, "));
  }

  TEST_CASE("An invalid port") {
    CHECK(usage_error({"tcp://localhost:0"}) == "hale: tcp://localhost:0: a port is a number from 1 to 65535\n");
    CHECK(usage_error({"tcp://localhost:70000"}) ==
          "hale: tcp://localhost:70000: a port is a number from 1 to 65535\n");
    CHECK(usage_error({"http://localhost:-1/"})
              .starts_with("hale: http://localhost:-1/: a port is a number from 1 to 65535;"));
  }

  TEST_CASE("No host") {
    CHECK(usage_error({"tcp://:80"}) == "hale: tcp://:80: no host; use [tcp://]HOST:PORT\n");
    CHECK(usage_error({"http:///health"}).starts_with("hale: http:///health: no host; use [http[s]://]"));
  }

  TEST_CASE("A missing port") {
    CHECK(usage_error({"tcp://localhost"}) == "hale: tcp://localhost: no port; use [tcp://]HOST:PORT\n");
  }

  TEST_CASE("An empty condition") {
    CHECK(usage_error({"http://localhost/", "--expect", ""})
              .ends_with("empty condition; use NAME=VALUE, such as status=200\n"));
  }

  TEST_CASE("A condition on an unknown name") {
    CHECK(usage_error({"http://localhost/", "--expect", "statsu=200"}).ends_with("; did you mean status?\n"));
  }

  TEST_CASE("The same name twice") {
    CHECK(usage_error({"--tcp", "h:1", "--name", "a", "--tcp", "h:2", "--name", "a"}) ==
          "hale: --name a is used for two targets; names must be unique\n");
  }

  TEST_CASE("An invalid timeout") {
    CHECK(usage_error({"tcp://h:1", "-t", "never"}) ==
          "hale: -t never: invalid duration; use 5s, 500ms or 5s:unknown\n");
  }

  TEST_CASE("An invalid regular expression") {
    const std::string words = usage_error({"http://localhost/", "--expect", "body~("});
    CHECK(words.starts_with("hale: --expect: "));
    CHECK(words.find("invalid regular expression: missing closing parenthesis") != std::string::npos);
  }

  TEST_CASE("A usage error is found before anything is sent") {
    FakeServer server({expect_close()});
    usage_error({"tcp://" + server.endpoint(), "tcp://127.0.0.1:0"});
    CHECK(server.connections() == 0);
  }

  TEST_CASE("A plugin's usage error is one line on stdout without a pipe") {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(testing::hale_binary(), folder.path() / "check_hale");
    const Finished finished = run_program({folder / "check_hale", "localhost|80"}, hale_options());
    CHECK(finished.out == "HALE UNKNOWN: localhost/80 has no scheme; use http://localhost/80 or tcp://localhost/80\n");
    CHECK(finished.out.find('|') == std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("A usage error as JSON") {
    const Finished finished = run_hale({"--format", "json", "localhost:8080"});
    CHECK(finished.exit_code == 3);
    CHECK(finished.err == "");
    CHECK(finished.out.find(R"("state": "unknown")") != std::string::npos);
    CHECK(finished.out.find(
              R"("summary": "localhost:8080 has no scheme; use http://localhost:8080 or tcp://localhost:8080")") !=
          std::string::npos);
  }
}

TEST_SUITE("help and version") {
  TEST_CASE("Help") {
    const Finished finished = run_hale({"--help"});
    CHECK(finished.exit_code == 0);
    CHECK(finished.err == "");
    CHECK(finished.out.find("--expect") != std::string::npos);
  }

  TEST_CASE("A plugin's help exits with 3") {
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
