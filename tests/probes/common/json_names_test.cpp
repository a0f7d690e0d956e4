#include "probes/common/json_names.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/core/refusal.hpp"

namespace hale {
namespace {

/// What add_json_names() adds for `names`: facts as NAME=TEXT, metrics as NAME:NUMBER.
std::vector<std::string> add_names(const std::vector<std::string>& names, std::string_view body) {
  Observation observation;
  add_json_names(names, body, observation);
  std::vector<std::string> all;
  for (const Fact& fact : observation.facts) all.push_back(fact.name + "=" + fact.text);
  for (const Metric& metric : observation.metrics)
    all.push_back(fmt::format("{}:{}{}", metric.name, metric.quantity.value, symbol(metric.quantity.unit)));
  return all;
}

using Texts = std::vector<std::string>;

std::string error_for(std::string_view name) {
  return refusal([&] { check_json_name(name); });
}

}  // namespace

TEST_SUITE("json names") {
  TEST_CASE("a string is a fact") { CHECK(add_names({"json:/a"}, R"({"a":"up"})") == Texts{"json:/a=up"}); }

  TEST_CASE("a number is a fact and a metric") {
    CHECK(add_names({"json:/a"}, R"({"a":1200})") == Texts{"json:/a=1200", "json:/a:1200"});
    CHECK(add_names({"json:/a"}, R"({"a":-0.5e1})") == Texts{"json:/a=-5.0", "json:/a:-5"});
  }

  TEST_CASE("a boolean is a fact, and a metric of 1 or 0") {
    CHECK(add_names({"json:/a", "json:/b"}, R"({"a":true,"b":false})") ==
          Texts{"json:/a=true", "json:/b=false", "json:/a:1", "json:/b:0"});
  }

  TEST_CASE("null is a fact") { CHECK(add_names({"json:/a"}, R"({"a":null})") == Texts{"json:/a=null"}); }

  TEST_CASE("a list or an object is a fact, as JSON") {
    CHECK(add_names({"json:/a", "json:/b"}, R"({"a": [1, "x"], "b": {"z": 1, "y": {}}})") ==
          Texts{R"(json:/a=[1,"x"])", R"(json:/b={"y":{},"z":1})"});
  }

  TEST_CASE("lengths: of arrays, objects and texts, and of nothing else") {
    const std::string body =
        R"({"a":[1,[2,3]],"o":{"x":1},"t":"g\u00fcn\ud83d\ude00","e":"","n":12,"b":true,"z":null})";
    CHECK(add_names({"json-length:/a", "json-length:/a/1", "json-length:/o", "json-length:/t", "json-length:/e",
                     "json-length:/n", "json-length:/b", "json-length:/z", "json-length:/none", "json-length:"},
                    body) == Texts{"json-length:/a:2", "json-length:/a/1:2", "json-length:/o:1", "json-length:/t:4",
                                   "json-length:/e:0", "json-length::7"});
    CHECK(add_names({"json-length:/a"}, R"({"a":[]})") == Texts{"json-length:/a:0"});
  }

  TEST_CASE("types") {
    const std::string body = R"({"a":[],"o":{},"t":"","i":-1,"u":1,"f":0.5,"b":false,"z":null})";
    CHECK(add_names({"json-type:/a", "json-type:/o", "json-type:/t", "json-type:/i", "json-type:/u", "json-type:/f",
                     "json-type:/b", "json-type:/z", "json-type:/none", "json-type:"},
                    body) == Texts{"json-type:/a=array", "json-type:/o=object", "json-type:/t=string",
                                   "json-type:/i=number", "json-type:/u=number", "json-type:/f=number",
                                   "json-type:/b=boolean", "json-type:/z=null", "json-type:=object"});
  }

  TEST_CASE("the three families of one pointer") {
    CHECK(add_names({"json:/a", "json-length:/a", "json-type:/a", "json-length:/a"}, R"({"a":"xy"})") ==
          Texts{"json:/a=xy", "json-type:/a=string", "json-length:/a:2"});
  }

  TEST_CASE("nested values") {
    CHECK(add_names({"json:/a/1/b"}, R"({"a":[0,{"b":"deep"}]})") == Texts{"json:/a/1/b=deep"});
  }

  TEST_CASE("escapes of a pointer") {
    CHECK(add_names({"json:/a~1b", "json:/c~0d", "json:/~01"}, R"({"a/b":"1","c~d":"2","~1":"3"})") ==
          Texts{"json:/a~1b=1", "json:/c~0d=2", "json:/~01=3"});
  }

  TEST_CASE("an empty name, and the whole document") {
    CHECK(add_names({"json:/"}, R"({"":"empty"})") == Texts{"json:/=empty"});
    CHECK(add_names({"json:"}, R"("all")") == Texts{"json:=all"});
  }

  TEST_CASE("what is not there adds nothing") {
    for (const std::string body : {"{}", "[]", "null", "17", "\"a\"", R"({"b":1})", R"({"a":{}})"})
      CHECK(add_names({"json:/a/b"}, body) == Texts{});
  }

  TEST_CASE("places of a list that are none") {
    for (const std::string endpoint :
         {"2", "-", "-1", "01", "1x", "", "1e0", "99999999999999999999", "18446744073709551616", "4294967296"}) {
      CAPTURE(endpoint);
      CHECK(add_names({"json:/" + endpoint}, "[0,1]") == Texts{});
    }
  }

  TEST_CASE("a body that is no JSON adds nothing") {
    for (const std::string body : {"", " ", "<html>", "{", R"({"a":1)", R"({"a":1}x)", "{'a':1}", R"({"a":1,})",
                                   "{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", R"({"a":"\ud800"})", "NaN", "\0"}) {
      CAPTURE(body);
      CHECK(add_names({"json:/a"}, body) == Texts{});
    }
  }

  TEST_CASE("a byte order mark is passed over") {
    CHECK(add_names({"json:/a"}, "\xef\xbb\xbf{\"a\":\"x\"}") == Texts{"json:/a=x"});
  }

  TEST_CASE("of a key that comes twice the last value counts") {
    CHECK(add_names({"json:/a"}, R"({"a":"first","a":"last"})") == Texts{"json:/a=last"});
  }

  TEST_CASE("huge numbers") {
    CHECK(add_names({"json:/a"}, R"({"a":18446744073709551615})") ==
          Texts{"json:/a=18446744073709551615", "json:/a:1.8446744073709552e+19"});
    CHECK(add_names({"json:/a"}, R"({"a":123456789012345678901234567890})") ==
          Texts{"json:/a=1.2345678901234568e+29", "json:/a:1.2345678901234568e+29"});
    CHECK(add_names({"json:/a"}, R"({"a":1e-999})") == Texts{"json:/a=0.0", "json:/a:0"});
  }

  TEST_CASE("a number beyond all bounds makes the body no JSON") {
    CHECK(add_names({"json:/a"}, R"({"a":"x","b":1e999})") == Texts{});
  }

  TEST_CASE("hostile text stays as it is") {
    CHECK(add_names({"json:/a"}, R"({"a":"\u001b[31m|\u202e\u0000"})") ==
          Texts{std::string("json:/a=\x1b[31m|\u202e\0", 18)});
  }

  TEST_CASE("a name that comes twice is added once, other names not at all") {
    CHECK(add_names({"json:/a", "status", "header:a", "json:/a"}, R"({"a":"x"})") == Texts{"json:/a=x"});
  }

  TEST_CASE("200 levels are read") {
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    CHECK(add_names({"json:/0/0"}, deep).front().starts_with("json:/0/0=[[[["));
  }

  TEST_CASE("ten thousand levels are refused, closed or not") {
    for (const std::string& body :
         {std::string(10'000, '[') + std::string(10'000, ']'), std::string(10'000, '['), std::string(1 << 20, '[')}) {
      CHECK_THROWS_WITH_AS(add_names({"json:/a"}, body), "the JSON body is nested deeper than 200 levels", Unhealthy);
    }
    std::string objects;
    for (int i = 0; i < 10'000; ++i) objects += R"({"a":)";
    CHECK_THROWS_WITH_AS(add_names({"json:/a"}, objects), "the JSON body is nested deeper than 200 levels", Unhealthy);
  }

  TEST_CASE("a body that nobody asks about is not read") {
    CHECK(add_names({"status", "body"}, std::string(10'000, '[')) == Texts{});
  }

  TEST_CASE("names that are JSON pointers, and those of other families") {
    for (const std::string name : {"json:", "json:/", "json:/a/b", "json:/a~0~1", "json:/ü", "status", "header:~"}) {
      CAPTURE(name);
      CHECK(error_for(name) == "accepted");
    }
  }

  TEST_CASE("names that are none") {
    CHECK(error_for("json:a") ==
          "json:a: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
    CHECK(error_for("json-length:a") ==
          "json-length:a: not a JSON pointer; use json-length:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
    CHECK(error_for("json-type:a") ==
          "json-type:a: not a JSON pointer; use json-type:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
    CHECK(error_for("json:/a~2") ==
          "json:/a~2: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
    CHECK(error_for("json:/a~") ==
          "json:/a~: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
    CHECK(error_for("json:\x1b") ==
          "json:\\x1b: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name");
  }
}

}  // namespace hale
