#include "probes/grpc/health.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// The name of the status in the body `bytes`, or the error.
std::string read_status(const std::string& bytes) {
  try {
    return serving_name(read_health_check_response(bytes));
  } catch (const Unhealthy& unhealthy) {
    return unhealthy.what();
  }
}

/// A body with the one short message `message`.
std::string body(const std::string& message) { return "\0\0\0\0"s + static_cast<char>(message.size()) + message; }

}  // namespace

TEST_SUITE("grpc health") {
  TEST_CASE("the request") {
    CHECK(health_check_request("") == "\0\0\0\0\0"s);
    CHECK(health_check_request("shop.Cart") == "\0\0\0\0\x0b\x0a\x09shop.Cart"s);
    CHECK(health_check_request(std::string(300, 'x')) == "\0\0\0\1\x2f\x0a\xac\x02"s + std::string(300, 'x'));
  }

  TEST_CASE("every status") {
    CHECK(read_status(body("\x08\x00"s)) == "UNKNOWN");
    CHECK(read_status(body("\x08\x01")) == "SERVING");
    CHECK(read_status(body("\x08\x02")) == "NOT_SERVING");
    CHECK(read_status(body("\x08\x03")) == "SERVICE_UNKNOWN");
  }

  TEST_CASE("an absent field is 0") { CHECK(read_status(body("")) == "UNKNOWN"); }

  TEST_CASE("an unknown number") {
    CHECK(read_status(body("\x08\x04")) == "4");
    CHECK(read_status(body("\x08\xac\x02")) == "300");
    CHECK(read_status(body("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) == "-1");
  }

  TEST_CASE("the longest number, and a longer one") {
    CHECK(read_status(body("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"s)) == "SERVING");
    CHECK(read_status(body("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s)) ==
          "invalid health answer (a number of more than ten bytes)");
  }

  TEST_CASE("the last of two values counts") { CHECK(read_status(body("\x08\x02\x08\x01")) == "SERVING"); }

  TEST_CASE("other fields of every wire type are skipped") {
    CHECK(read_status(body("\x10\x96\x01\x19"
                           "12345678"
                           "\x22\x03"
                           "abc"
                           "\x2d"
                           "1234"
                           "\x08\x01")) == "SERVING");
    CHECK(read_status(body("\xfa\xff\xff\xff\x0f\x01x\x08\x02")) == "NOT_SERVING");
  }

  TEST_CASE("a status of another wire type is skipped") { CHECK(read_status(body("\x0a\x01\x01")) == "UNKNOWN"); }

  TEST_CASE("bodies that are not protocol buffers") {
    CHECK(read_status(body("\x0b\x0c")) == "invalid health answer (a field of wire type 3)");
    CHECK(read_status(body("\x0f")) == "invalid health answer (a field of wire type 7)");
    CHECK(read_status(body("\x00\x01"s)) == "invalid health answer (not a protocol buffer)");
    CHECK(read_status(body("\x88\x80\x80\x80\x10\x01")) == "invalid health answer (not a protocol buffer)");
  }

  TEST_CASE("a field that is cut off") {
    for (const std::string& field : {"\x08"s, "\x08\x80"s, "\x11"s + "1234567", "\x12\x02"s + "x", "\x15"s + "123",
                                     "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s}) {
      CAPTURE(field);
      CHECK(read_status(body(field)) == "invalid health answer (a field is cut off)");
    }
  }

  TEST_CASE("bodies that are not one complete message") {
    CHECK(read_status("") == "invalid health answer (no message)");
    CHECK(read_status("\0"s) == "invalid health answer (the message is cut off)");
    CHECK(read_status("\0\0\0\0"s) == "invalid health answer (the message is cut off)");
    CHECK(read_status("\0\0\0\0\2\x08"s) == "invalid health answer (the message is cut off)");
    CHECK(read_status("\0\xff\xff\xff\xff\x08\x01"s) == "invalid health answer (the message is cut off)");
    CHECK(read_status(body("\x08\x01") + body("\x08\x01")) == "invalid health answer (more than one message)");
    CHECK(read_status(body("\x08\x01") + "x") == "invalid health answer (more than one message)");
    CHECK(read_status("\1\0\0\0\2\x08\x01"s) ==
          "invalid health answer (the message is compressed, but hale accepts no compression)");
    CHECK(read_status("<html>") == "invalid health answer (not a gRPC message)");
  }

  TEST_CASE("names of status codes") {
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

  TEST_CASE("invalid escapes are kept") {
    for (const char* text : {"%", "%4", "100%", "%zz", "%4z", "%%%", "% 41"}) CHECK(grpc_message(text) == text);
    CHECK(grpc_message("%%41") == "%A");
  }
}

}  // namespace hale::testing
