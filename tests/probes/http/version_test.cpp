#include <doctest/doctest.h>

#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// The client connection preface of HTTP/2 (RFC 9113, 3.4).
const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The end of libcurl's request: the value of the header "accept" in HPACK.
const std::string request_end = "\x03*/*";

const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// An HTTP/2 frame (RFC 9113, 4.1).
std::string frame(char type, char flags, char stream, const std::string& payload) {
  std::string bytes(2, '\0');
  bytes += static_cast<char>(payload.size());
  bytes += {type, flags, '\0', '\0', '\0', stream};
  return bytes + payload;
}

const std::string settings = frame(4, 0, 0, "");

/// A literal header field without indexing in HPACK (RFC 7541, 6.2.2).
std::string literal(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + name + static_cast<char>(value.size()) + value;
}

std::string probe_http2(const Conversation& conversation) {
  FakeServer server(conversation);
  const std::string text =
      format_result(probe_one({fmt::format("http://{}/", server.endpoint()), "--http-version", "2", "-t", "1s", "-e",
                               "header:grpc-status=0", "-e", "header:x-a=1", "-e", "body=hi"}),
                    server);
  CHECK(server.problem() == "");
  return text;
}

}  // namespace

TEST_SUITE("http: --http-version") {
  TEST_CASE("2 without TLS uses prior knowledge, and trailers count as headers") {
    CHECK(probe_http2({expect_until(preface), expect_until(request_end),
                       say(settings + frame(1, 4, 1, "\x88" + literal("x-a", "1")) + frame(0, 0, 1, "hi") +
                           frame(1, 5, 1, literal("grpc-status", "0"))),
                       stay_silent()}) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=2B total dns connect first_byte transfer\n"
          "facts: status=200 version=2 address=127.0.0.1:PORT header:grpc-status=0 header:x-a=1 body=hi\n");
  }

  TEST_CASE("2, from a server that supports only 1.1") {
    CHECK(probe_http2({expect_until(preface), expect_until(request_end),
                       say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), stay_silent()}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: not an HTTP/2 answer\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("2, from a server that closes in the middle of a frame") {
    CHECK(probe_http2(
              {expect_until(preface), expect_until(request_end), say(settings + settings.substr(0, 5)), hang_up()}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: the server hung up without an answer\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("2, from a server that closes in the middle of the response") {
    CHECK(
        probe_http2({expect_until(preface), expect_until(request_end),
                     say(settings + frame(1, 4, 1, "\x88" + literal("x-a", "1")) + frame(0, 0, 1, "h")), hang_up()}) ==
        "http http://127.0.0.1:PORT/ critical: transfer: the server hung up in the middle of its answer\n"
        "failed: transfer\n"
        "phases: dns, connect, first byte, transfer,\n"
        "metrics:\n"
        "facts:\n");
  }

  TEST_CASE("2, from a server that never answers") {
    CHECK(probe_http2({expect_until(preface), expect_until(request_end), stay_silent()}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: no answer within 1 s\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("2, from a TLS server that does not negotiate it") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({expect_until("\r\n\r\n"), say(ok_response), expect_close()},
                      {.certificate = authority.issue({"127.0.0.1"})});
    const Result result = probe_one({fmt::format("https://{}/", server.endpoint()), "--http-version", "2", "--cacert",
                                     folder.write("ca.pem", authority.certificate())});
    CHECK(result.message == "transfer: the server answered with HTTP/1.1, not HTTP/2");
    CHECK(result.state == State::critical);
    CHECK(server.problem() == "");
  }

  TEST_CASE("1.1") {
    FakeServer server({expect_until("\r\n\r\n"), say(ok_response), expect_close()});
    CHECK(probe_one({fmt::format("http://{}/", server.endpoint()), "--http-version", "1.1"}).message == "200");
    CHECK(server.problem() == "");
    CHECK(server.received().starts_with("GET / HTTP/1.1\r\n"));
  }

  TEST_CASE("any other version is a usage error") {
    CHECK(refusal_of({"http://127.0.0.1:1/", "--http-version", "3"}) == "--http-version 3: use 1.1 or 2");
  }
}

}  // namespace hale::testing
