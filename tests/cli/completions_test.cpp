#include <doctest/doctest.h>

#include "cli/documents.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"
#include "tests/cli/run_shell.hpp"

namespace hale {
namespace {

std::string script(const std::string& shell) { return render_completion(shell, testing::two_kinds()); }

/// The completions in bash for the last of `words`, a command line as bash splits it.
std::string bash_completions(const std::string& words) {
  return testing::run_shell("bash --norc",
                            fmt::format("{}\nCOMP_WORDS=(hale {})\nCOMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))\n"
                                        "_hale\necho \"${{COMPREPLY[*]}}\"\n",
                                        script("bash"), words));
}

/// The completions in fish for `line`, without descriptions.
std::string fish_completions(const std::string& line) {
  return testing::run_shell("fish --no-config", fmt::format("{}\ncomplete -C '{}' | cut -f 1\n", script("fish"), line));
}

}  // namespace

TEST_SUITE("completions") {
  TEST_CASE("every shell accepts its script") {
    CHECK(testing::run_shell("bash -n", script("bash")) == "");
    CHECK(testing::run_shell("zsh -n", script("zsh")) == "");
    CHECK(testing::run_shell("fish --no-execute", script("fish")) == "");
  }

  TEST_CASE("bash completes options, including those of kinds and the flags of kinds") {
    CHECK(bash_completions("--pos") == "--postgres\n");
    CHECK(bash_completions("http://a --hea") == "--header\n");
    CHECK(bash_completions("--ver") == "--verbose --version\n");
  }

  TEST_CASE("bash completes the values of an option") {
    CHECK(bash_completions("--format ''") == "table json nagios health+json\n");
    CHECK(bash_completions("--format n") == "nagios\n");
    CHECK(bash_completions("--format =") == "table json nagios health+json\n");
    CHECK(bash_completions("--format = t") == "table\n");
  }

  TEST_CASE("bash completes kinds after --help, and schemes elsewhere") {
    CHECK(bash_completions("--help ''") == "http postgres\n");
    CHECK(bash_completions("-h p") == "postgres\n");
    CHECK(bash_completions("-v po") == "postgres: postgresql:\n");
  }

  TEST_CASE("bash completes nothing for a free value") { CHECK(bash_completions("--name ''") == "\n"); }

  TEST_CASE("fish completes options") {
    CHECK(fish_completions("hale --form") == "--format\n");
    CHECK(fish_completions("hale http://a --que") == "--query\n");
  }

  TEST_CASE("fish completes the values of an option") {
    CHECK(fish_completions("hale --format ") == "health+json\njson\nnagios\ntable\n");
  }

  TEST_CASE("fish completes kinds after --help, and schemes elsewhere") {
    CHECK(fish_completions("hale --help ") == "http\npostgres\n");
    CHECK(fish_completions("hale ht") == "http:\nhttps:\n");
  }

  TEST_CASE("the zsh script completes check_hale too") {
    CHECK(script("zsh").starts_with("#compdef hale check_hale\n"));
  }

  TEST_CASE("an option for zsh has its description and values, escaped") {
    const std::string zsh = script("zsh");
    CHECK(zsh.find("\n    '*--format=[how the report is written]:FORMAT:(table json nagios health+json)' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*-H+[sends a header, such as '\\''Accept\\: text/html'\\'']:NAME\\:VALUE:' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*--cacert=[trusts the certificates in FILE \\[PEM\\]]:FILE:_files' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*-k[does not verify the certificate]' \\\n") != std::string::npos);
  }

  TEST_CASE("another shell is an error") {
    CHECK_THROWS_WITH_AS(render_completion("csh", testing::two_kinds()), "--completion: use bash, zsh or fish",
                         UsageError);
  }
}

}  // namespace hale
