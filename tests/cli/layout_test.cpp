#include "cli/layout.hpp"

#include <doctest/doctest.h>

namespace hale {

TEST_SUITE("layout") {
  TEST_CASE("text is broken at blanks") {
    CHECK(wrap("the quick brown fox", 9) == std::vector<std::string>{"the quick", "brown fox"});
  }

  TEST_CASE("a word that is too long has a line of its own") {
    CHECK(wrap("a abcdefgh b", 4) == std::vector<std::string>{"a", "abcdefgh", "b"});
  }

  TEST_CASE("blanks at the ends and repeated ones vanish") {
    CHECK(wrap("  a   b ", 9) == std::vector<std::string>{"a b"});
  }

  TEST_CASE("no words are no lines") { CHECK(wrap(" ", 9).empty()); }

  TEST_CASE("width is counted in columns, not in bytes") {
    CHECK(wrap("\u00e4\u00e4 \u00f6\u00f6", 5) == std::vector<std::string>{"\u00e4\u00e4 \u00f6\u00f6"});
  }

  TEST_CASE("hanging text goes on below its own beginning") {
    const std::string thirty(30, 'x');
    CHECK(hanging("  --ab ", thirty + " " + thirty + " " + thirty) ==
          "  --ab " + thirty + " " + thirty + "\n       " + thirty);
  }

  TEST_CASE("the right column begins beside a short left one") {
    CHECK(two_columns("  --ab", "means something", 10) == "  --ab    means something\n");
  }

  TEST_CASE("the right column begins below a long left one") {
    CHECK(two_columns("  --abcdefg", "means something", 10) == "  --abcdefg\n          means something\n");
  }

  TEST_CASE("the right column is broken within its column") {
    const std::string thirty(30, 'x');
    CHECK(two_columns("a", thirty + " " + thirty + " " + thirty, 10) ==
          "a         " + thirty + " " + thirty + "\n          " + thirty + "\n");
  }

  TEST_CASE("nothing on the right leaves the left") { CHECK(two_columns("a", "", 10) == "a\n"); }
}

}  // namespace hale
