#include <doctest/doctest.h>

#include "cli/cli.hpp"
#include "cli/documents.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

std::vector<std::string> libraries(std::span<const Kind* const>) { return {"libcurl 7.88.1", "libpq 15.6"}; }

std::string answered(const std::vector<const char*>& words) {
  const auto kinds = testing::two_kinds();
  try {
    return answer_question(parse_command_line(words, kinds), kinds, libraries).value_or("to be run");
  } catch (const UsageError& error) {
    return error.what();
  }
}

}  // namespace

TEST_SUITE("answer") {
  TEST_CASE("a command that asks nothing is to be run") { CHECK(answered({"-v", "http://a"}) == "to be run"); }

  TEST_CASE("--help shows the help, whatever else is asked") {
    CHECK(answered({"--version", "-h"}) == render_help(testing::two_kinds()));
  }

  TEST_CASE("--help with a kind, a scheme, a URL or a kind's flag shows that kind") {
    const std::string http = render_kind_help(*testing::two_kinds()[0]);
    CHECK(answered({"--help", "http"}) == http);
    CHECK(answered({"https", "--help"}) == http);
    CHECK(answered({"https://user:word@host/", "-h"}) == http);
    CHECK(answered({"--http", "host", "-h"}) == http);
  }

  TEST_CASE("--help with two kinds shows both") {
    const auto kinds = testing::two_kinds();
    CHECK(answered({"--help", "http", "postgres"}) ==
          render_kind_help(*kinds[0]) + "\n\n" + render_kind_help(*kinds[1]));
  }

  TEST_CASE("a kind that is not known is told with what was meant") {
    CHECK(answered({"--help", "htp"}) == "there is no kind htp; did you mean hale --help http?");
    CHECK(answered({"--help", "zebra"}) == "there is no kind zebra; write hale --help with http or postgres");
  }

  TEST_CASE("an address in place of a kind is not repeated") {
    CHECK(answered({"--help", "zebra://user:hunter2@host"}) ==
          "there is no kind zebra; write hale --help with http or postgres");
    CHECK(answered({"--help", "user:hunter2@host"}) ==
          "there is no kind user; write hale --help with http or postgres");
  }

  TEST_CASE("--version shows hale and its libraries, a line each") {
    CHECK(answered({"-V", "http://a"}) == "hale 0.1.0\nlibcurl 7.88.1\nlibpq 15.6\n");
  }

  TEST_CASE("--manual and --completion write what the generators write") {
    CHECK(answered({"--manual"}) == render_manual(testing::two_kinds()));
    CHECK(answered({"--completion", "fish"}) == render_completion("fish", testing::two_kinds()));
  }
}

}  // namespace hale
