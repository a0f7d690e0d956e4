#include "probes/memcached/text.hpp"

#include <doctest/doctest.h>

using namespace std::string_literals;

namespace hale::testing {

TEST_SUITE("memcached text") {
  TEST_CASE("The line before a value") {
    const auto value = parse_value_line("VALUE hale:1 0 16");
    REQUIRE(value);
    CHECK(value->key == "hale:1");
    CHECK(value->size == 16);
    for (const char* line : {"", "END", "VALUE", "VALUE k 0", "VALUE k 0 x", "VALUE k 0 -1", "VALUE k 0 4 77",
                             "VALUE  0 4", "VALUE k 0 1048577", "value k 0 4", "VALUE k 0 99999999999999999999"}) {
      CAPTURE(line);
      CHECK(!parse_value_line(line));
    }
    CHECK(parse_value_line("VALUE k 0 1048576")->size == 1048576);
  }

  TEST_CASE("Stats") {
    using Stat = std::pair<std::string, std::string>;
    CHECK(parse_stat_line("STAT evictions 0") == Stat("evictions", "0"));
    CHECK(parse_stat_line("STAT libevent 2.1.12 stable") == Stat("libevent", "2.1.12 stable"));
    CHECK(parse_stat_line("STAT empty ") == Stat("empty", ""));
    for (const char* line : {"", "END", "STAT", "STAT ", "STAT x", "STAT  x", "STATS x 1"})
      CHECK(!parse_stat_line(line));
  }

  TEST_CASE("Errors") {
    for (const char* line : {"ERROR", "CLIENT_ERROR bad command line format", "SERVER_ERROR out of memory"})
      CHECK(is_memcached_error(line));
    for (const char* line : {"", "END", "ERRORS", "error", "SERVER_ERROR"}) CHECK(!is_memcached_error(line));
  }

  TEST_CASE("A value may have any bytes") {
    CHECK(set_command("k", 5, "a\r\n\0"s) == "set k 0 5 4\r\na\r\n\0\r\n"s);
    CHECK(set_command("k", -1, "") == "set k 0 -1 0\r\n\r\n");
  }
}

}  // namespace hale::testing
