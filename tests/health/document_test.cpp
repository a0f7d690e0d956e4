#include "health/document.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "health/mend.hpp"

using namespace hale::health;
using namespace std::string_view_literals;

namespace {

std::string show(const Node& node) {
  std::string text = node.key.empty() ? std::string() : fmt::format("{}=", node.key);
  switch (node.kind) {
    case Node::Kind::null: return text + "null";
    case Node::Kind::boolean: return text + (node.truth ? "true" : "false");
    case Node::Kind::number: return text + fmt::format("{}", node.number);
    case Node::Kind::text: return text + fmt::format("'{}'", node.text);
    case Node::Kind::array:
    case Node::Kind::object: break;
  }
  text += node.kind == Node::Kind::array ? "[" : "{";
  for (const Node& child : node) text += " " + show(child);
  return text + (node.kind == Node::Kind::array ? " ]" : " }");
}

/// The document as text, or why it is none.
std::string parse(std::string_view json) {
  const Document document(json);
  return document.trouble().empty() ? show(document.root()) : document.trouble();
}

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

constexpr const char* broken = "the JSON body is broken";

}  // namespace

TEST_SUITE("health document") {
  TEST_CASE("every sort of value") {
    CHECK(parse(R"({"a":[1,"x",null,{}],"b":true,"c":{"d":false,"e":[]}})") ==
          "{ a=[ 1 'x' null { } ] b=true c={ d=false e=[ ] } }");
    CHECK(parse("true") == "true");
    CHECK(parse(R"("up")") == "'up'");
  }

  TEST_CASE("whole numbers that fit are kept, others say nothing") {
    CHECK(parse("[503, -1, 5.03e2, 503.0, 2147483647, 2147483648, 123456789012345678901234567890]") ==
          "[ 503 0 0 0 2147483647 0 0 ]");
  }

  TEST_CASE("numbers no double can hold are numbers") {
    CHECK(parse("[1e99999, -1E+99999, 1e-99999, 0.5e99999]") == "[ 0 0 0 0 ]");
    CHECK(parse("[" + std::string(5000, '9') + "]") == "[ 0 ]");
  }

  TEST_CASE("duplicate keys are all kept") {
    CHECK(parse(R"({"status":"UP","status":"DOWN","status":"UP"})") == "{ status='UP' status='DOWN' status='UP' }");
  }

  TEST_CASE("what Python writes for numbers that are none") {
    CHECK(parse(R"([NaN, Infinity, -Infinity, "NaN"])") == "[ 0 0 0 'NaN' ]");
  }

  TEST_CASE("NaN does not mend what is broken") {
    CHECK(parse("[1NaN]") == broken);
    CHECK(parse("[NaN5]") == broken);
    CHECK(parse("[NaNNaN]") == broken);
    CHECK(parse("{NaN:1}") == broken);
    CHECK(parse("[--Infinity]") == broken);
    CHECK(parse("[Nan]") == broken);
    CHECK(parse("[1e]") == broken);
    CHECK(parse("[01]") == broken);
    CHECK(parse("[true5]") == broken);
  }

  TEST_CASE("bytes that are no UTF-8 within a text") {
    CHECK(parse("[\"caf\xe9\", \"U\xffP\", \"caf\u00e9 \u6b63\u5e38 \U0001F600\"]") ==
          "[ 'caf\uFFFD' 'U\uFFFDP' 'caf\u00e9 \u6b63\u5e38 \U0001F600' ]");
    CHECK(parse("[\"\xc0\x80\", \"\xed\xa0\x80\", \"\xf4\x90\x80\x80\", \"\xe2\x82\"]") ==
          "[ '\uFFFD\uFFFD' '\uFFFD\uFFFD\uFFFD' '\uFFFD\uFFFD\uFFFD\uFFFD' '\uFFFD\uFFFD' ]");
    CHECK(parse("{\"\xff\":1}") == "{ \uFFFD=1 }");
  }

  TEST_CASE("a quote is never swallowed by a broken character") { CHECK(parse("[\"\xe2\", 1]") == "[ '\uFFFD' 1 ]"); }

  TEST_CASE("bytes that are no UTF-8 outside of a text") { CHECK(parse("[1\xff]") == broken); }

  TEST_CASE("halves of surrogate pairs") {
    CHECK(parse(R"(["\ud800", "\udc00x", "\ud83d\ude00", "\ud800\ud83d\ude00", "\ud800\n"])") ==
          "[ '\uFFFD' '\uFFFDx' '\U0001F600' '\uFFFD\U0001F600' '\uFFFD\n' ]");
  }

  TEST_CASE("escapes") {
    CHECK(parse(R"(["a\"b\\", "\u0041\/\t"])") == "[ 'a\"b\\' 'A/\t' ]");
    CHECK(parse(R"(["\x"])") == broken);
    CHECK(parse(R"(["\u12"])") == broken);
  }

  TEST_CASE("refused") {
    CHECK(parse("") == broken);
    CHECK(parse(R"({"status":"UP"}{"status":"DOWN"})") == broken);
    CHECK(parse(R"({"status":"UP"} x)") == broken);
    CHECK(parse(R"({"status":"UP",})") == broken);
    CHECK(parse("[1,]") == broken);
    CHECK(parse(R"({"status":"UP","components":{"db":{"sta)") == broken);
    CHECK(parse(R"({"status":"UP")") == broken);
    CHECK(parse("{'status':'UP'}") == broken);
    CHECK(parse("[1] // comment") == broken);
    CHECK(parse("[\"a\nb\"]") == broken);
  }

  TEST_CASE("a NUL ends nothing") {
    CHECK(parse("{\"status\":\"UP\"}\0{\"status\":\"DOWN\"}"sv) == broken);
    CHECK(parse("[\"a\0\"]"sv) == broken);
  }

  TEST_CASE("64 levels and no more") {
    CHECK(Document(nested(64)).trouble().empty());
    CHECK(Document(nested(65)).trouble() == "the JSON body is nested deeper than 64 levels");
    CHECK(Document(std::string(1'000'000, '[')).trouble() == "the JSON body is nested deeper than 64 levels");
    std::string objects;
    for (int i = 0; i < 10'000; ++i) objects += R"({"a":)";
    CHECK(Document(objects).trouble() == "the JSON body is nested deeper than 64 levels");
  }

  TEST_CASE("mending leaves good texts alone") {
    constexpr std::string_view good = R"({"a \" b":[1,-2.5,12e0,true,null,"\u0041\ud83d\ude00","Infinity é"]})";
    CHECK(mend(good) == good);
  }
}
