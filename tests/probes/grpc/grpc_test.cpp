#include <doctest/doctest.h>

#include "tests/plan/planned.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/probes/grpc/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// The report on a server that answers the call for the service "shop" with `answer`.
std::string report_for(const std::string& answer, const std::vector<std::string>& options = {}) {
  FakeServer server(grpc::conversation("shop", answer));
  std::vector<std::string> words{fmt::format("grpc://{}/shop", server.endpoint())};
  words.insert(words.end(), options.begin(), options.end());
  const std::string report = without_port(reported(probe_one(words)), server);
  CHECK(server.problem() == "");
  return report;
}

/// The report on a complete answer: the state with its message, and the facts before the address.
std::string answer_report(const std::string& verdict, const std::string& facts) {
  return verdict + "\nphases: dns, connect, first byte, transfer\n" + facts + "fact address=127.0.0.1:PORT\n";
}

std::string status_report(const std::string& verdict, const std::string& serving) {
  return answer_report(verdict, "fact serving=" + serving + "\nfact grpc_status=OK\n");
}

std::string error_report(const std::string& verdict, const std::string& status) {
  return answer_report(verdict, "fact grpc_status=" + status + "\n");
}

std::string failure(const std::string& phase, const std::string& words) {
  return fmt::format("critical: {0}: {1}\nfailed: {0}\nphases: dns, connect, first byte{2}\n", phase, words,
                     phase == "transfer" ? ", transfer" : "");
}

}  // namespace

TEST_SUITE("grpc") {
  TEST_CASE("SERVING is OK") {
    FakeServer server(grpc::conversation("shop.Cart", grpc::serving(1)));
    const Result result = probe_one({fmt::format("grpc://{}/shop.Cart", server.endpoint())});
    CHECK(format_result(result, server) ==
          "grpc grpc://127.0.0.1:PORT/shop.Cart ok: SERVING\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time dns connect first_byte transfer\n"
          "facts: serving=SERVING grpc_status=OK address=127.0.0.1:PORT\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("the headers of the call") {
    FakeServer server(grpc::conversation("", grpc::serving(1)));
    CHECK(probe_one({"grpc://" + server.endpoint()}).message == "SERVING");
    const std::string answer_report = server.received();
    // As HPACK's Huffman code has them: "application/grpc" and "trailers".
    CHECK(answer_report.find("\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64") != std::string::npos);
    CHECK(answer_report.find("te\x86\x4d\x83\x35\x05\xb1\x1f") != std::string::npos);
  }

  TEST_CASE("without a service the call is about the server as a whole") {
    for (const char* path : {"", "/"}) {
      FakeServer server(grpc::conversation("", grpc::serving(1)));
      const Result result = probe_one({"grpc://" + server.endpoint() + path});
      CHECK(result.message == "SERVING");
      CHECK(server.problem() == "");
    }
  }

  TEST_CASE("a service's name is percent-decoded") {
    FakeServer server(grpc::conversation("a/b c%", grpc::serving(1)));
    CHECK(probe_one({"--grpc", server.endpoint() + "/a/b%20c%25"}).message == "SERVING");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a unix socket") {
    const TemporaryFolder folder;
    const std::string path = folder / "socket";
    FakeServer server(grpc::conversation("shop", grpc::serving(1)), {.unix_path = path});
    const Result result = probe_one({"grpc://shop.example/shop", "--unix-socket", path});
    CHECK(replaced(format_result(result), path, "PATH") ==
          "grpc grpc://shop.example:50051/shop ok: SERVING\n"
          "phases: connect, first byte, transfer,\n"
          "metrics: time connect first_byte transfer\n"
          "facts: serving=SERVING grpc_status=OK address=PATH\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("other statuses") {
    CHECK(report_for(grpc::serving(2)) == status_report("critical: NOT_SERVING", "NOT_SERVING"));
    CHECK(report_for(grpc::serving(0)) == status_report("unknown: the server answered UNKNOWN", "UNKNOWN"));
    CHECK(report_for(grpc::serving(3)) ==
          status_report("critical: the service shop is not registered (SERVICE_UNKNOWN)", "SERVICE_UNKNOWN"));
    CHECK(report_for(grpc::serving(7)) == status_report("unknown: the server answered 7, an unknown status", "7"));
  }

  TEST_CASE("a message without a field is UNKNOWN") {
    CHECK(report_for(grpc::head + grpc::data(grpc::message("")) + grpc::trailers_ok) ==
          status_report("unknown: the server answered UNKNOWN", "UNKNOWN"));
  }

  TEST_CASE("a message in two frames, and a content type with a suffix") {
    const std::string message = grpc::message("\x08\x01");
    CHECK(report_for(grpc::settings +
                     grpc::headers({{":status", "200"}, {"content-type", "Application/gRPC+proto; charset=utf-8"}}) +
                     grpc::data(message.substr(0, 3)) + grpc::data(message.substr(3)) + grpc::trailers_ok) ==
          status_report("ok: SERVING", "SERVING"));
  }

  TEST_CASE("a call that fails") {
    CHECK(report_for(grpc::failed_call("5", "unknown service")) ==
          error_report("critical: the service shop is not registered (NOT_FOUND)", "NOT_FOUND"));
    CHECK(report_for(grpc::failed_call("12", "Method not found!")) ==
          error_report("critical: the server has no health service (UNIMPLEMENTED)", "UNIMPLEMENTED"));
    CHECK(report_for(grpc::failed_call("16", "token expired")) ==
          error_report("critical: token expired (UNAUTHENTICATED)", "UNAUTHENTICATED"));
    CHECK(report_for(grpc::failed_call("7", "not for you")) ==
          error_report("critical: not for you (PERMISSION_DENIED)", "PERMISSION_DENIED"));
    CHECK(report_for(grpc::failed_call("14")) ==
          error_report("critical: the server answered UNAVAILABLE", "UNAVAILABLE"));
    CHECK(report_for(grpc::failed_call("99", "who knows")) == error_report("critical: who knows (99)", "99"));
  }

  TEST_CASE("an error after the headers, and after a message") {
    const std::string late = grpc::headers({{"grpc-status", "13"}, {"grpc-message", "out of luck"}}, true);
    CHECK(report_for(grpc::head + late) == error_report("critical: out of luck (INTERNAL)", "INTERNAL"));
    CHECK(report_for(grpc::head + grpc::data(grpc::message("\x08\x01")) + late) ==
          error_report("critical: out of luck (INTERNAL)", "INTERNAL"));
  }

  TEST_CASE("a server that has not registered itself") {
    FakeServer server(grpc::conversation("", grpc::failed_call("5")));
    CHECK(probe_one({"grpc://" + server.endpoint()}).message == "the server itself is not registered (NOT_FOUND)");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a condition on the status replaces its state") {
    CHECK(report_for(grpc::serving(2), {"-e", "serving=NOT_SERVING"}) ==
          status_report("ok: NOT_SERVING", "NOT_SERVING"));
    CHECK(report_for(grpc::serving(0), {"--prefer", "serving=SERVING"}) ==
          status_report("warning: UNKNOWN, but serving is UNKNOWN, expected SERVING", "UNKNOWN"));
    CHECK(report_for(grpc::failed_call("5"), {"-e", "grpc_status=OK,NOT_FOUND"}) ==
          error_report("ok: NOT_FOUND", "NOT_FOUND"));
    CHECK(report_for(grpc::serving(2), {"-e", "grpc_status=OK"}) ==
          status_report("critical: NOT_SERVING", "NOT_SERVING"));
    CHECK(report_for(grpc::failed_call("5"), {"-e", "serving=NOT_SERVING"}) ==
          error_report(
              "critical: the service shop is not registered (NOT_FOUND); serving is absent, expected NOT_SERVING",
              "NOT_FOUND"));
  }
}

TEST_SUITE("grpc failures") {
  TEST_CASE("a refused connection") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("grpc://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("a web page") {
    const std::string page = grpc::settings + grpc::headers({{":status", "404"}, {"content-type", "text/html"}}) +
                             grpc::data("<html>", true);
    CHECK(report_for(page) == failure("transfer", "not a gRPC answer (HTTP 404, text/html)"));
    CHECK(report_for(grpc::settings + grpc::headers({{":status", "503"}, {"grpc-status", "0"}}, true)) ==
          failure("transfer", "not a gRPC answer (HTTP 503, no content type)"));
    CHECK(report_for(grpc::settings +
                     grpc::headers({{":status", "200"}, {"content-type", "application/grpc-web"}}, true)) ==
          failure("transfer", "not a gRPC answer (HTTP 200, application/grpc-web)"));
  }

  TEST_CASE("a server that supports only HTTP/1.1") {
    CHECK(report_for("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") ==
          failure("first byte", "not an HTTP/2 answer"));
  }

  TEST_CASE("a server that does not negotiate HTTP/2") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(
        {expect_until(grpc::message("")), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), expect_close()},
        {.certificate = authority.issue({"127.0.0.1"})});
    CHECK(reported(probe_one(
              {"grpcs://" + server.endpoint(), "--cacert", folder.write("ca.pem", authority.certificate())})) ==
          "critical: transfer: the server answered with HTTP/1.1, not HTTP/2\n"
          "failed: transfer\nphases: dns, connect, tls, first byte, transfer\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("malformed answers") {
    CHECK(report_for("220 mail.example.org ESMTP ready and waiting\r\n") ==
          failure("first byte", "not an HTTP/2 answer"));
    CHECK(report_for(grpc::head + grpc::data("gibberish") + grpc::trailers_ok) ==
          failure("transfer", "invalid health answer (not a gRPC message)"));
    CHECK(report_for(grpc::head + grpc::trailers_ok) == failure("transfer", "invalid health answer (no message)"));
    CHECK(report_for(grpc::failed_call("0")) == failure("transfer", "invalid health answer (no message)"));
    CHECK(report_for(grpc::failed_call("fine")) == error_report("critical: the server answered fine", "fine"));
  }

  TEST_CASE("an answer without a status") {
    CHECK(report_for(grpc::head + grpc::data(grpc::message("\x08\x01"), true)) ==
          failure("transfer", "not a gRPC answer (the status is missing)"));
  }

  TEST_CASE("a stream that is reset, with and without an error") {
    const auto reset_stream = [](char error) { return grpc::frame(3, 0, 1, std::string(3, '\0') + error); };
    CHECK(report_for(grpc::serving(1) + reset_stream(0)) == status_report("ok: SERVING", "SERVING"));
    CHECK(report_for(grpc::failed_call("12") + reset_stream(0)) ==
          error_report("critical: the server has no health service (UNIMPLEMENTED)", "UNIMPLEMENTED"));
    const std::string reset = "HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)";
    CHECK(report_for(grpc::settings + reset_stream(2)) == failure("first byte", reset));
  }

  TEST_CASE("a connection closed within a frame") {
    FakeServer server({expect_until(grpc::request_for("")), say(grpc::settings.substr(0, 5)), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failure("first byte", "the server hung up without an answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a connection closed within the message") {
    const std::string message = grpc::data(grpc::message("\x08\x01"));
    FakeServer server({expect_until(grpc::request_for("")), say(grpc::head + message.substr(0, 12)), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failure("transfer", "the server hung up in the middle of its answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a connection closed before the status") {
    FakeServer server(
        {expect_until(grpc::request_for("")), say(grpc::head + grpc::data(grpc::message("\x08\x01"))), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failure("transfer", "the server hung up in the middle of its answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a server that does not answer") {
    const FakeClock clock;
    FakeServer server({expect_until(grpc::request_for("")), say(grpc::settings), stay_silent()});
    const Result result = probe_one({"grpc://" + server.endpoint(), "-t", "20s"});
    CHECK(reported(result) == failure("first byte", "no answer within 20 s"));
    CHECK(result.length == std::chrono::seconds(20));
    CHECK(server.problem() == "");
  }

  TEST_CASE("a server that never sends the status") {
    const FakeClock clock;
    FakeServer server(
        {expect_until(grpc::request_for("")), say(grpc::head + grpc::data(grpc::message("\x08\x01"))), stay_silent()});
    const Result result = probe_one({"grpc://" + server.endpoint(), "-t", "20s"});
    CHECK(reported(result) == failure("transfer", "no answer within 20 s"));
    CHECK(result.length == std::chrono::seconds(20));
  }
}

TEST_SUITE("grpc unusual answers") {
  const std::string control_characters = grpc::failed_call("14", "%1B[2J%E2%80%AE|%0Anext%FF%zz");

  TEST_CASE("control characters are kept until the report") {
    CHECK(report_for(control_characters) ==
          error_report("critical: \x1b[2J\xe2\x80\xae|\nnext\xff%zz (UNAVAILABLE)", "UNAVAILABLE"));
  }

  TEST_CASE("control characters are escaped in the report") {
    FakeServer server(grpc::conversation("", control_characters));
    const Finished finished = run_hale({"--for", "nagios", "grpc://" + server.endpoint()});
    CHECK(finished.out.starts_with("HALE CRITICAL: grpc://" + server.endpoint() +
                                   " - \\x1b[2J\\u{202e}/ next\xef\xbf\xbd%zz (UNAVAILABLE) | "));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("a message without an end") {
    FakeServer server(
        {expect_until(grpc::request_for("")), say(grpc::head), pour(grpc::data(std::string(16000, '\0')))});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failure("transfer", "invalid health answer (it is longer than 1 MiB)"));
  }
}

TEST_SUITE("grpc invalid input") {
  TEST_CASE("invalid input is reported before anything is sent") {
    const std::string endpoint = "[grpc[s]://][USER:PASSWORD@]HOST[:PORT][/SERVICE]";
    CHECK(refusal_of({"grpc://"}) == "grpc://: no host; use " + endpoint);
    CHECK(refusal_of({"grpc://h:0/"}) == "grpc://h:0/: a port is a number from 1 to 65535");
    CHECK(refusal_of({"grpc://h/shop?x=1"}) == "grpc:...: grpc targets have no query; use " + endpoint);
    CHECK(refusal_of({"grpc://h/%zz"}) ==
          "grpc://h/%zz: a % in an address must be followed by two hexadecimal digits other than 00; use %25 for a "
          "literal %");
    CHECK(refusal_of({"--grpc", "http://h/"}) ==
          "--grpc http://h/: grpc targets do not accept the scheme http://; use " + endpoint);
    CHECK(refusal_of({"grpc://h", "--header", "nonsense"}) == "grpc://h: --header: not a header; use 'NAME: VALUE'");
    CHECK(refusal_of({"grpc://h", "-e", "servin=SERVING"}) ==
          "--expect: grpc targets have no metric or fact servin; did you mean serving?");
    CHECK(refusal_of({"grpc://h", "--follow", "5"}) ==
          "--follow is not for grpc targets; it is for http: hale --http http://h --follow 5");
  }

  TEST_CASE("the default port is 50051, and 443 with TLS") {
    const auto address = [](const std::string& endpoint) { return planned({endpoint}).targets[0].target.address; };
    CHECK(address("grpc://h/shop") == "grpc://h:50051/shop");
    CHECK(address("grpcs://h") == "grpcs://h:443");
    CHECK(address("grpcs://u:s3cret@[::1]:7/a%20b") == "grpcs://u@[::1]:7/a%20b");
  }
}

}  // namespace hale::testing
