#include "base/unique_names.hpp"

#include <doctest/doctest.h>

using hale::UniqueNames;

TEST_SUITE("names") {
  TEST_CASE("the second of the same gets a number") {
    UniqueNames names(" (", ")");
    CHECK(names.take("web") == "web");
    CHECK(names.take("web") == "web (2)");
    CHECK(names.take("db") == "db");
    CHECK(names.take("web") == "web (3)");
  }

  TEST_CASE("a numbered name that is taken is passed over") {
    UniqueNames names("_", "");
    CHECK(names.reserve("web_2"));
    CHECK_FALSE(names.reserve("web_2"));
    CHECK(names.take("web") == "web");
    CHECK(names.take("web") == "web_3");
    CHECK(names.take("web_2") == "web_2_2");
  }
}
