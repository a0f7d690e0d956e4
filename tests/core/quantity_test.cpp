#include "core/quantity.hpp"
#include "base/number.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace hale;

namespace {

/// The parsed `text`: value with all its digits, blank, unit; "no" for an invalid one.
std::string parsed(std::string_view text) {
  const auto quantity = parse_quantity(text);
  if (!quantity) return "no";
  return fmt::format("{} {}", quantity->value, symbol(quantity->unit));
}

std::string human(double value, Unit unit) { return format_human(Quantity{value, unit}); }

}  // namespace

TEST_SUITE("quantity") {
  TEST_CASE("each unit has a symbol and a noun") {
    CHECK(symbol(Unit::none) == "");
    CHECK(symbol(Unit::seconds) == "s");
    CHECK(symbol(Unit::bytes) == "B");
    CHECK(symbol(Unit::percent) == "%");
    CHECK(symbol(Unit::counter) == "c");
    CHECK(unit_noun(Unit::none) == "a plain number");
    CHECK(unit_noun(Unit::seconds) == "a time");
    CHECK(unit_noun(Unit::bytes) == "a size in bytes");
    CHECK(unit_noun(Unit::percent) == "a percentage");
    CHECK(unit_noun(Unit::counter) == "a counter");
  }

  TEST_CASE("a number has a sign, digits, a point and an exponent") {
    CHECK(parse_number("0") == 0.0);
    CHECK(parse_number("010") == 10.0);
    CHECK(parse_number("-1.5") == -1.5);
    CHECK(parse_number("+1.5") == 1.5);
    CHECK(parse_number(".5") == 0.5);
    CHECK(parse_number("5.") == 5.0);
    CHECK(parse_number("1e3") == 1000.0);
    CHECK(parse_number("1E+3") == 1000.0);
    CHECK(parse_number("25e-1") == 2.5);
    CHECK(parse_number("12345678901234567890") == 12345678901234567890.0);
  }

  TEST_CASE("any other text is not a number") {
    for (const std::string_view text :
         {"",     "+",  "-",  ".",   "+-1",  "-+1",      "++1", "--1",   " 1",           "1 ",    "1,5",   "1.5.2",
          "0x10", "1e", "e1", "inf", "-inf", "infinity", "nan", "1e999", "\uff11\uff10", "1_000", "1'000", "ten"}) {
      CAPTURE(text);
      CHECK(parse_number(text) == std::nullopt);
    }
  }

  TEST_CASE("every unit of time") {
    CHECK(parsed("1ns") == "1e-09 s");
    CHECK(parsed("1us") == "1e-06 s");
    CHECK(parsed("1\u00b5s") == "1e-06 s");
    CHECK(parsed("1ms") == "0.001 s");
    CHECK(parsed("1s") == "1 s");
    CHECK(parsed("2m") == "120 s");
    CHECK(parsed("2min") == "120 s");
    CHECK(parsed("1h") == "3600 s");
    CHECK(parsed("1d") == "86400 s");
    CHECK(parsed("1w") == "604800 s");
  }

  TEST_CASE("every unit of size") {
    CHECK(parsed("1B") == "1 B");
    CHECK(parsed("1kB") == "1000 B");
    CHECK(parsed("1KB") == "1000 B");
    CHECK(parsed("1MB") == "1000000 B");
    CHECK(parsed("1GB") == "1000000000 B");
    CHECK(parsed("1TB") == "1000000000000 B");
    CHECK(parsed("1KiB") == "1024 B");
    CHECK(parsed("1MiB") == "1048576 B");
    CHECK(parsed("1GiB") == "1073741824 B");
    CHECK(parsed("1TiB") == "1099511627776 B");
  }

  TEST_CASE("per cent, counters and plain numbers") {
    CHECK(parsed("80%") == "80 %");
    CHECK(parsed("7c") == "7 c");
    CHECK(parsed("-5") == "-5 ");
    CHECK(parsed("+10") == "10 ");
  }

  TEST_CASE("an exponent belongs to the number") {
    CHECK(parsed("1e3") == "1000 ");
    CHECK(parsed("1E1") == "10 ");
    CHECK(parsed("1e-3s") == "0.001 s");
    CHECK(parsed("1.5e3MB") == "1500000000 B");
  }

  TEST_CASE("a fraction of a second is as exact as one typed in seconds") {
    CHECK(parse_quantity("700ms")->value == 0.7);
    CHECK(parse_quantity("3us")->value == 3e-6);
    CHECK(parse_quantity("1.1ms")->value == 0.0011);
    CHECK(parse_quantity("7ns")->value == 7e-9);
  }

  TEST_CASE("any other text is not a quantity") {
    for (const std::string_view text :
         {"",    "s",    "ms",    "%",     "10 s",  "10 ",     " 10", "10S",     "10Ms", "10mb",         "10kb",
          "10k", "10%%", "10sec", "10s10", "1h30m", "1,5s",    "foo", "~5",      "0x10", "\uff11\uff10", "1e",
          "1es", "10b",  "inf",   "nan",   "1.5.2", "1e308TB", "--5", "10\u00b5"}) {
      CAPTURE(text);
      CHECK(parsed(text) == "no");
    }
  }

  TEST_CASE("a duration without a unit is in seconds") {
    CHECK(parse_duration("5") == std::chrono::seconds(5));
    CHECK(parse_duration("1.5") == std::chrono::milliseconds(1500));
    CHECK(parse_duration("300ms") == std::chrono::milliseconds(300));
    CHECK(parse_duration("1.001s") == std::chrono::milliseconds(1001));
    CHECK(parse_duration("2min") == std::chrono::minutes(2));
  }

  TEST_CASE("a duration is above zero and at most a year") {
    CHECK(parse_duration("1ns") == Duration(1));
    CHECK(parse_duration("0.1ns") == Duration(1));
    CHECK(parse_duration("366d") == std::chrono::hours(366 * 24));
    CHECK(parse_duration("366.001d") == std::nullopt);
    CHECK(parse_duration("1e300") == std::nullopt);
    CHECK(parse_duration("0") == std::nullopt);
    CHECK(parse_duration("0s") == std::nullopt);
    CHECK(parse_duration("-1s") == std::nullopt);
  }

  TEST_CASE("a size, a percentage or a text is not a duration") {
    CHECK(parse_duration("5MB") == std::nullopt);
    CHECK(parse_duration("5%") == std::nullopt);
    CHECK(parse_duration("5c") == std::nullopt);
    CHECK(parse_duration("") == std::nullopt);
    CHECK(parse_duration("soon") == std::nullopt);
  }

  TEST_CASE("times are shown in the largest unit that fits") {
    CHECK(human(0, Unit::seconds) == "0 s");
    CHECK(human(7e-9, Unit::seconds) == "7 ns");
    CHECK(human(12.34e-6, Unit::seconds) == "12.3 \u00b5s");
    CHECK(human(0.0009, Unit::seconds) == "900 \u00b5s");
    CHECK(human(0.612, Unit::seconds) == "612 ms");
    CHECK(human(3.2, Unit::seconds) == "3.2 s");
    CHECK(human(90, Unit::seconds) == "1.5 min");
    CHECK(human(5400, Unit::seconds) == "1.5 h");
    CHECK(human(12.4 * 86400, Unit::seconds) == "12.4 d");
    CHECK(human(1234.0 * 86400, Unit::seconds) == "1234 d");
  }

  TEST_CASE("rounding comes before the unit is chosen") {
    CHECK(human(0.9997, Unit::seconds) == "1 s");
    CHECK(human(0.9994, Unit::seconds) == "999 ms");
    CHECK(human(0.9995e-3, Unit::seconds) == "1 ms");
    CHECK(human(0.9996e-6, Unit::seconds) == "1 \u00b5s");
    CHECK(human(59.96, Unit::seconds) == "1 min");
    CHECK(human(59.94, Unit::seconds) == "59.9 s");
    CHECK(human(59.96 * 60, Unit::seconds) == "1 h");
    CHECK(human(23.96 * 3600, Unit::seconds) == "1 d");
    CHECK(human(999.6, Unit::bytes) == "1 kB");
    CHECK(human(999.6e3, Unit::bytes) == "1 MB");
  }

  TEST_CASE("three figures, but all integer digits") {
    CHECK(human(9.996, Unit::percent) == "10 %");
    CHECK(human(99.96, Unit::percent) == "100 %");
    CHECK(human(1.2345, Unit::percent) == "1.23 %");
    CHECK(human(12.345, Unit::percent) == "12.3 %");
    CHECK(human(123.45, Unit::percent) == "123 %");
    CHECK(human(1234.5, Unit::percent) == "1235 %");
    CHECK(human(0.012345, Unit::percent) == "0.0123 %");
    CHECK(human(1e-300, Unit::percent) == "0 %");
  }

  TEST_CASE("sizes are in powers of 1000") {
    CHECK(human(0, Unit::bytes) == "0 B");
    CHECK(human(312, Unit::bytes) == "312 B");
    CHECK(human(1200, Unit::bytes) == "1.2 kB");
    CHECK(human(64e6, Unit::bytes) == "64 MB");
    CHECK(human(1.5e9, Unit::bytes) == "1.5 GB");
    CHECK(human(5e15, Unit::bytes) == "5000 TB");
  }

  TEST_CASE("numbers without a unit and counters are not rounded") {
    CHECK(human(1234567, Unit::none) == "1234567");
    CHECK(human(3.14159, Unit::none) == "3.14159");
    CHECK(human(42, Unit::counter) == "42");
  }

  TEST_CASE("negative values are as precise as positive ones") {
    CHECK(human(-0.5, Unit::seconds) == "-500 ms");
    CHECK(human(-0.9997, Unit::seconds) == "-1 s");
    CHECK(human(-90, Unit::seconds) == "-1.5 min");
    CHECK(human(-1200, Unit::bytes) == "-1.2 kB");
    CHECK(human(-12.345, Unit::percent) == "-12.3 %");
  }

  TEST_CASE("the smallest and the largest values") {
    CHECK(human(std::numeric_limits<double>::denorm_min(), Unit::seconds) == "0 ns");
    CHECK(human(std::numeric_limits<double>::max(), Unit::bytes).size() == 300);
    CHECK(human(std::numeric_limits<double>::max(), Unit::bytes).substr(0, 6) == "179769");
  }

  TEST_CASE("a duration is a time") {
    CHECK(format_human(std::chrono::microseconds(1500)) == "1.5 ms");
    CHECK(format_human(Duration::zero()) == "0 s");
    CHECK(seconds(std::chrono::milliseconds(1500)) == 1.5);
  }

  TEST_CASE("decimal numbers for machines") {
    CHECK(format_decimal(0) == "0");
    CHECK(format_decimal(-0.0) == "0");
    CHECK(format_decimal(100) == "100");
    CHECK(format_decimal(-2.5) == "-2.5");
    CHECK(format_decimal(0.1 + 0.2) == "0.3");
    CHECK(format_decimal(1e-9) == "0.000000001");
    CHECK(format_decimal(-1e-10) == "0");
    CHECK(format_decimal(1e15) == "1000000000000000");
    CHECK(format_decimal(123456789.123456789) == "123456789.123456791");
  }

  TEST_CASE("a huge number has all its digits and no exponent") {
    const std::string text = format_decimal(1e300);
    CHECK(text.size() == 301);
    CHECK(text.find_first_not_of("0123456789") == std::string::npos);
    CHECK(parse_number(text) == 1e300);
  }
}
