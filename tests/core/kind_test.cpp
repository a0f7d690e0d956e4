#include "core/kind.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace hale;

namespace {

constexpr std::array<NameSpec, 4> names{
    {{"*", "anything"}, {"status", "the code"}, {"header:", "a header"}, {"time", ""}}};
constexpr auto named = std::span(names).last(3);

}  // namespace

TEST_SUITE("kind") {
  TEST_CASE("a name has its own row") {
    CHECK(find_name(named, "status") == &names[1]);
    CHECK(find_name(named, "time") == &names[3]);
  }

  TEST_CASE("a family covers every name that begins with it") {
    CHECK(find_name(named, "header:server") == &names[2]);
    CHECK(find_name(named, "header::") == &names[2]);
  }

  TEST_CASE("a family without a name has no row") {
    CHECK(find_name(named, "header:") == nullptr);
    CHECK(find_name(named, "header") == nullptr);
  }

  TEST_CASE("other names have no row") {
    CHECK(find_name(named, "statu") == nullptr);
    CHECK(find_name(named, "Status") == nullptr);
    CHECK(find_name(named, "status:x") == nullptr);
    CHECK(find_name(named, "") == nullptr);
    CHECK(find_name({}, "status") == nullptr);
  }

  TEST_CASE("a name's own row comes before families, of which the first counts") {
    CHECK(find_name(names, "status") == &names[1]);
    CHECK(find_name(names, "inodes") == &names[0]);
    CHECK(find_name(names, "header:server") == &names[0]);
    CHECK(find_name(names, "*") == &names[0]);
    CHECK(find_name(names, "") == nullptr);
  }
}
