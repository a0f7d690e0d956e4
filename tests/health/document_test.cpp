#include "health/document.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "health/sanitize_json.hpp"

using namespace hale::health;
using namespace std::string_view_literals;

namespace {

std::string show(const Node& node) {
  std::string text = node.key.empty() ? std::string() : fmt::format("{}=", node.key);
  switch (node.kind) {
    case Node::Kind::null: return text + "null";
    case Node::Kind::boolean: return text + (node.boolean ? "true" : "false");
    case Node::Kind::number: return text + fmt::format("{}", node.number);
    case Node::Kind::text: return text + fmt::format("'{}'", node.text);
    case Node::Kind::array:
    case Node::Kind::object: break;
  }
  text += node.kind == Node::Kind::array ? "[" : "{";
  for (const Node& child : node) text += " " + show(child);
  return text + (node.kind == Node::Kind::array ? " ]" : " }");
}

/// The document as text, or the error.
std::string parse(std::string_view json) {
  const Document document(json);
  return document.error().empty() ? show(document.root()) : document.error();
}

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

constexpr const char* invalid = "the body is not valid JSON";

}  // namespace

TEST_SUITE("health document") {
  TEST_CASE("every kind of value") {
    CHECK(parse(R"({"a":[1,"x",null,{}],"b":true,"c":{"d":false,"e":[]}})") ==
          "{ a=[ 1 'x' null { } ] b=true c={ d=false e=[ ] } }");
    CHECK(parse("true") == "true");
    CHECK(parse(R"("up")") == "'up'");
  }

  TEST_CASE("integers that fit are kept, other numbers become 0") {
    CHECK(parse("[503, -1, 5.03e2, 503.0, 2147483647, 2147483648, 123456789012345678901234567890]") ==
          "[ 503 0 0 0 2147483647 0 0 ]");
  }

  TEST_CASE("numbers that overflow a double are accepted") {
    CHECK(parse("[1e99999, -1E+99999, 1e-99999, 0.5e99999]") == "[ 0 0 0 0 ]");
    CHECK(parse("[" + std::string(5000, '9') + "]") == "[ 0 ]");
  }

  TEST_CASE("all duplicate keys are kept") {
    CHECK(parse(R"({"status":"UP","status":"DOWN","status":"UP"})") == "{ status='UP' status='DOWN' status='UP' }");
  }

  TEST_CASE("NaN and Infinity, as Python writes them") {
    CHECK(parse(R"([NaN, Infinity, -Infinity, "NaN"])") == "[ 0 0 0 'NaN' ]");
  }

  TEST_CASE("NaN and Infinity do not make other invalid JSON valid") {
    CHECK(parse("[1NaN]") == invalid);
    CHECK(parse("[NaN5]") == invalid);
    CHECK(parse("[NaNNaN]") == invalid);
    CHECK(parse("{NaN:1}") == invalid);
    CHECK(parse("[--Infinity]") == invalid);
    CHECK(parse("[Nan]") == invalid);
    CHECK(parse("[1e]") == invalid);
    CHECK(parse("[01]") == invalid);
    CHECK(parse("[true5]") == invalid);
  }

  TEST_CASE("invalid UTF-8 in a text") {
    CHECK(parse("[\"caf\xe9\", \"U\xffP\", \"caf\u00e9 \u6b63\u5e38 \U0001F600\"]") ==
          "[ 'caf\uFFFD' 'U\uFFFDP' 'caf\u00e9 \u6b63\u5e38 \U0001F600' ]");
    CHECK(parse("[\"\xc0\x80\", \"\xed\xa0\x80\", \"\xf4\x90\x80\x80\", \"\xe2\x82\"]") ==
          "[ '\uFFFD\uFFFD' '\uFFFD\uFFFD\uFFFD' '\uFFFD\uFFFD\uFFFD\uFFFD' '\uFFFD\uFFFD' ]");
    CHECK(parse("{\"\xff\":1}") == "{ \uFFFD=1 }");
  }

  TEST_CASE("an incomplete character does not consume the quote after it") {
    CHECK(parse("[\"\xe2\", 1]") == "[ '\uFFFD' 1 ]");
  }

  TEST_CASE("invalid UTF-8 outside a text") { CHECK(parse("[1\xff]") == invalid); }

  TEST_CASE("lone surrogates") {
    CHECK(parse(R"(["\ud800", "\udc00x", "\ud83d\ude00", "\ud800\ud83d\ude00", "\ud800\n"])") ==
          "[ '\uFFFD' '\uFFFDx' '\U0001F600' '\uFFFD\U0001F600' '\uFFFD\n' ]");
  }

  TEST_CASE("escapes") {
    CHECK(parse(R"(["a\"b\\", "\u0041\/\t"])") == "[ 'a\"b\\' 'A/\t' ]");
    CHECK(parse(R"(["\x"])") == invalid);
    CHECK(parse(R"(["\u12"])") == invalid);
  }

  TEST_CASE("invalid documents") {
    CHECK(parse("") == invalid);
    CHECK(parse(R"({"status":"UP"}{"status":"DOWN"})") == invalid);
    CHECK(parse(R"({"status":"UP"} x)") == invalid);
    CHECK(parse(R"({"status":"UP",})") == invalid);
    CHECK(parse("[1,]") == invalid);
    CHECK(parse(R"({"status":"UP","components":{"db":{"sta)") == invalid);
    CHECK(parse(R"({"status":"UP")") == invalid);
    CHECK(parse("{'status':'UP'}") == invalid);
    CHECK(parse("[1] // comment") == invalid);
    CHECK(parse("[\"a\nb\"]") == invalid);
  }

  TEST_CASE("a NUL does not end the document") {
    CHECK(parse("{\"status\":\"UP\"}\0{\"status\":\"DOWN\"}"sv) == invalid);
    CHECK(parse("[\"a\0\"]"sv) == invalid);
  }

  TEST_CASE("at most 64 levels") {
    CHECK(Document(nested(64)).error().empty());
    CHECK(Document(nested(65)).error() == "the JSON body is nested deeper than 64 levels");
    CHECK(Document(std::string(1'000'000, '[')).error() == "the JSON body is nested deeper than 64 levels");
    std::string objects;
    for (int i = 0; i < 10'000; ++i) objects += R"({"a":)";
    CHECK(Document(objects).error() == "the JSON body is nested deeper than 64 levels");
  }

  TEST_CASE("a valid document stays as it is") {
    constexpr std::string_view good = R"({"a \" b":[1,-2.5,12e0,true,null,"\u0041\ud83d\ude00","Infinity é"]})";
    CHECK(sanitize_json(good) == good);
  }
}
