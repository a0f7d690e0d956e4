#include <doctest/doctest.h>

#include <string>

#include "tests/probes/whole.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string nothing = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

Conversation answering(const std::string& answer) { return {expect_until("\r\n\r\n"), say(answer), expect_close()}; }

std::string refused(const std::vector<std::string>& options) {
  std::vector<std::string> words{"http://shop.example/"};
  words.insert(words.end(), options.begin(), options.end());
  return refusal_of(words);
}

std::string moved(const std::string& location) {
  return fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", location);
}

}  // namespace

TEST_SUITE("http: --unix-socket") {
  TEST_CASE("is connected to, and no name is looked up") {
    const TemporaryFolder folder;
    FakeServer server(answering(nothing), {.unix_path = folder / "s"});
    CHECK(replaced(whole(probe_one({"http://nowhere.invalid:81/health", "--unix-socket", folder / "s"})),
                   folder.path().string(), "FOLDER") ==
          "http http://nowhere.invalid:81/health ok: 200\n"
          "phases: connect, first byte, transfer,\n"
          "measures: time status=200 size=0B total connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=FOLDER/s\n");
    CHECK(server.problem() == "");
    CHECK(server.heard() ==
          "GET /health HTTP/1.1\r\nHost: nowhere.invalid:81\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("where nobody listens") {
    const TemporaryFolder folder;
    CHECK(whole(probe_one({"http://localhost/", "--unix-socket", folder / "none"})) ==
          "http http://localhost/ critical: connect: No such file or directory\n"
          "failed: connect\n"
          "phases: connect,\n"
          "measures:\n"
          "facts:\n");
  }

  TEST_CASE("a redirect to another place leaves it") {
    const TemporaryFolder folder;
    FakeServer second(answering(nothing));
    FakeServer first =
        FakeServer::in_turn({answering(moved("/in")), answering(moved(fmt::format("http://{}/", second.endpoint())))},
                            {.unix_path = folder / "s"});
    CHECK(probe_one({"http://localhost/", "--unix-socket", folder / "s", "--follow", "5"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("usage errors") {
    CHECK(refused({"--unix-socket", "app.sock"}) ==
          "http://shop.example/: --unix-socket: a unix socket is named by its whole path; write /run/app.sock");
    CHECK(refused({"--unix-socket", ""}) ==
          "http://shop.example/: --unix-socket: a unix socket is named by its whole path; write /run/app.sock");
    CHECK(refused({"--unix-socket", "/" + std::string(107, 'x')}) ==
          "http://shop.example/: --unix-socket: the path of a unix socket has at most 107 bytes");
    CHECK(refused({"--unix-socket", "/a", "--connect-to", "b"}) ==
          "http://shop.example/: --unix-socket and --connect-to are two ways to the server; write one of them");
  }

  TEST_CASE("a path of 107 bytes is no usage error") {
    const std::string path = "/" + std::string(106, 'x');
    CHECK(probe_one({"http://localhost/", "--unix-socket", path}).message == "connect: No such file or directory");
  }
}

TEST_SUITE("http: --connect-to") {
  TEST_CASE("another host and port, which hears what the URL says") {
    FakeServer server(answering(nothing));
    CHECK(whole(probe_one({"http://nowhere.invalid/health", "--connect-to", server.endpoint()}), server) ==
          "http http://nowhere.invalid/health ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "measures: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT\n");
    CHECK(server.problem() == "");
    CHECK(server.heard() ==
          "GET /health HTTP/1.1\r\nHost: nowhere.invalid\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a name, which is looked up; the port is the URL's") {
    FakeServer server(answering(nothing));
    const std::string url = fmt::format("http://nowhere.invalid:{}/", server.port());
    CHECK(probe_one({url, "--connect-to", "localhost", "-4"}).message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("an IPv6 address") {
    FakeServer server(answering(nothing), {.host = "::1"});
    const Result result =
        probe_one({"http://nowhere.invalid/", "--connect-to", server.endpoint(), "-e", "address~^.::1"});
    CHECK(result.message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("the certificate is the URL's") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(answering(nothing), {.certificate = authority.issue({"shop.example"})});
    const Result result = probe_one({"https://shop.example/", "--connect-to", server.endpoint(), "--cacert",
                                     folder.write("ca.pem", authority.certificate())});
    CHECK(result.message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a name that does not exist") {
    CHECK(probe_one({"http://127.0.0.1:1/", "--connect-to", "nowhere.invalid"}).message ==
          "dns: nowhere.invalid: Name or service not known");
  }

  TEST_CASE("without a port it holds for every port of the URL's host") {
    FakeServer second(answering(nothing));
    FakeServer first(answering(moved(fmt::format("http://shop.example:{}/", second.port()))));
    const std::string url = fmt::format("http://shop.example:{}/", first.port());
    CHECK(probe_one({url, "--connect-to", "127.0.0.1", "--follow", "1"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("a redirect to another host leaves it") {
    FakeServer second(answering(nothing));
    FakeServer first = FakeServer::in_turn(
        {answering(moved("http://shop.example/in")), answering(moved(fmt::format("http://{}/", second.endpoint())))});
    CHECK(probe_one({"http://shop.example/", "--connect-to", first.endpoint(), "--follow", "5"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("usage errors") {
    const std::string words = "http://shop.example/: --connect-to: write HOST, HOST:PORT or [IPV6]:PORT";
    for (const std::string endpoint : {"", "http://a", "a/b", "u:s3cret@a", "a?b", ":80"}) {
      CAPTURE(endpoint);
      CHECK(refused({"--connect-to", endpoint}) == words);
    }
    CHECK(refused({"--connect-to", "a:0"}) == "http://shop.example/: --connect-to: a port is a number from 1 to 65535");
    CHECK(refused({"--connect-to", "::1"}) ==
          "http://shop.example/: --connect-to: an IPv6 address stands in brackets; write [::1]:80");
  }
}

}  // namespace hale::testing
