#include <doctest/doctest.h>

#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

Conversation respond_with(const std::string& response) {
  return {expect_until("\r\n\r\n"), say(response), expect_close()};
}

std::string usage_error(const std::vector<std::string>& options) {
  std::vector<std::string> args{"http://shop.example/"};
  args.insert(args.end(), options.begin(), options.end());
  return refusal_of(args);
}

std::string redirect_to(const std::string& location) {
  return fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", location);
}

}  // namespace

TEST_SUITE("http: --unix-socket") {
  TEST_CASE("connects without a name lookup") {
    const TemporaryFolder folder;
    FakeServer server(respond_with(ok_response), {.unix_path = folder / "s"});
    CHECK(replaced(format_result(probe_one({"http://nowhere.invalid:81/health", "--unix-socket", folder / "s"})),
                   folder.path().string(), "FOLDER") ==
          "http http://nowhere.invalid:81/health ok: 200\n"
          "phases: connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=FOLDER/s\n");
    CHECK(server.problem() == "");
    CHECK(server.received() ==
          "GET /health HTTP/1.1\r\nHost: nowhere.invalid:81\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a socket that does not exist") {
    const TemporaryFolder folder;
    CHECK(format_result(probe_one({"http://localhost/", "--unix-socket", folder / "none"})) ==
          "http http://localhost/ critical: connect: No such file or directory\n"
          "failed: connect\n"
          "phases: connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a redirect to another endpoint does not use it") {
    const TemporaryFolder folder;
    FakeServer second(respond_with(ok_response));
    FakeServer first = FakeServer::in_turn(
        {respond_with(redirect_to("/in")), respond_with(redirect_to(fmt::format("http://{}/", second.endpoint())))},
        {.unix_path = folder / "s"});
    CHECK(probe_one({"http://localhost/", "--unix-socket", folder / "s", "--follow", "5"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("usage errors") {
    CHECK(usage_error({"--unix-socket", "app.sock"}) ==
          "http://shop.example/: --unix-socket: a unix socket needs an absolute path; use /run/app.sock");
    CHECK(usage_error({"--unix-socket", ""}) ==
          "http://shop.example/: --unix-socket: a unix socket needs an absolute path; use /run/app.sock");
    CHECK(usage_error({"--unix-socket", "/" + std::string(107, 'x')}) ==
          "http://shop.example/: --unix-socket: the path is longer than 107 bytes");
    CHECK(usage_error({"--unix-socket", "/a", "--connect-to", "b"}) ==
          "http://shop.example/: --unix-socket and --connect-to cannot be used together");
  }

  TEST_CASE("a path of 107 bytes is accepted") {
    const std::string path = "/" + std::string(106, 'x');
    CHECK(probe_one({"http://localhost/", "--unix-socket", path}).message == "connect: No such file or directory");
  }
}

TEST_SUITE("http: --connect-to") {
  TEST_CASE("another host and port; the request is for the URL") {
    FakeServer server(respond_with(ok_response));
    CHECK(format_result(probe_one({"http://nowhere.invalid/health", "--connect-to", server.endpoint()}), server) ==
          "http http://nowhere.invalid/health ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT\n");
    CHECK(server.problem() == "");
    CHECK(server.received() ==
          "GET /health HTTP/1.1\r\nHost: nowhere.invalid\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a host name without a port uses the URL's port") {
    FakeServer server(respond_with(ok_response));
    const std::string url = fmt::format("http://nowhere.invalid:{}/", server.port());
    CHECK(probe_one({url, "--connect-to", "localhost", "-4"}).message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("an IPv6 address") {
    FakeServer server(respond_with(ok_response), {.host = "::1"});
    const Result result =
        probe_one({"http://nowhere.invalid/", "--connect-to", server.endpoint(), "-e", "address~^.::1"});
    CHECK(result.message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("the certificate is checked for the URL's host") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(respond_with(ok_response), {.certificate = authority.issue({"shop.example"})});
    const Result result = probe_one({"https://shop.example/", "--connect-to", server.endpoint(), "--cacert",
                                     folder.write("ca.pem", authority.certificate())});
    CHECK(result.message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("a name that does not exist") {
    CHECK(probe_one({"http://127.0.0.1:1/", "--connect-to", "nowhere.invalid"}).message ==
          "dns: nowhere.invalid: Name or service not known");
  }

  TEST_CASE("without a port it applies to every port of the URL's host") {
    FakeServer second(respond_with(ok_response));
    FakeServer first(respond_with(redirect_to(fmt::format("http://shop.example:{}/", second.port()))));
    const std::string url = fmt::format("http://shop.example:{}/", first.port());
    CHECK(probe_one({url, "--connect-to", "127.0.0.1", "--follow", "1"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("a redirect to another host does not use it") {
    FakeServer second(respond_with(ok_response));
    FakeServer first = FakeServer::in_turn({respond_with(redirect_to("http://shop.example/in")),
                                            respond_with(redirect_to(fmt::format("http://{}/", second.endpoint())))});
    CHECK(probe_one({"http://shop.example/", "--connect-to", first.endpoint(), "--follow", "5"}).message == "200");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
  }

  TEST_CASE("usage errors") {
    const std::string message = "http://shop.example/: --connect-to: use HOST, HOST:PORT or [IPV6]:PORT";
    for (const std::string endpoint : {"", "http://a", "a/b", "u:s3cret@a", "a?b", ":80"}) {
      CAPTURE(endpoint);
      CHECK(usage_error({"--connect-to", endpoint}) == message);
    }
    CHECK(usage_error({"--connect-to", "a:0"}) ==
          "http://shop.example/: --connect-to: a port is a number from 1 to 65535");
    CHECK(usage_error({"--connect-to", "::1"}) ==
          "http://shop.example/: --connect-to: an IPv6 address must be in brackets; use [::1]:80");
  }
}

}  // namespace hale::testing
