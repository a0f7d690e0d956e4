#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

using std::chrono_literals::operator""s;
using std::string_literals::operator""s;

/// Reads a request, sends `response` and expects the client to close.
Conversation respond_with(const std::string& response) {
  return {expect_until("\r\n\r\n"), say(response), expect_close()};
}

std::string ok_response(const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

std::vector<std::string> arguments(const FakeServer& server, const std::vector<std::string>& options) {
  // health_test.cpp tests the health of bodies.
  std::vector<std::string> all{fmt::format("http://{}/", server.endpoint()), "--health", "off"};
  all.insert(all.end(), options.begin(), options.end());
  return all;
}

/// The whole result of probing a server that has this `conversation`.
std::string full_result(const Conversation& conversation, const std::vector<std::string>& options = {}) {
  FakeServer server(conversation);
  const std::string text = format_result(probe_one(arguments(server, options)), server);
  CHECK(server.problem() == "");
  return text;
}

/// State and message of a probe that receives `response`.
std::string verdict(const std::string& response, const std::vector<std::string>& options = {}) {
  FakeServer server(respond_with(response));
  const Result result = probe_one(arguments(server, options));
  CHECK(server.problem() == "");
  return without_port(fmt::format("{}: {}", to_string(result.state), result.message), server);
}

std::string empty_response(const std::string& status) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: 0\r\n\r\n", status);
}

}  // namespace

TEST_SUITE("http: a server that") {
  TEST_CASE("healthy") {
    CHECK(full_result(respond_with(ok_response("hello"))) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=5B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT\n");
  }

  TEST_CASE("rejects the login") {
    CHECK(full_result(respond_with("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                                   "Content-Length: 6\r\n\r\ndenied")) ==
          "http http://127.0.0.1:PORT/ critical: status is 401, expected 200-399\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=401 size=6B total dns connect first_byte transfer\n"
          "facts: status=401 version=1.1 address=127.0.0.1:PORT\n");
  }

  TEST_CASE("invalid answer: not HTTP") {
    CHECK(full_result({say("SSH-2.0-OpenSSH_9.2\r\n"), expect_until("\r\n\r\n"), stay_silent()}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: not an HTTP answer (Received HTTP/0.9 when not allowed)\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("invalid answer: a status that is not a number") {
    CHECK(
        full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 two hundred\r\n\r\n"), stay_silent()}) ==
        "http http://127.0.0.1:PORT/ critical: first byte: not an HTTP answer (Unsupported HTTP version in response)\n"
        "failed: first byte\n"
        "phases: dns, connect, first byte,\n"
        "metrics:\n"
        "facts:\n");
  }

  TEST_CASE("invalid answer: a header without a colon") {
    CHECK(verdict("HTTP/1.1 200 OK\r\nno colon\r\n\r\n") ==
          "critical: transfer: not an HTTP answer (Header without colon)");
  }

  TEST_CASE("closes without an answer") {
    CHECK(full_result({expect_until("\r\n\r\n"), hang_up()}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: the server hung up without an answer\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("closes in the middle of a header") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Le"), hang_up()}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: the server hung up in the middle of its answer\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("closes in the middle of the body") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel"), hang_up()}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: transfer closed with 7 bytes remaining to read\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("resets the connection in the middle of the body") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel"), reset()}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: Connection reset by peer\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("never answers") {
    const FakeClock clock;
    CHECK(full_result({expect_until("\r\n\r\n"), stay_silent()}, {"-t", "20s"}) ==
          "http http://127.0.0.1:PORT/ critical: first byte: no answer within 20 s\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("never answers, with -t 20s:unknown") {
    const FakeClock clock;
    CHECK(full_result({expect_until("\r\n\r\n"), stay_silent()}, {"-t", "20s:unknown"}) ==
          "http http://127.0.0.1:PORT/ unknown: first byte: no answer within 20 s\n"
          "failed: first byte\n"
          "phases: dns, connect, first byte,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("never accepts the connection") {
    const FakeClock clock;
    const BlackholePort deaf;
    const Result result = probe_one({fmt::format("http://127.0.0.1:{}/", deaf.port()), "-t", "20s"});
    CHECK(replaced(format_result(result), fmt::format("{}", deaf.port()), "PORT") ==
          "http http://127.0.0.1:PORT/ critical: connect: no answer within 20 s\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("sends its headers one byte at a time") {
    const FakeClock clock;
    CHECK(full_result({expect_until("\r\n\r\n"), drip("HTTP/1.1 200 OK\r\n" + std::string(10'000, 'x'), 1s)},
                      {"-t", "20s"}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: no answer within 20 s\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("sends its body one byte at a time") {
    const FakeClock clock;
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\n\r\n"), drip(std::string(10'000, 'x'), 1s)},
                      {"-t", "20s"}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: no answer within 20 s\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("refuses the connection") {
    const ClosedPort closed;
    const Result result = probe_one({fmt::format("http://127.0.0.1:{}/", closed.port())});
    CHECK(replaced(format_result(result), fmt::format("{}", closed.port()), "PORT") ==
          "http http://127.0.0.1:PORT/ critical: connect: Connection refused\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("answers with hostile text") {
    const std::string hostile = "a\x1b[31mb|c\u202e\xff'\"";
    CHECK(full_result(respond_with("HTTP/1.1 200 " + hostile + "\r\nX-Bad: " + hostile +
                                   "\r\nX-Bad: \r\n: no name\r\nContent-Length: 15\r\n\r\n" + hostile),
                      {"-e", "body~b", "-e", "body=x", "-e", "header:x-bad=x"}) ==
          "http http://127.0.0.1:PORT/ critical: 200, but body is " + hostile + ", expected x; header:x-bad is " +
              hostile + ",, expected x\n" +
              "phases: dns, connect, first byte, transfer,\n"
              "metrics: time status=200 size=15B total dns connect first_byte transfer\n"
              "facts: status=200 version=1.1 address=127.0.0.1:PORT body=" +
              hostile + " header:x-bad=" + hostile + ", \n");
  }
}

TEST_SUITE("http: status") {
  TEST_CASE("any 2xx is OK") { CHECK(verdict(empty_response("204 No Content")) == "ok: 204"); }

  TEST_CASE("a redirect is an answer and is not followed") {
    CHECK(verdict("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n") ==
          "ok: 302 to http://127.0.0.1:PORT/login");
  }

  TEST_CASE("304 without a Location is OK") { CHECK(verdict(empty_response("304 Not Modified")) == "ok: 304"); }

  TEST_CASE("429 is a warning") {
    CHECK(verdict(empty_response("429 Slow Down")) == "warning: status is 429, expected 200-399");
  }

  TEST_CASE("404 is critical") {
    CHECK(verdict(empty_response("404 Not Found")) == "critical: status is 404, expected 200-399");
  }

  TEST_CASE("503 is critical") {
    CHECK(verdict(empty_response("503 Unavailable")) == "critical: status is 503, expected 200-399");
  }

  TEST_CASE("600 is critical") { CHECK(verdict(empty_response("600")) == "critical: status is 600, expected 200-399"); }

  TEST_CASE("199 is not followed by a final response") {
    const FakeClock clock;
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 199 Soon\r\n\r\n"), stay_silent()}, {"-t", "20s"}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: no answer within 20 s\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("100 and 103 precede the response, and their headers do not count") {
    CHECK(full_result(
              respond_with("HTTP/1.1 100 Continue\r\nX-A: early\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-A: hint\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nX-A: late\r\nContent-Length: 0\r\n\r\n"),
              {"-e", "header:x-a=late"}) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT header:x-a=late\n");
  }

  TEST_CASE("--expect status replaces the rule") {
    CHECK(verdict(empty_response("503 Unavailable"), {"-e", "status=200,503"}) == "ok: 503");
    CHECK(verdict(empty_response("200 OK"), {"-e", "status=401"}) == "critical: 200, but status is 200, expected 401");
  }

  TEST_CASE("--expect status that fails") {
    CHECK(verdict(empty_response("503 Unavailable"), {"-e", "status=200-299"}) ==
          "critical: 503, but status is 503, expected 200-299");
  }

  TEST_CASE("--prefer status only warns") {
    CHECK(verdict(empty_response("404 Not Found"), {"--prefer", "status=200"}) ==
          "warning: 404, but status is 404, expected 200");
  }

  TEST_CASE("a range for the status replaces the rule too") {
    CHECK(verdict(empty_response("404 Not Found"), {"-w", "status=200:399"}) ==
          "warning: 404, but status 404 is over 399");
  }

  TEST_CASE("HTTP/1.0 with a body that ends when the connection closes") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.0 200 OK\r\n\r\nhello"), hang_up()}) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=5B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.0 address=127.0.0.1:PORT\n");
  }
}

TEST_SUITE("http: conditions") {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Two: a\r\nx-two: b\r\nContent-Length: 5\r\n\r\nready";

  TEST_CASE("a header that matches") {
    CHECK(verdict(answer, {"-e", "header:server=nginx", "-e", "header:SERVER~^ng", "-e", "header:server!=apache", "-e",
                           "header:server!~iis"}) == "ok: 200");
  }

  TEST_CASE("a header that does not match") {
    CHECK(verdict(answer, {"-e", "header:server!~nginx"}) ==
          "critical: 200, but header:server is nginx, expected !~nginx");
  }

  TEST_CASE("a header sent twice is joined") { CHECK(verdict(answer, {"-e", "header:x-two~^a, b$"}) == "ok: 200"); }

  TEST_CASE("an absent header is empty") {
    CHECK(verdict(answer, {"-e", "header:x-none=yes"}) == "critical: 200, but header:x-none is empty, expected yes");
    CHECK(verdict(answer, {"-e", "header:x-none~yes"}) == "critical: 200, but header:x-none is empty, expected ~yes");
    CHECK(verdict(answer, {"-e", "header:x-none!=yes"}) == "ok: 200");
    CHECK(verdict(answer, {"-e", "header:x-none!~yes"}) == "ok: 200");
    CHECK(verdict(answer, {"-e", "header:x-none~^$"}) == "ok: 200");
  }

  TEST_CASE("the body") {
    CHECK(verdict(answer, {"-e", "body~^ready$"}) == "ok: 200");
    CHECK(verdict(answer, {"-e", "body=ready"}) == "ok: 200");
    CHECK(verdict(answer, {"--prefer", "body!~ready"}) == "warning: 200, but body is ready, expected !~ready");
  }

  TEST_CASE("a body that is a number is not a response time") {
    CHECK(verdict(ok_response("42"), {"-e", "body=42", "-e", "body>40", "-e", "body!=0"}) == "ok: 200");
    CHECK(verdict(ok_response("42"), {"-e", "body=1"}) == "critical: 200, but body is 42, expected 1");
  }

  TEST_CASE("an empty body") {
    CHECK(verdict(empty_response("200 OK"), {"-e", "body~x"}) == "critical: 200, but body is empty, expected ~x");
  }

  TEST_CASE("the size") {
    CHECK(verdict(answer, {"-w", "size=10B:", "-c", "size=3B:"}) == "warning: 200, but size 5 B is under 10 B");
  }

  TEST_CASE("a name in two conditions is recorded once") {
    CHECK(full_result(respond_with(answer),
                      {"-e", "body~re", "-e", "body~dy", "-e", "header:server~n", "--prefer", "header:server~y"}) ==
          "http http://127.0.0.1:PORT/ warning: 200, but header:server is nginx, expected ~y\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=5B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT body=ready header:server=nginx\n");
  }

  TEST_CASE("several conditions: each failure reports the actual value") {
    const std::string long_text = std::string(100, 'x');
    const std::string body =
        fmt::format(R"({{"status":"up","items":[1,2,3],"depth":"7","text":"{}","null":null}})", long_text);
    const std::string json = fmt::format(
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Long: {}\r\nContent-Length: {}\r\n\r\n{}", long_text, body.size(), body);
    CHECK(verdict(json, {"-e", "body~status", "-e", "body!~error", "-e", "header:server~^ng", "-e", "json:/status=up",
                         "-e", "json-length:/items=3", "-e", "json-type:/items=array", "-e", "json-type:/depth!=number",
                         "-e", "json-type:/null=null"}) == "ok: 200");
    CHECK(verdict(json, {"-e",       "body~ready",
                         "-e",       "body!~status",
                         "-e",       "header:server!=nginx",
                         "-e",       "header:x-long~y",
                         "-e",       "header:x-none~y",
                         "-e",       "json:/status!=up",
                         "-e",       "json:/text!~x",
                         "-e",       "json-length:/items<3",
                         "-e",       "json-type:/depth=number",
                         "-e",       "json-type:/items!~array",
                         "-e",       "json-length:/depths!=3",
                         "-e",       "json-type:/none!=null",
                         "-e",       "json:/none!=1",
                         "--prefer", "json-length:/text=10"}) ==
          "critical: 200, but body is {\"status\":\"up\",\"items\":[1,2,3],\"depth\":\"7\",\"text\":\"xxxxxx…, "
          "expected ~ready; "
          "body is {\"status\":\"up\",\"items\":[1,2,3],\"depth\":\"7\",\"text\":\"xxxxxx…, expected !~status; "
          "header:server is nginx, expected != nginx; "
          "header:x-long is xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…, expected ~y; "
          "header:x-none is empty, expected ~y; "
          "json:/status is up, expected != up; "
          "json:/text is xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…, expected !~x; "
          "json-length:/items is 3, expected < 3; "
          "json-type:/depth is string, expected number; "
          "json-type:/items is array, expected !~array; "
          "json-length:/depths is absent, expected != 3; "
          "json-type:/none is absent, expected != null; "
          "json:/none is absent, expected != 1; "
          "json-length:/text is 100, expected 10");
  }

  TEST_CASE("JSON in the body") {
    const std::string json = R"({"status":"up","queue":{"depth":1200},"a/b":true})";
    CHECK(full_result(respond_with(ok_response(json)), {"-e", "json:/queue/depth<100", "-e", "json:/status=up", "-e",
                                                        "json:/a~1b=true", "-w", "json:/queue/depth=1000"}) ==
          "http http://127.0.0.1:PORT/ critical: 200, but json:/queue/depth is 1200, expected < 100; json:/queue/depth "
          "1200 is over 1000\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=49B total json:/queue/depth=1200(warning) json:/a~1b=1 dns connect "
          "first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT json:/queue/depth=1200 json:/status=up "
          "json:/a~1b=true\n");
  }

  TEST_CASE("JSON values that are absent") {
    CHECK(verdict(ok_response("{}"), {"-e", "json:/x=1"}) == "critical: 200, but json:/x is absent, expected 1");
    CHECK(verdict(ok_response("<html>"), {"-e", "json:/x!=1"}) ==
          "critical: 200, but json:/x is absent, expected != 1");
    CHECK(verdict(ok_response("{}"), {"-w", "json:/x=5"}) == "warning: 200, but json:/x is absent");
  }

  TEST_CASE("JSON ten thousand levels deep") {
    CHECK(verdict(ok_response(std::string(10'000, '[')), {"-e", "json:/x=1"}) ==
          "critical: transfer: the JSON body is nested deeper than 200 levels");
  }

  TEST_CASE("an invalid JSON pointer is a usage error") {
    CHECK_THROWS_WITH(probe_one({"http://127.0.0.1:1/", "-e", "json:x=1"}),
                      "http://127.0.0.1:1/: json:x: not a JSON pointer; use json:/queue/depth, with ~1 for a / and ~0 "
                      "for a ~ in a name");
  }
}

TEST_SUITE("http: bodies") {
  TEST_CASE("a body of exactly 1 MiB is read whole") {
    const std::string body(1 << 20, 'x');
    CHECK(verdict(ok_response(body), {"-e", "size=1048576"}) == "ok: 200");
  }

  TEST_CASE("a longer body is read to 1 MiB") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\n\r\n"), pour(std::string(65536, 'x'))}) ==
          "http http://127.0.0.1:PORT/ ok: 200, only the first 1.05 MB read\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=1048576B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT\n");
  }

  TEST_CASE("a trailer counts as a header") {
    CHECK(verdict("HTTP/1.1 200 OK\r\nX-A: early\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
                  "X-A: late\r\nHTTP/1.1: 500\r\n\r\n",
                  {"-e", "header:x-a~^early, late$", "-e", "body=hi"}) == "ok: 200");
  }

  TEST_CASE("a chunked body") {
    CHECK(verdict("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n",
                  {"-e", "body=ready"}) == "ok: 200");
  }

  TEST_CASE("an invalid chunked body") {
    CHECK(verdict("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") ==
          "critical: transfer: Illegal or missing hexadecimal sequence in chunked-encoding");
  }

  TEST_CASE("headers without end") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\n"),
                       pour("X-More: " + std::string(8000, 'x') + "\r\n")}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: Too large response headers: 312407 > 307200\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("one header without end") {
    CHECK(full_result({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nX: "), pour(std::string(8000, 'x'))}) ==
          "http http://127.0.0.1:PORT/ critical: transfer: a line of the answer is too long\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("two targets on one host share no connection") {
    // Each is answered only when both have connected, so neither can wait for the other's connection.
    FakeServer server = FakeServer::in_turn({respond_with(ok_response("one")), respond_with(ok_response("one"))});
    const std::string endpoint = fmt::format("http://{}/", server.endpoint());
    const Outcome outcome = probe({endpoint, "-e", "body=one", endpoint, "-e", "body=two"});
    REQUIRE(outcome.results.size() == 2);
    CHECK(outcome.results[0].message == "200");
    CHECK(outcome.results[1].message == "200, but body is one, expected two");
    CHECK(server.problem() == "");
    CHECK(server.connections() == 2);
  }
}

}  // namespace hale::testing
