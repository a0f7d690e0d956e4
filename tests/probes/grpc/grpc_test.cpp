#include <doctest/doctest.h>

#include "tests/plan/planned.hpp"
#include "tests/probes/grpc/wire.hpp"
#include "tests/probes/observed.hpp"
#include "tests/probes/whole.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// What hale tells of a server that answers the call for the service "shop" by `answer`.
std::string told_of(const std::string& answer, const std::vector<std::string>& options = {}) {
  FakeServer server(grpc::conversation("shop", answer));
  std::vector<std::string> words{fmt::format("grpc://{}/shop", server.endpoint())};
  words.insert(words.end(), options.begin(), options.end());
  const std::string story = without_port(reported(probe_one(words)), server);
  CHECK(server.problem() == "");
  return story;
}

/// What is told where the whole answer was heard: the state with its message, and the facts before the address.
std::string heard(const std::string& verdict, const std::string& facts) {
  return verdict + "\nphases: dns, connect, first byte, transfer\n" + facts + "fact address=127.0.0.1:PORT\n";
}

std::string heard_status(const std::string& verdict, const std::string& serving) {
  return heard(verdict, "fact serving=" + serving + "\nfact grpc_status=OK\n");
}

std::string heard_refusal(const std::string& verdict, const std::string& status) {
  return heard(verdict, "fact grpc_status=" + status + "\n");
}

std::string failed(const std::string& phase, const std::string& words) {
  return fmt::format("critical: {0}: {1}\nfailed: {0}\nphases: dns, connect, first byte{2}\n", phase, words,
                     phase == "transfer" ? ", transfer" : "");
}

}  // namespace

TEST_SUITE("grpc") {
  TEST_CASE("SERVING is well") {
    FakeServer server(grpc::conversation("shop.Cart", grpc::serving(1)));
    const Result result = probe_one({fmt::format("grpc://{}/shop.Cart", server.endpoint())});
    CHECK(whole(result, server) ==
          "grpc grpc://127.0.0.1:PORT/shop.Cart ok: SERVING\n"
          "phases: dns, connect, first byte, transfer,\n"
          "measures: time dns connect first_byte transfer\n"
          "facts: serving=SERVING grpc_status=OK address=127.0.0.1:PORT\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("the head of the call") {
    FakeServer server(grpc::conversation("", grpc::serving(1)));
    CHECK(probe_one({"grpc://" + server.endpoint()}).message == "SERVING");
    const std::string heard = server.heard();
    // As HPACK's Huffman code has them: "application/grpc" and "trailers".
    CHECK(heard.find("\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64") != std::string::npos);
    CHECK(heard.find("te\x86\x4d\x83\x35\x05\xb1\x1f") != std::string::npos);
  }

  TEST_CASE("without a service the server is asked as a whole") {
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
    CHECK(replaced(whole(result), path, "PATH") ==
          "grpc grpc://shop.example:50051/shop ok: SERVING\n"
          "phases: connect, first byte, transfer,\n"
          "measures: time connect first_byte transfer\n"
          "facts: serving=SERVING grpc_status=OK address=PATH\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("every other status is its own") {
    CHECK(told_of(grpc::serving(2)) == heard_status("critical: NOT_SERVING", "NOT_SERVING"));
    CHECK(told_of(grpc::serving(0)) == heard_status("unknown: the server says UNKNOWN", "UNKNOWN"));
    CHECK(told_of(grpc::serving(3)) ==
          heard_status("critical: no service shop is registered (SERVICE_UNKNOWN)", "SERVICE_UNKNOWN"));
    CHECK(told_of(grpc::serving(7)) == heard_status("unknown: the server says 7, a status that nobody knows", "7"));
  }

  TEST_CASE("a message without a field is UNKNOWN") {
    CHECK(told_of(grpc::head + grpc::data(grpc::message("")) + grpc::trailers_ok) ==
          heard_status("unknown: the server says UNKNOWN", "UNKNOWN"));
  }

  TEST_CASE("a message in two frames, and a content type with more to it") {
    const std::string message = grpc::message("\x08\x01");
    CHECK(told_of(grpc::settings +
                  grpc::headers({{":status", "200"}, {"content-type", "Application/gRPC+proto; charset=utf-8"}}) +
                  grpc::data(message.substr(0, 3)) + grpc::data(message.substr(3)) + grpc::trailers_ok) ==
          heard_status("ok: SERVING", "SERVING"));
  }

  TEST_CASE("a call that is refused") {
    CHECK(told_of(grpc::refusal("5", "unknown service")) ==
          heard_refusal("critical: no service shop is registered (NOT_FOUND)", "NOT_FOUND"));
    CHECK(told_of(grpc::refusal("12", "Method not found!")) ==
          heard_refusal("critical: the server has no health service (UNIMPLEMENTED)", "UNIMPLEMENTED"));
    CHECK(told_of(grpc::refusal("16", "token expired")) ==
          heard_refusal("critical: token expired (UNAUTHENTICATED)", "UNAUTHENTICATED"));
    CHECK(told_of(grpc::refusal("7", "not for you")) ==
          heard_refusal("critical: not for you (PERMISSION_DENIED)", "PERMISSION_DENIED"));
    CHECK(told_of(grpc::refusal("14")) == heard_refusal("critical: the server says UNAVAILABLE", "UNAVAILABLE"));
    CHECK(told_of(grpc::refusal("99", "who knows")) == heard_refusal("critical: who knows (99)", "99"));
  }

  TEST_CASE("a refusal behind the head, and behind a message") {
    const std::string late = grpc::headers({{"grpc-status", "13"}, {"grpc-message", "out of luck"}}, true);
    CHECK(told_of(grpc::head + late) == heard_refusal("critical: out of luck (INTERNAL)", "INTERNAL"));
    CHECK(told_of(grpc::head + grpc::data(grpc::message("\x08\x01")) + late) ==
          heard_refusal("critical: out of luck (INTERNAL)", "INTERNAL"));
  }

  TEST_CASE("a server that does not know itself as a whole") {
    FakeServer server(grpc::conversation("", grpc::refusal("5")));
    CHECK(probe_one({"grpc://" + server.endpoint()}).message == "the server as a whole is not registered (NOT_FOUND)");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a condition on the status replaces what it means") {
    CHECK(told_of(grpc::serving(2), {"-e", "serving=NOT_SERVING"}) == heard_status("ok: NOT_SERVING", "NOT_SERVING"));
    CHECK(told_of(grpc::serving(0), {"--prefer", "serving=SERVING"}) ==
          heard_status("warning: UNKNOWN, but serving is UNKNOWN, expected SERVING", "UNKNOWN"));
    CHECK(told_of(grpc::refusal("5"), {"-e", "grpc_status=OK,NOT_FOUND"}) ==
          heard_refusal("ok: NOT_FOUND", "NOT_FOUND"));
    CHECK(told_of(grpc::serving(2), {"-e", "grpc_status=OK"}) == heard_status("critical: NOT_SERVING", "NOT_SERVING"));
    CHECK(told_of(grpc::refusal("5"), {"-e", "serving=NOT_SERVING"}) ==
          heard_refusal("critical: no service shop is registered (NOT_FOUND); serving is absent, expected NOT_SERVING",
                        "NOT_FOUND"));
  }
}

TEST_SUITE("grpc trouble") {
  TEST_CASE("refused") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("grpc://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("a web page") {
    const std::string page = grpc::settings + grpc::headers({{":status", "404"}, {"content-type", "text/html"}}) +
                             grpc::data("<html>", true);
    CHECK(told_of(page) == failed("transfer", "no gRPC answer (HTTP 404, text/html)"));
    CHECK(told_of(grpc::settings + grpc::headers({{":status", "503"}, {"grpc-status", "0"}}, true)) ==
          failed("transfer", "no gRPC answer (HTTP 503, no content type)"));
    CHECK(
        told_of(grpc::settings + grpc::headers({{":status", "200"}, {"content-type", "application/grpc-web"}}, true)) ==
        failed("transfer", "no gRPC answer (HTTP 200, application/grpc-web)"));
  }

  TEST_CASE("a server that speaks HTTP/1.1 alone") {
    CHECK(told_of("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") == failed("first byte", "no HTTP/2 answer"));
  }

  TEST_CASE("a server whose TLS does not agree on HTTP/2") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(
        {expect_until(grpc::message("")), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), expect_close()},
        {.certificate = authority.issue({"127.0.0.1"})});
    CHECK(reported(probe_one(
              {"grpcs://" + server.endpoint(), "--cacert", folder.write("ca.pem", authority.certificate())})) ==
          "critical: transfer: the server answered by HTTP/1.1, not by HTTP/2\n"
          "failed: transfer\nphases: dns, connect, tls, first byte, transfer\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("nonsense") {
    CHECK(told_of("220 mail.example.org ESMTP ready and waiting\r\n") == failed("first byte", "no HTTP/2 answer"));
    CHECK(told_of(grpc::head + grpc::data("gibberish") + grpc::trailers_ok) ==
          failed("transfer", "no health answer (no gRPC message)"));
    CHECK(told_of(grpc::head + grpc::trailers_ok) == failed("transfer", "no health answer (no message)"));
    CHECK(told_of(grpc::refusal("0")) == failed("transfer", "no health answer (no message)"));
    CHECK(told_of(grpc::refusal("fine")) == heard_refusal("critical: the server says fine", "fine"));
  }

  TEST_CASE("an answer without a status") {
    CHECK(told_of(grpc::head + grpc::data(grpc::message("\x08\x01"), true)) ==
          failed("transfer", "no gRPC answer (the status is missing)"));
  }

  TEST_CASE("a stream that is reset, by error and in peace") {
    const auto reset_stream = [](char error) { return grpc::frame(3, 0, 1, std::string(3, '\0') + error); };
    CHECK(told_of(grpc::serving(1) + reset_stream(0)) == heard_status("ok: SERVING", "SERVING"));
    CHECK(told_of(grpc::refusal("12") + reset_stream(0)) ==
          heard_refusal("critical: the server has no health service (UNIMPLEMENTED)", "UNIMPLEMENTED"));
    const std::string reset = "HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)";
    CHECK(told_of(grpc::settings + reset_stream(2)) == failed("first byte", reset));
  }

  TEST_CASE("hanging up mid-word") {
    FakeServer server({expect_until(grpc::asking_for("")), say(grpc::settings.substr(0, 5)), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failed("first byte", "the server hung up without an answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("hanging up within the message") {
    const std::string message = grpc::data(grpc::message("\x08\x01"));
    FakeServer server({expect_until(grpc::asking_for("")), say(grpc::head + message.substr(0, 12)), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failed("transfer", "the server hung up in the middle of its answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("hanging up before the status") {
    FakeServer server(
        {expect_until(grpc::asking_for("")), say(grpc::head + grpc::data(grpc::message("\x08\x01"))), hang_up()});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failed("transfer", "the server hung up in the middle of its answer"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("never answering") {
    const FakeClock clock;
    FakeServer server({expect_until(grpc::asking_for("")), say(grpc::settings), stay_silent()});
    const Result result = probe_one({"grpc://" + server.endpoint(), "-t", "20s"});
    CHECK(reported(result) == failed("first byte", "no answer within 20 s"));
    CHECK(result.length == std::chrono::seconds(20));
    CHECK(server.problem() == "");
  }

  TEST_CASE("never saying the status") {
    const FakeClock clock;
    FakeServer server(
        {expect_until(grpc::asking_for("")), say(grpc::head + grpc::data(grpc::message("\x08\x01"))), stay_silent()});
    const Result result = probe_one({"grpc://" + server.endpoint(), "-t", "20s"});
    CHECK(reported(result) == failed("transfer", "no answer within 20 s"));
    CHECK(result.length == std::chrono::seconds(20));
  }
}

TEST_SUITE("grpc hostile answers") {
  const std::string hostile = grpc::refusal("14", "%1B[2J%E2%80%AE|%0Anext%FF%zz");

  TEST_CASE("text stays what it is until the report") {
    CHECK(told_of(hostile) ==
          heard_refusal("critical: \x1b[2J\xe2\x80\xae|\nnext\xff%zz (UNAVAILABLE)", "UNAVAILABLE"));
  }

  TEST_CASE("text does not reach a terminal") {
    FakeServer server(grpc::conversation("", hostile));
    const Finished finished = run_hale({"--for", "nagios", "grpc://" + server.endpoint()});
    CHECK(finished.out.starts_with("HALE CRITICAL: grpc://" + server.endpoint() +
                                   " - \\x1b[2J\\u{202e}/ next\xef\xbf\xbd%zz (UNAVAILABLE) | "));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("a message without an end") {
    FakeServer server(
        {expect_until(grpc::asking_for("")), say(grpc::head), pour(grpc::data(std::string(16000, '\0')))});
    CHECK(reported(probe_one({"grpc://" + server.endpoint()})) ==
          failed("transfer", "no health answer (it is longer than 1 MiB)"));
  }
}

TEST_SUITE("grpc bad input") {
  TEST_CASE("each mistake is said before anything is sent") {
    const std::string endpoint = "[grpc[s]://][USER:PASSWORD@]HOST[:PORT][/SERVICE]";
    CHECK(refusal_of({"grpc://"}) == "grpc://: no host; use " + endpoint);
    CHECK(refusal_of({"grpc://h:0/"}) == "grpc://h:0/: a port is a number from 1 to 65535");
    CHECK(refusal_of({"grpc://h/shop?x=1"}) == "grpc:...: a query is not for grpc targets; write " + endpoint);
    CHECK(refusal_of({"grpc://h/%zz"}) ==
          "grpc://h/%zz: a % in an address begins two hexadecimal digits, not 00; write %25 for the sign itself");
    CHECK(refusal_of({"--grpc", "http://h/"}) ==
          "--grpc http://h/: grpc targets do not accept the scheme http://; use " + endpoint);
    CHECK(refusal_of({"grpc://h", "--header", "nonsense"}) == "grpc://h: --header: no header; write 'Name: value'");
    CHECK(refusal_of({"grpc://h", "-e", "servin=SERVING"}) ==
          "--expect: grpc targets have no measure or fact servin; did you mean serving?");
    CHECK(refusal_of({"grpc://h", "--follow", "5"}) ==
          "--follow is not for grpc targets; it is for http: hale --http http://h --follow 5");
  }

  TEST_CASE("the port is 50051, and 443 by TLS") {
    const auto address = [](const std::string& endpoint) { return planned({endpoint}).targets[0].target.address; };
    CHECK(address("grpc://h/shop") == "grpc://h:50051/shop");
    CHECK(address("grpcs://h") == "grpcs://h:443");
    CHECK(address("grpcs://u:s3cret@[::1]:7/a%20b") == "grpcs://u@[::1]:7/a%20b");
  }
}

}  // namespace hale::testing
