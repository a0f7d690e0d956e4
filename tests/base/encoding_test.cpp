#include "base/encoding.hpp"

#include <doctest/doctest.h>

#include "tests/core/refusal.hpp"

using namespace hale;

TEST_SUITE("encoding") {
  TEST_CASE("hexadecimal digits in either case") {
    CHECK(hex_digit('0') == 0U);
    CHECK(hex_digit('9') == 9U);
    CHECK(hex_digit('a') == 10U);
    CHECK(hex_digit('F') == 15U);
    for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) CHECK(hex_digit(c) == std::nullopt);
    CHECK(hex_byte("4a1") == 'J');
    CHECK(hex_byte("Ff") == '\xff');
    for (const char* text : {"", "4", "4g", "g4", " 4", "+4", "-4"}) CHECK(hex_byte(text) == std::nullopt);
  }

  TEST_CASE("base64: the examples of RFC 4648, section 10") {
    constexpr std::pair<const char*, const char*> examples[] = {{"", ""},
                                                                {"f", "Zg=="},
                                                                {"fo", "Zm8="},
                                                                {"foo", "Zm9v"},
                                                                {"foob", "Zm9vYg=="},
                                                                {"fooba", "Zm9vYmE="},
                                                                {"foobar", "Zm9vYmFy"},
                                                                {"\xff\xfe\xfd", "//79"}};
    for (const auto& [bytes, text] : examples) {
      CHECK(base64_encode(bytes) == text);
      CHECK(base64_decode(text) == bytes);
    }
    CHECK(base64_decode("Zg") == "f");
    CHECK(base64_decode("Z g=") == std::nullopt);
    CHECK(base64_decode("Zg==Zg==") == std::nullopt);
  }

  TEST_CASE("percent encoding can be reversed") {
    CHECK(percent_encode("a b/%~") == "a%20b%2F%25~");
    CHECK(percent_decode("a%20b%2f%25~+") == "a b/%~+");
    for (const char* text : {"%", "%4", "%4g", "%00", "100%"})
      CHECK(refusal([&] { percent_decode(text); }) ==
            "a % in an address must be followed by two hexadecimal digits other than 00; use %25 for a literal %");
  }

  TEST_CASE("UTF-8: one character") {
    CHECK(decode_utf8("a").code == U'a');
    CHECK(decode_utf8("\u20acx").code == U'\u20ac');
    CHECK(decode_utf8("\u20acx").bytes == 3);
    CHECK_FALSE(decode_utf8("\xe2\x82").valid);
    CHECK(decode_utf8("\xe2\x82").bytes == 1);
    CHECK_FALSE(decode_utf8("\xed\xa0\x80").valid);
  }
}
