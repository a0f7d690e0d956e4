#include "cli/layout.hpp"

#include <doctest/doctest.h>

namespace hale {

TEST_SUITE("layout") {
  TEST_CASE("text is wrapped at blanks") {
    CHECK(wrap("the quick brown fox", 9) == std::vector<std::string>{"the quick", "brown fox"});
  }

  TEST_CASE("a word that is too long gets its own line") {
    CHECK(wrap("a abcdefgh b", 4) == std::vector<std::string>{"a", "abcdefgh", "b"});
  }

  TEST_CASE("leading, trailing and repeated blanks are removed") {
    CHECK(wrap("  a   b ", 9) == std::vector<std::string>{"a b"});
  }

  TEST_CASE("blank text has no lines") { CHECK(wrap(" ", 9).empty()); }

  TEST_CASE("the width is in columns, not in bytes") {
    CHECK(wrap("\u00e4\u00e4 \u00f6\u00f6", 5) == std::vector<std::string>{"\u00e4\u00e4 \u00f6\u00f6"});
  }

  TEST_CASE("the lines of hanging text are aligned") {
    const std::string thirty(30, 'x');
    CHECK(hanging("  --ab ", thirty + " " + thirty + " " + thirty) ==
          "  --ab " + thirty + " " + thirty + "\n       " + thirty);
  }

  TEST_CASE("the right column starts next to a short left one") {
    CHECK(two_columns("  --ab", "means something", 10) == "  --ab    means something\n");
  }

  TEST_CASE("the right column starts below a long left one") {
    CHECK(two_columns("  --abcdefg", "means something", 10) == "  --abcdefg\n          means something\n");
  }

  TEST_CASE("the right column is wrapped") {
    const std::string thirty(30, 'x');
    CHECK(two_columns("a", thirty + " " + thirty + " " + thirty, 10) ==
          "a         " + thirty + " " + thirty + "\n          " + thirty + "\n");
  }

  TEST_CASE("an empty right column leaves the left one") { CHECK(two_columns("a", "", 10) == "a\n"); }
}

}  // namespace hale
