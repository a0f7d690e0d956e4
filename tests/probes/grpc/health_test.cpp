#include "probes/grpc/health.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// What is made of the body `bytes`: the status's name, or the reason why there is none.
std::string read(const std::string& bytes) {
  try {
    return serving_name(read_health_check_response(bytes));
  } catch (const Unhealthy& unhealthy) {
    return unhealthy.what();
  }
}

/// The body that holds the message `message` alone, which is short.
std::string body(const std::string& message) { return "\0\0\0\0"s + static_cast<char>(message.size()) + message; }

}  // namespace

TEST_SUITE("grpc health") {
  TEST_CASE("the request") {
    CHECK(health_check_request("") == "\0\0\0\0\0"s);
    CHECK(health_check_request("shop.Cart") == "\0\0\0\0\x0b\x0a\x09shop.Cart"s);
    CHECK(health_check_request(std::string(300, 'x')) == "\0\0\0\1\x2f\x0a\xac\x02"s + std::string(300, 'x'));
  }

  TEST_CASE("every status") {
    CHECK(read(body("\x08\x00"s)) == "UNKNOWN");
    CHECK(read(body("\x08\x01")) == "SERVING");
    CHECK(read(body("\x08\x02")) == "NOT_SERVING");
    CHECK(read(body("\x08\x03")) == "SERVICE_UNKNOWN");
  }

  TEST_CASE("an absent field is 0") { CHECK(read(body("")) == "UNKNOWN"); }

  TEST_CASE("a number that nobody knows") {
    CHECK(read(body("\x08\x04")) == "4");
    CHECK(read(body("\x08\xac\x02")) == "300");
    CHECK(read(body("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) == "-1");
  }

  TEST_CASE("a number as wide as can be, and one wider") {
    CHECK(read(body("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"s)) == "SERVING");
    CHECK(read(body("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s)) ==
          "no health answer (a number of more than ten bytes)");
  }

  TEST_CASE("the last one of two counts") { CHECK(read(body("\x08\x02\x08\x01")) == "SERVING"); }

  TEST_CASE("other fields of every wire type are passed over") {
    CHECK(read(body("\x10\x96\x01\x19"
                    "12345678"
                    "\x22\x03"
                    "abc"
                    "\x2d"
                    "1234"
                    "\x08\x01")) == "SERVING");
    CHECK(read(body("\xfa\xff\xff\xff\x0f\x01x\x08\x02")) == "NOT_SERVING");
  }

  TEST_CASE("a status that is a text is another field") { CHECK(read(body("\x0a\x01\x01")) == "UNKNOWN"); }

  TEST_CASE("what is no protocol buffer") {
    CHECK(read(body("\x0b\x0c")) == "no health answer (a field of wire type 3)");
    CHECK(read(body("\x0f")) == "no health answer (a field of wire type 7)");
    CHECK(read(body("\x00\x01"s)) == "no health answer (no protocol buffer)");
    CHECK(read(body("\x88\x80\x80\x80\x10\x01")) == "no health answer (no protocol buffer)");
  }

  TEST_CASE("a field that breaks off") {
    for (const std::string& field : {"\x08"s, "\x08\x80"s, "\x11"s + "1234567", "\x12\x02"s + "x", "\x15"s + "123",
                                     "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s}) {
      CAPTURE(field);
      CHECK(read(body(field)) == "no health answer (a field breaks off)");
    }
  }

  TEST_CASE("what is not one whole message") {
    CHECK(read("") == "no health answer (no message)");
    CHECK(read("\0"s) == "no health answer (the message breaks off)");
    CHECK(read("\0\0\0\0"s) == "no health answer (the message breaks off)");
    CHECK(read("\0\0\0\0\2\x08"s) == "no health answer (the message breaks off)");
    CHECK(read("\0\xff\xff\xff\xff\x08\x01"s) == "no health answer (the message breaks off)");
    CHECK(read(body("\x08\x01") + body("\x08\x01")) == "no health answer (more than one message)");
    CHECK(read(body("\x08\x01") + "x") == "no health answer (more than one message)");
    CHECK(read("\1\0\0\0\2\x08\x01"s) == "no health answer (the message is compressed, which nobody asked for)");
    CHECK(read("<html>") == "no health answer (no gRPC message)");
  }

  TEST_CASE("every status code has its name") {
    std::string names;
    for (int code = 0; code <= 17; ++code) names += grpc_status_name(std::to_string(code)) + " ";
    CHECK(names ==
          "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED "
          "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS "
          "UNAUTHENTICATED 17 ");
    for (const char* other : {"", "-1", "00", "0, 0", "OK", "4294967296"}) CHECK(grpc_status_name(other) == other);
  }

  TEST_CASE("a message is percent-encoded") {
    CHECK(grpc_message("no such service: shop") == "no such service: shop");
    CHECK(grpc_message("100%25 f%c3%BCr%0Anichts") == "100% f\xc3\xbcr\nnichts");
    CHECK(grpc_message("%00") == "\0"s);
  }

  TEST_CASE("what is no escape stays") {
    for (const char* text : {"%", "%4", "100%", "%zz", "%4z", "%%%", "% 41"}) CHECK(grpc_message(text) == text);
    CHECK(grpc_message("%%41") == "%A");
  }
}

}  // namespace hale::testing
