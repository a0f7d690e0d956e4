#include <doctest/doctest.h>

#include "cli/cli.hpp"
#include "cli/documents.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

std::vector<std::string> libraries(std::span<const Kind* const>) { return {"libcurl 7.88.1", "libpq 15.6"}; }

std::string info(const std::vector<const char*>& arguments) {
  const auto kinds = testing::two_kinds();
  try {
    return render_info(parse_command_line(arguments, kinds), kinds, libraries).value_or("no info option");
  } catch (const UsageError& error) {
    return error.what();
  }
}

}  // namespace

TEST_SUITE("info") {
  TEST_CASE("a command without an info option returns nothing") { CHECK(info({"-v", "http://a"}) == "no info option"); }

  TEST_CASE("--help overrides the other info options") {
    CHECK(info({"--version", "-h"}) == render_help(testing::two_kinds()));
  }

  TEST_CASE("--help with a kind, a scheme, a URL or a kind's flag shows that kind") {
    const std::string http = render_kind_help(*testing::two_kinds()[0]);
    CHECK(info({"--help", "http"}) == http);
    CHECK(info({"https", "--help"}) == http);
    CHECK(info({"https://user:word@host/", "-h"}) == http);
    CHECK(info({"--http", "host", "-h"}) == http);
  }

  TEST_CASE("--help with two kinds shows both") {
    const auto kinds = testing::two_kinds();
    CHECK(info({"--help", "http", "postgres"}) == render_kind_help(*kinds[0]) + "\n\n" + render_kind_help(*kinds[1]));
  }

  TEST_CASE("an unknown kind is an error with a suggestion") {
    CHECK(info({"--help", "htp"}) == "there is no kind htp; did you mean hale --help http?");
    CHECK(info({"--help", "zebra"}) == "there is no kind zebra; use hale --help with http or postgres");
  }

  TEST_CASE("an address instead of a kind is not repeated") {
    CHECK(info({"--help", "zebra://user:hunter2@host"}) ==
          "there is no kind zebra; use hale --help with http or postgres");
    CHECK(info({"--help", "user:hunter2@host"}) == "there is no kind user; use hale --help with http or postgres");
  }

  TEST_CASE("--version shows hale and its libraries, one per line") {
    CHECK(info({"-V", "http://a"}) == "hale 0.1.0\nlibcurl 7.88.1\nlibpq 15.6\n");
  }

  TEST_CASE("--manual and --completion print the generated text") {
    CHECK(info({"--manual"}) == render_manual(testing::two_kinds()));
    CHECK(info({"--completion", "fish"}) == render_completion("fish", testing::two_kinds()));
  }
}

}  // namespace hale
