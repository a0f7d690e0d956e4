#include "base/unique_names.hpp"

#include <doctest/doctest.h>

using hale::UniqueNames;

TEST_SUITE("unique names") {
  TEST_CASE("a repeated name gets a number") {
    UniqueNames names(" (", ")");
    CHECK(names.unique("web") == "web");
    CHECK(names.unique("web") == "web (2)");
    CHECK(names.unique("db") == "db");
    CHECK(names.unique("web") == "web (3)");
  }

  TEST_CASE("a numbered name that is in use is skipped") {
    UniqueNames names("_", "");
    CHECK(names.reserve("web_2"));
    CHECK_FALSE(names.reserve("web_2"));
    CHECK(names.unique("web") == "web");
    CHECK(names.unique("web") == "web_3");
    CHECK(names.unique("web_2") == "web_2_2");
  }
}
