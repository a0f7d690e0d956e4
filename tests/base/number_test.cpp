#include "base/number.hpp"

#include <cstdint>

#include <doctest/doctest.h>

using hale::parse_integer;

TEST_SUITE("number") {
  TEST_CASE("digits only") {
    CHECK(parse_integer<int>("0") == 0);
    CHECK(parse_integer<int>("007") == 7);
    CHECK(parse_integer<std::uint16_t>("65535") == 65535);
    for (const char* text : {"", " 1", "1 ", "+1", "1x", "0x1", "1.0", "1e3", "-", "--1"}) {
      CAPTURE(text);
      CHECK(parse_integer<int>(text) == std::nullopt);
    }
  }

  TEST_CASE("a minus sign only for signed types") {
    CHECK(parse_integer<int>("-1") == -1);
    CHECK(parse_integer<unsigned>("-1") == std::nullopt);
    CHECK(parse_integer<unsigned>("-0") == std::nullopt);
  }

  TEST_CASE("overflow") {
    CHECK(parse_integer<std::uint16_t>("65536") == std::nullopt);
    CHECK(parse_integer<std::int64_t>("9223372036854775807") == INT64_MAX);
    CHECK(parse_integer<std::int64_t>("9223372036854775808") == std::nullopt);
    CHECK(parse_integer<std::int64_t>("-9223372036854775808") == INT64_MIN);
  }

  TEST_CASE("other bases") {
    CHECK(parse_integer<int>("0755", 8) == 0755);
    CHECK(parse_integer<int>("8", 8) == std::nullopt);
    CHECK(parse_integer<int>("fF", 16) == 255);
  }
}
