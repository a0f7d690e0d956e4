#include "core/range.hpp"

#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/core/refusal.hpp"
#include "tests/support/paths.hpp"

using namespace hale;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string refused(std::string_view text) {
  return refusal([&] { parse_range(text); });
}

}  // namespace

TEST_SUITE("range") {
  TEST_CASE("every form") {
    CHECK(parse_range("10") == Range{0, 10});
    CHECK(parse_range(":10") == Range{0, 10});
    CHECK(parse_range("10:") == Range{10, infinity});
    CHECK(parse_range("~:10") == Range{-infinity, 10});
    CHECK(parse_range("~:") == Range{-infinity, infinity});
    CHECK(parse_range("10:20") == Range{10, 20});
    CHECK(parse_range("-10:-5") == Range{-10, -5});
    CHECK(parse_range("10:10") == Range{10, 10});
    CHECK(parse_range("@10") == Range{0, 10, true});
    CHECK(parse_range("@10:20") == Range{10, 20, true});
    CHECK(parse_range("@~:0") == Range{-infinity, 0, true});
    CHECK(parse_range("0") == Range{0, 0});
    CHECK(parse_range("-0") == Range{0, 0});
  }

  TEST_CASE("numbers as in the plugin libraries") {
    CHECK(parse_range("1e3") == Range{0, 1000});
    CHECK(parse_range("1E1:2E1") == Range{10, 20});
    CHECK(parse_range("+10:+20") == Range{10, 20});
    CHECK(parse_range("010") == Range{0, 10});
    CHECK(parse_range(".5:5.") == Range{0.5, 5});
  }

  TEST_CASE("bounds are kept in the base unit") {
    CHECK(parse_range("500ms") == Range{0, 0.5, false, Unit::seconds});
    CHECK(parse_range("500ms:2s") == Range{0.5, 2, false, Unit::seconds});
    CHECK(parse_range("30d:") == Range{30 * 86400.0, infinity, false, Unit::seconds});
    CHECK(parse_range("~:64MB") == Range{-infinity, 64e6, false, Unit::bytes});
    CHECK(parse_range("@80%:90%") == Range{80, 90, true, Unit::percent});
  }

  TEST_CASE("zero needs no unit") {
    CHECK(parse_range("0:500ms") == Range{0, 0.5, false, Unit::seconds});
    CHECK(parse_range("-5s:0") == Range{-5, 0, false, Unit::seconds});
  }

  TEST_CASE("the alert is outside the closed interval") {
    const Range range{10, 20};
    CHECK(range.alerts(9.999));
    CHECK_FALSE(range.alerts(10));
    CHECK_FALSE(range.alerts(20));
    CHECK(range.alerts(20.001));
    CHECK(Range{0, 10}.alerts(-1));
    CHECK_FALSE(Range{-infinity, 10}.alerts(-1e300));
  }

  TEST_CASE("with @ the alert is inside, ends included") {
    const Range range{10, 20, true};
    CHECK_FALSE(range.alerts(9.999));
    CHECK(range.alerts(10));
    CHECK(range.alerts(20));
    CHECK_FALSE(range.alerts(20.001));
  }

  TEST_CASE("a range has the shortest spelling") {
    CHECK(parse_range("0:10").text() == "10");
    CHECK(parse_range("10").text() == "10");
    CHECK(parse_range("-0").text() == "0");
    CHECK(parse_range("~:10").text() == "~:10");
    CHECK(parse_range("10:").text() == "10:");
    CHECK(parse_range("0:").text() == "0:");
    CHECK(parse_range("~:").text() == "~:");
    CHECK(parse_range("@0:10").text() == "@10");
    CHECK(parse_range("@-1.5:10").text() == "@-1.5:10");
    CHECK(parse_range("@~:").text() == "@~:");
    CHECK(parse_range("500ms:2min").text() == "0.5:120");
    CHECK(parse_range("1e3").text() == "1000");
  }

  TEST_CASE("a range survives being written and parsed") {
    for (const std::string_view text :
         {"10", "10:", "0:", "~:10", "~:", "10:20", "@10:20", "@10", "@~:0", "-10:-5", "0.25:"}) {
      CHECK(parse_range(parse_range(text).text()) == parse_range(text));
    }
  }

  TEST_CASE("an empty range is refused") {
    CHECK(refused("") == "empty range; use 10, 10:, ~:10, 10:20 or @10:20");
    CHECK(refused(":") == ":: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
    CHECK(refused("@") == "@: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
    CHECK(refused("@:") == "@:: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
  }

  TEST_CASE("a range from high to low is refused with a proposal") {
    CHECK(refused("20:10") == "20:10: a range goes from low to high; use 10:20, or @10:20 to alert inside it");
    CHECK(refused("@2s:10ms") ==
          "@2s:10ms: a range goes from low to high; use 10ms:2s, or @10ms:2s to alert inside it");
    CHECK(refused("-5") == "-5: 0 to -5 is empty; use -5: to alert below it, or ~:-5 to alert above it");
    CHECK(refused("@:-5") == "@:-5: 0 to -5 is empty; use -5: to alert below it, or ~:-5 to alert above it");
  }

  TEST_CASE("ends of different units are refused") {
    for (const std::string text : {"10:20ms", "10ms:20", "1s:1MB", "0s:1MB", "1%:2c"}) {
      CHECK(refused(text) == text + ": both ends of a range must have the same unit; use 10ms:20ms");
    }
  }

  TEST_CASE("a home directory that the shell inserted is recognised") {
    CHECK(refused("/root:10") == "/root:10: the shell expanded an unquoted ~; quote the range: '~:10'");
    CHECK(refused("@/home/me:10") == "@/home/me:10: the shell expanded an unquoted ~; quote the range: '~:10'");
  }

  TEST_CASE("any other text is refused") {
    for (const std::string text :
         {"foo",    "~",       "@~",    ":~",     "10:~",   "~:~",          "~5:10", "1.5.2",    "--5:5",  "10:20:30",
          "10::20", "@@10:20", "10,20", "1-10",   "1:12%%", "0:<=20",       "0x10",  "inf",      "10:inf", "-inf:5",
          "nan",    "$10",     " 10",   "10:20 ", "10: 20", "\uff11\uff10", "1e999", "1e308TB:", "500 ms", "5x"}) {
      CHECK(refused(text) == text + ": not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
    }
  }

  TEST_CASE("an error is sanitized") {
    CHECK(refused("\x1b[2J") == "\\x1b[2J: not a range; use 10, 10:, ~:10, 10:20 or @10:20, optionally with a unit");
  }

  TEST_CASE("cases that the plugin libraries agree on") {
    std::ifstream rows(testing::shared_file("thresholds.jsonl"));
    if (!rows) MESSAGE("skipped: no ", testing::shared_file("thresholds.jsonl"));
    for (std::string line; std::getline(rows, line);) {
      CAPTURE(line);
      const auto row = nlohmann::json::parse(line);
      const std::string text = row.at("range");
      const std::string error = refused(text);
      if (row.contains("contested")) continue;  // the libraries disagree; the cases above test hale's choice
      if (row.contains("error")) {
        // Only hale has units.
        CHECK((error == "accepted") == (text == "10s"));
      } else {
        REQUIRE(error == "accepted");
        CHECK(parse_range(text).alerts(row.at("value")) == row.at("alert").get<bool>());
      }
    }
  }
}
