#include "base/text.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "tests/core/refusal.hpp"

using namespace hale;
using Words = std::vector<std::string>;
using Pieces = std::vector<std::string_view>;

TEST_SUITE("text") {
  TEST_CASE("lower changes only A to Z") { CHECK(lower("AZaz09[@ \u00c4") == "azaz09[@ \u00c4"); }

  TEST_CASE("trim removes whitespace at both ends only") {
    CHECK(trim(" \t\r\n\v\fa b \t\r\n\v\f") == "a b");
    CHECK(trim(" \n ") == "");
    CHECK(trim("") == "");
  }

  TEST_CASE("split keeps empty pieces") {
    CHECK(split("a,b", ',') == Pieces{"a", "b"});
    CHECK(split(",a,,", ',') == Pieces{"", "a", "", ""});
    CHECK(split("", ',') == Pieces{""});
  }

  TEST_CASE("first_line skips blank lines") {
    CHECK(first_line("one\ntwo") == "one");
    CHECK(first_line("\n \r\n\t one \r\ntwo\n") == "one");
    CHECK(first_line("\n \n") == "");
    CHECK(first_line("") == "");
  }

  TEST_CASE("words are split as in a shell") {
    CHECK(split_shell_words("check_disk -w 10%\t-c  5%\n") == Words{"check_disk", "-w", "10%", "-c", "5%"});
    CHECK(split_shell_words("a'b c'd \"e f\"g") == Words{"ab cd", "e fg"});
    CHECK(split_shell_words("'' \"\"") == Words{"", ""});
    CHECK(split_shell_words(" \t\n") == Words{});
  }

  TEST_CASE("outside quotes a backslash escapes the next character") {
    CHECK(split_shell_words(R"(a\ b \' \" \\ \n)") == Words{"a b", "'", "\"", "\\", "n"});
    CHECK(split_shell_words(R"(a\)") == Words{"a\\"});
  }

  TEST_CASE("single quotes keep every character") { CHECK(split_shell_words(R"('a\b"$x')") == Words{R"(a\b"$x)"}); }

  TEST_CASE("within double quotes a backslash that escapes nothing is kept") {
    CHECK(split_shell_words(R"("\" \\ \$ \` \n '")") == Words{R"(" \ $ ` \n ')"});
  }

  TEST_CASE("nothing is expanded") {
    CHECK(split_shell_words("$HOME ~ *.c `id`") == Words{"$HOME", "~", "*.c", "`id`"});
  }

  TEST_CASE("a missing closing quote is an error") {
    CHECK(refusal([] { split_shell_words("echo 'a"); }) == "missing closing quote '");
    CHECK(refusal([] { split_shell_words("echo \"a\\\""); }) == "missing closing quote \"");
  }

  TEST_CASE("escapes are replaced by bytes") {
    CHECK(unescape(R"(PING\r\n\t\\\0\x41\xfF)") == std::string("PING\r\n\t\\\0A\xff", 11));
    CHECK(unescape(R"(\\n)") == "\\n");
    CHECK(unescape("") == "");
  }

  TEST_CASE("any other escape is an error") {
    for (const std::string text : {"a\\", "\\q", "\\x", "\\x4", "\\xg0", "\\x0g", "\\R"}) {
      CHECK(refusal([&] { unescape(text); }) == text + R"(: invalid escape; use \r, \n, \t, \0, \\ or \xHH)");
    }
  }

  TEST_CASE("invalid UTF-8: overlong, surrogates, too large, truncated") {
    for (const char* text : {"", "a", "\u00e4", "\u20ac", "\U0001F600", "\U0010FFFF"}) CHECK(is_utf8(text));
    for (const char* text : {"\xE4", "a\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
      CHECK(!is_utf8(text));
  }

  TEST_CASE("sanitize keeps safe text") {
    const std::string text = "caf\u00e9 \u65e5\u672c \U0001F600 e\u0301 \u2764\uFE0F 100 % <&|'\"\\";
    CHECK(sanitize(text) == text);
  }

  TEST_CASE("sanitize turns each line end and tab into one blank") {
    CHECK(sanitize("a\nb\rc\td\r\ne\n\nf") == "a b c d e  f");
  }

  TEST_CASE("sanitize shows control characters as bytes") {
    CHECK(sanitize(std::string_view("\x1b[31m\0\a\x7f", 8)) == "\\x1b[31m\\x00\\x07\\x7f");
    CHECK(sanitize("\u0080\u0085\u009b\u009f\u00a0") == "\\x80\\x85\\x9b\\x9f\u00a0");
  }

  TEST_CASE("sanitize shows characters that change direction as numbers") {
    CHECK(sanitize("\u200e\u200f\u202a\u202b\u202c\u202d\u202e") ==
          "\\u{200e}\\u{200f}\\u{202a}\\u{202b}\\u{202c}\\u{202d}\\u{202e}");
    CHECK(sanitize("\u2066\u2067\u2068\u2069\u061c") == "\\u{2066}\\u{2067}\\u{2068}\\u{2069}\\u{61c}");
  }

  TEST_CASE("sanitize shows characters without width and line separators as numbers") {
    CHECK(sanitize("\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f") ==
          "\\u{200b}\\u{200c}\\u{200d}\\u{2060}\\u{feff}\\u{ad}\\u{180e}\\u{34f}");
    CHECK(sanitize("\u2028\u2029\ufff9\ufffb\u115f\u3164\uffa0") ==
          "\\u{2028}\\u{2029}\\u{fff9}\\u{fffb}\\u{115f}\\u{3164}\\u{ffa0}");
    CHECK(sanitize("\U000E0041\U000E01EF\U0001D173") == "\\u{e0041}\\u{e01ef}\\u{1d173}");
  }

  TEST_CASE("sanitize replaces every invalid byte") {
    const auto bad = [](std::size_t count) {
      std::string text;
      while (count-- > 0) text += "\uFFFD";
      return text;
    };
    CHECK(sanitize("\x80") == bad(1));                                     // continuation alone
    CHECK(sanitize("a\xff\xfe") == "a" + bad(2));                          // never in UTF-8
    CHECK(sanitize("\xc0\xaf") == bad(2));                                 // overlong '/'
    CHECK(sanitize("\xc1\xbf") == bad(2));                                 // overlong, two bytes
    CHECK(sanitize("\xe0\x80\xaf") == bad(3));                             // overlong, three bytes
    CHECK(sanitize("\xe0\x9f\xbf") == bad(3));                             // the last overlong one
    CHECK(sanitize("\xf0\x80\x80\xaf") == bad(4));                         // overlong, four bytes
    CHECK(sanitize("\xed\xa0\x80") == bad(3));                             // surrogate U+D800
    CHECK(sanitize("\xed\xbf\xbf") == bad(3));                             // surrogate U+DFFF
    CHECK(sanitize("\xf4\x90\x80\x80") == bad(4));                         // U+110000
    CHECK(sanitize("\xf8\x88\x80\x80\x80") == bad(5));                     // five bytes
    CHECK(sanitize("\xc3") == bad(1));                                     // truncated
    CHECK(sanitize("\xe2\x82") == bad(2));                                 // truncated
    CHECK(sanitize("\xf0\x9f\x98") == bad(3));                             // truncated
    CHECK(sanitize("\xe2\x82z\xf0\x9fz") == bad(2) + "z" + bad(2) + "z");  // broken off
  }

  TEST_CASE("a truncated character is not read beyond the end") {
    CHECK(sanitize(std::string_view("\u20ac").substr(0, 2)) == "\uFFFD\uFFFD");
    CHECK(display_width(std::string_view("\u65e5").substr(0, 2)) == 2);
  }

  TEST_CASE("the first and last characters of each UTF-8 length are valid") {
    const std::string text = "\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff";
    CHECK(sanitize(text) == text);
  }

  TEST_CASE("sanitize is idempotent") {
    const std::string once = sanitize("\x1b\u202e\xff\n|");
    CHECK(sanitize(once) == once);
  }

  TEST_CASE("a MiB of hostile bytes takes linear time") {
    constexpr std::size_t mebibyte = 1 << 20;
    CHECK(sanitize(std::string(mebibyte, '\x1b')).size() == 4 * mebibyte);
    CHECK(sanitize(std::string(mebibyte, '\xf0')).size() == 3 * mebibyte);
    CHECK(split(std::string(mebibyte, '\n'), '\n').size() == mebibyte + 1);
    CHECK(first_line(std::string(mebibyte, '\n')) == "");
    CHECK(truncate_bytes(std::string(mebibyte, '\x80'), mebibyte - 1) == "\u2026");
    CHECK(split_shell_words(std::string(mebibyte, '\\')) == Words{std::string(mebibyte / 2, '\\')});
  }

  TEST_CASE("truncate_bytes keeps a short text") {
    CHECK(truncate_bytes("abc", 3) == "abc");
    CHECK(truncate_bytes("", 0) == "");
  }

  TEST_CASE("truncate_bytes counts the ellipsis") {
    CHECK(truncate_bytes("abcdef", 5) == "ab\u2026");
    CHECK(truncate_bytes("abcdef", 3) == "\u2026");
    CHECK(truncate_bytes("abcdef", 2) == "");
  }

  TEST_CASE("truncate_bytes cuts between characters") {
    CHECK(truncate_bytes("\u20ac\u20ac\u20ac", 8) == "\u20ac\u2026");
    CHECK(truncate_bytes("\u20ac\u20ac\u20ac", 6) == "\u20ac\u2026");
    CHECK(truncate_bytes("\u20ac\u20ac\u20ac", 5) == "\u2026");
  }

  TEST_CASE("display_width: wide and combining characters") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\u00e9") == 1);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\u65e5\u672c") == 4);
    CHECK(display_width("\uff21") == 2);
    CHECK(display_width("\uc548") == 2);
    CHECK(display_width("\U0001F600") == 2);
    CHECK(display_width("\U0001F680") == 2);
    CHECK(display_width("\u2705\u274c") == 4);
    CHECK(display_width("\u2026\u2013\u00b5") == 3);
    CHECK(display_width("") == 0);
  }

  TEST_CASE("truncate_columns keeps a text that fits") {
    CHECK(truncate_columns("abc", 3) == "abc");
    CHECK(truncate_columns("\u65e5\u672c", 4) == "\u65e5\u672c");
  }

  TEST_CASE("truncate_columns counts the ellipsis") {
    CHECK(truncate_columns("abcd", 3) == "ab\u2026");
    CHECK(truncate_columns("abcd", 1) == "\u2026");
    CHECK(truncate_columns("abcd", 0) == "");
    CHECK(truncate_columns("\u65e5\u672c\u8a9e", 5) == "\u65e5\u672c\u2026");
    CHECK(truncate_columns("\u65e5\u672c\u8a9e", 4) == "\u65e5\u2026");
    CHECK(truncate_columns("e\u0301e\u0301e\u0301", 2) == "e\u0301\u2026");
  }

  TEST_CASE("closest_match finds typing errors") {
    constexpr std::array<std::string_view, 6> options{"http", "expect", "postgres", "tcp", "timeout", "w"};
    CHECK(closest_match("expct", options) == "expect");
    CHECK(closest_match("postgress", options) == "postgres");
    CHECK(closest_match("tiemout", options) == "timeout");
    CHECK(closest_match("htp", options) == "http");
    CHECK(closest_match("tpc", options) == "tcp");
  }

  TEST_CASE("closest_match with dashes") {
    constexpr std::array<std::string_view, 3> options{"--expect", "--postgres", "--tcp"};
    CHECK(closest_match("--expct", options) == "--expect");
    CHECK(closest_match("--postgress", options) == "--postgres");
    CHECK(closest_match("--xyz", options) == "");
  }

  TEST_CASE("closest_match finds nothing for an unrelated word") {
    constexpr std::array<std::string_view, 4> options{"http", "tcp", "t", ""};
    CHECK(closest_match("xyz", options) == "");
    CHECK(closest_match("x", options) == "");
    CHECK(closest_match("", options) == "");
    CHECK(closest_match(std::string(1 << 20, 't'), options) == "");
  }

  TEST_CASE("shell_quote keeps plain words") {
    CHECK(shell_quote("http://u@h:1/p%20,a+b=c_d.e-f") == "http://u@h:1/p%20,a+b=c_d.e-f");
  }

  TEST_CASE("shell_quote puts other words in single quotes") {
    CHECK(shell_quote("") == "''");
    CHECK(shell_quote("select 1") == "'select 1'");
    CHECK(shell_quote("it's") == "'it'\\''s'");
    CHECK(shell_quote("~:10") == "'~:10'");
    CHECK(shell_quote("a&b") == "'a&b'");
    CHECK(shell_quote("$x\\") == "'$x\\'");
  }

  TEST_CASE("split_shell_words reverses shell_quote") {
    for (const std::string word : {"", "it's \"so\"", "a\\b\n$HOME", "'", "''"}) {
      CHECK(split_shell_words(shell_quote(word)) == Words{word});
    }
  }

  TEST_CASE("join_with_or") {
    constexpr std::array<std::string_view, 3> words{"table", "json", "nagios"};
    CHECK(join_with_or(words) == "table, json or nagios");
    CHECK(join_with_or(std::span(words).first(2)) == "table or json");
    CHECK(join_with_or(std::span(words).first(1)) == "table");
    CHECK(join_with_or({}) == "");
  }
}
