#include <doctest/doctest.h>

#include "cli/documents.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"
#include "tests/cli/run_shell.hpp"

namespace hale {
namespace {

std::string script(const std::string& shell) { return render_completion(shell, testing::two_kinds()); }

/// What bash offers for the last of `words`, which stand as bash splits a command line.
std::string bash_offers(const std::string& words) {
  return testing::run_shell("bash --norc",
                            fmt::format("{}\nCOMP_WORDS=(hale {})\nCOMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))\n"
                                        "_hale\necho \"${{COMPREPLY[*]}}\"\n",
                                        script("bash"), words));
}

/// What fish offers for `line`, without descriptions.
std::string fish_offers(const std::string& line) {
  return testing::run_shell("fish --no-config", fmt::format("{}\ncomplete -C '{}' | cut -f 1\n", script("fish"), line));
}

}  // namespace

TEST_SUITE("completions") {
  TEST_CASE("every shell accepts its script") {
    CHECK(testing::run_shell("bash -n", script("bash")) == "");
    CHECK(testing::run_shell("zsh -n", script("zsh")) == "");
    CHECK(testing::run_shell("fish --no-execute", script("fish")) == "");
  }

  TEST_CASE("bash offers options, a kind's own and kinds' flags among them") {
    CHECK(bash_offers("--pos") == "--postgres\n");
    CHECK(bash_offers("http://a --hea") == "--header\n");
    CHECK(bash_offers("--ver") == "--verbose --version\n");
  }

  TEST_CASE("bash offers the words of a choice") {
    CHECK(bash_offers("--format ''") == "table json nagios health+json\n");
    CHECK(bash_offers("--format n") == "nagios\n");
    CHECK(bash_offers("--format =") == "table json nagios health+json\n");
    CHECK(bash_offers("--format = t") == "table\n");
  }

  TEST_CASE("bash offers kinds to --help and schemes elsewhere") {
    CHECK(bash_offers("--help ''") == "http postgres\n");
    CHECK(bash_offers("-h p") == "postgres\n");
    CHECK(bash_offers("-v po") == "postgres: postgresql:\n");
  }

  TEST_CASE("bash offers nothing for a value that only the user knows") { CHECK(bash_offers("--name ''") == "\n"); }

  TEST_CASE("fish offers options") {
    CHECK(fish_offers("hale --form") == "--format\n");
    CHECK(fish_offers("hale http://a --que") == "--query\n");
  }

  TEST_CASE("fish offers the words of a choice") {
    CHECK(fish_offers("hale --format ") == "health+json\njson\nnagios\ntable\n");
  }

  TEST_CASE("fish offers kinds to --help and schemes elsewhere") {
    CHECK(fish_offers("hale --help ") == "http\npostgres\n");
    CHECK(fish_offers("hale ht") == "http:\nhttps:\n");
  }

  TEST_CASE("zsh is told that check_hale is the same program") {
    CHECK(script("zsh").starts_with("#compdef hale check_hale\n"));
  }

  TEST_CASE("an option for zsh has its description and words, zsh's own characters escaped") {
    const std::string zsh = script("zsh");
    CHECK(zsh.find("\n    '*--format=[how the report is written]:FORMAT:(table json nagios health+json)' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*-H+[sends a header, such as '\\''Accept\\: text/html'\\'']:NAME\\:VALUE:' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*--cacert=[trusts the certificates in FILE \\[PEM\\]]:FILE:_files' \\\n") !=
          std::string::npos);
    CHECK(zsh.find("\n    '*-k[does not verify the certificate]' \\\n") != std::string::npos);
  }

  TEST_CASE("another shell is refused") {
    CHECK_THROWS_WITH_AS(render_completion("csh", testing::two_kinds()), "--completion: choose bash, zsh or fish",
                         UsageError);
  }
}

}  // namespace hale
