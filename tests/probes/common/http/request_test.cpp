#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "core/environment.hpp"
#include "probes/common/http/request.hpp"
#include "tests/core/refusal.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/names.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using std::chrono_literals::operator""ms;

const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The request that the client sends, read up to and including `end`.
std::string request_of(const std::vector<std::string>& options, const std::string& end = "\r\n\r\n",
                       const std::string& path = "/", const std::string& login = "") {
  FakeServer server({expect_until(end), say(ok_response), expect_close()});
  std::vector<std::string> args{fmt::format("http://{}{}{}", login, server.endpoint(), path)};
  args.insert(args.end(), options.begin(), options.end());
  CHECK(probe_one(args).state == State::ok);
  CHECK(server.problem() == "");
  return without_port(server.received(), server);
}

/// The usage error for a target with `options`.
std::string usage_error(const std::vector<std::string>& options, const std::string& endpoint = "http://127.0.0.1:1/") {
  std::vector<std::string> args{endpoint};
  args.insert(args.end(), options.begin(), options.end());
  return refusal([&] { probe_one(args); });
}

std::string redirect_response(const std::string& status, const std::string& location) {
  return fmt::format("HTTP/1.1 {}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", status, location);
}

Conversation respond_with(const std::string& response) {
  return {expect_until("\r\n\r\n"), say(response), expect_close()};
}

}  // namespace

TEST_SUITE("http: the request") {
  TEST_CASE("GET") {
    CHECK(request_of({}) == "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("the path and query as typed, without the fragment") {
    CHECK(request_of({}, "\r\n\r\n", "/a%20b/?q=1&r=%2F#part") ==
          "GET /a%20b/?q=1&r=%2F HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a query without a path") {
    CHECK(request_of({}, "\r\n\r\n", "?deep=1") ==
          "GET /?deep=1 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("HEAD") {
    CHECK(request_of({"--method", "HEAD"}) ==
          "HEAD / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("HEAD has no body, whatever Content-Length says") {
    FakeServer server(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"));
    CHECK(format_result(probe_one({fmt::format("http://{}/", server.endpoint()), "--method", "HEAD"}), server) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("any other method") {
    CHECK(request_of({"--method", "PURGE"}) ==
          "PURGE / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("POST with --data") {
    CHECK(request_of({"--data", "a=1&b"}, "a=1&b") ==
          "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\nContent-Length: 5\r\n"
          "Content-Type: application/x-www-form-urlencoded\r\n\r\na=1&b");
  }

  TEST_CASE("an empty body is sent as a body") {
    CHECK(request_of({"--data", ""}) ==
          "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\nContent-Length: 0\r\n"
          "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
  }

  TEST_CASE("--method with --data") {
    CHECK(request_of({"--data", "{}", "--method", "PUT", "--header", "Content-Type: application/json"}, "{}") ==
          "PUT / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n"
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  }

  TEST_CASE("--data @FILE sends every byte of the file") {
    const TemporaryFolder folder;
    const std::string bytes("a\0b\r\nc\xff", 7);
    CHECK(request_of({"--data", "@" + folder.write("body", bytes)}, "\xff") ==
          "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\nContent-Length: 7\r\n"
          "Content-Type: application/x-www-form-urlencoded\r\n\r\n" +
              bytes);
  }

  TEST_CASE("a body over 1 MiB waits for 100 Continue") {
    const TemporaryFolder folder;
    const std::string body(3 << 20, 'x');
    FakeServer server({expect_until("Expect: 100-continue\r\n\r\n"), say("HTTP/1.1 100 Continue\r\n\r\n"), expect(body),
                       say(ok_response), expect_close()});
    const Result result =
        probe_one({fmt::format("http://{}/", server.endpoint()), "--data", "@" + folder.write("body", body)});
    CHECK(result.message == "200");
    CHECK(server.problem() == "");
  }

  TEST_CASE("headers, which replace the defaults, and one without a value") {
    CHECK(request_of({"--header", "X-One: 1", "--header", "accept:text/html", "--header", "Host: shop.example",
                      "--header", "X-Empty:"}) ==
          "GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: hale/0.1.0\r\nX-One: 1\r\naccept: text/html\r\n"
          "X-Empty:\r\n\r\n");
  }

  TEST_CASE("basic authentication by --user") {
    CHECK(request_of({"--user", "app:s3cret:x"}) ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Basic YXBwOnMzY3JldDp4\r\n"
          "User-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("basic authentication by the URL, percent-decoded") {
    CHECK(request_of({}, "\r\n\r\n", "/", "app:p%40ss@") ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Basic YXBwOnBAc3M=\r\n"
          "User-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("--user overrides the URL") {
    CHECK(request_of({"--user", "app"}, "\r\n\r\n", "/", "other:s3cret@") ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Basic YXBwOg==\r\n"
          "User-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("an IPv6 address") {
    FakeServer server(respond_with(ok_response), {.host = "::1"});
    CHECK(format_result(probe_one({fmt::format("http://{}/", server.endpoint())}), server) ==
          "http http://[::1]:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=[::1]:PORT\n");
    CHECK(without_port(server.received(), server) ==
          "GET / HTTP/1.1\r\nHost: [::1]:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("localhost in one address family, the server in the other") {
    FakeServer server({expect_close()});
    const ScriptedName localhost("localhost", {"::1"});
    CHECK(probe_one({fmt::format("http://localhost:{}/", server.port())}).message ==
          fmt::format("connect: Connection refused; localhost is ::1 here, but 127.0.0.1:{} answers", server.port()));
  }

  TEST_CASE("the addresses of a name are tried in turn") {
    FakeServer server(respond_with(ok_response));
    const Result result = probe_one({fmt::format("http://both.test:{}/", server.port()), "-e", "address~^127"});
    CHECK(result.message == fmt::format("200 (127.0.0.1:{0} answered, [::1]:{0}: no answer)", server.port()));
    CHECK(server.problem() == "");
  }

  TEST_CASE("-6 with an IPv4 address") {
    FakeServer server(respond_with(ok_response));
    CHECK(format_result(probe_one({fmt::format("http://{}/", server.endpoint()), "-6"}), server) ==
          "http http://127.0.0.1:PORT/ critical: dns: 127.0.0.1 has no IPv6 address\n"
          "failed: dns\n"
          "phases: dns,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a name that does not exist") {
    CHECK(format_result(probe_one({"http://nowhere.invalid/"})) ==
          "http http://nowhere.invalid/ critical: dns: nowhere.invalid: Name or service not known\n"
          "failed: dns\n"
          "phases: dns,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("libcurl does not read the process's environment") {
    const ClosedPort closed;
    const std::string proxy = fmt::format("http://127.0.0.1:{}", closed.port());
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) setenv(name, proxy.c_str(), 1);
    CHECK(request_of({}).starts_with("GET / HTTP/1.1\r\n"));
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) unsetenv(name);
  }
}

TEST_SUITE("http: usage errors") {
  TEST_CASE("a method") {
    CHECK(usage_error({"--method", "G ET"}) ==
          "http://127.0.0.1:1/: --method G ET: not an HTTP method; use GET, HEAD or POST");
    CHECK(usage_error({"--method", ""}) == "http://127.0.0.1:1/: --method : not an HTTP method; use GET, HEAD or POST");
  }

  TEST_CASE("an invalid header, which the error does not repeat") {
    CHECK(usage_error({"--header", "Authorization Bearer abcdef"}) ==
          "http://127.0.0.1:1/: --header: not a header; use 'NAME: VALUE'");
    CHECK(usage_error({"--header", "My Key: abcdef"}) ==
          "http://127.0.0.1:1/: --header: not a header; use 'NAME: VALUE'");
    CHECK(usage_error({"--header", ""}) == "http://127.0.0.1:1/: --header: not a header; use 'NAME: VALUE'");
    CHECK(usage_error({"--header", "X-A: 1\r\nX-B: 2"}) ==
          "http://127.0.0.1:1/: --header X-A: the value must be one line");
  }

  TEST_CASE("a file to send") {
    const TemporaryFolder folder;
    CHECK(usage_error({"--data", "@" + folder / "none"}) ==
          fmt::format("http://127.0.0.1:1/: --data @{}: No such file or directory", folder / "none"));
    CHECK(usage_error({"--data", "@" + folder.path().string()}) ==
          fmt::format("http://127.0.0.1:1/: --data @{}: Is a directory", folder.path().string()));
  }

  TEST_CASE("a file of issuers") {
    CHECK(usage_error({"--cacert", "/nowhere/ca.pem"}) ==
          "http://127.0.0.1:1/: --cacert /nowhere/ca.pem: No such file or directory");
  }

  TEST_CASE("a URL that libcurl rejects") {
    CHECK(usage_error({}, "http://a!b/") == "'http://a!b/': Bad hostname");
    CHECK(usage_error({}, "http:///path") ==
          "http:///path: no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(usage_error({}, "http://user:s3cret@/") ==
          "http:...: no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
  }
}

TEST_SUITE("http: redirects") {
  /// The whole result of `--follow` for a redirect from `first` to `second`, whose port is shown as OTHER.
  std::string follow_to(FakeServer & first, FakeServer & second, const std::vector<std::string>& options = {}) {
    std::vector<std::string> args{fmt::format("http://{}/", first.endpoint()), "--follow", "10"};
    args.insert(args.end(), options.begin(), options.end());
    const std::string text = replaced(format_result(probe_one(args), first), fmt::format("{}", second.port()), "OTHER");
    CHECK(first.problem() == "");
    CHECK(second.problem() == "");
    return text;
  }

  std::string verdict(FakeServer & server, const std::vector<std::string>& options = {}) {
    std::vector<std::string> args{fmt::format("http://{}/", server.endpoint()), "--follow", "10"};
    args.insert(args.end(), options.begin(), options.end());
    const Result result = probe_one(args);
    CHECK(server.problem() == "");
    return without_port(fmt::format("{}: {}", to_string(result.state), result.message), server);
  }

  TEST_CASE("to a path of the same server: sends password and headers") {
    FakeServer server =
        FakeServer::in_turn({respond_with(redirect_response("302 Found", "../new?x=1")), respond_with(ok_response)});
    CHECK(verdict(server, {"--user", "app:s3cret", "--header", "X-Key: k"}) == "ok: 200");
    CHECK(without_port(server.received(1), server) ==
          "GET /new?x=1 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Basic YXBwOnMzY3JldA==\r\n"
          "User-Agent: hale/0.1.0\r\nAccept: */*\r\nX-Key: k\r\n\r\n");
  }

  TEST_CASE("to another port: sends neither password nor headers") {
    FakeServer second(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    FakeServer first(respond_with(redirect_response("302 Found", fmt::format("http://{}/in", second.endpoint()))));
    CHECK(follow_to(first, second, {"--user", "app:s3cret", "--header", "Cookie: k=v"}) ==
          "http http://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, first byte, transfer, dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=2B total redirects=1 dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:OTHER url=http://127.0.0.1:OTHER/in\n");
    CHECK(without_port(second.received(), second) ==
          "GET /in HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("to another name of the same machine: sends neither password nor headers") {
    FakeServer second(respond_with(ok_response));
    FakeServer first(respond_with(redirect_response("302 Found", fmt::format("http://localhost:{}/", second.port()))));
    follow_to(first, second, {"--user", "app:s3cret", "--header", "X-Key: k", "-4"});
    CHECK(without_port(second.received(), second) ==
          "GET / HTTP/1.1\r\nHost: localhost:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a password in the redirect is not used") {
    FakeServer second(respond_with(ok_response));
    FakeServer first(
        respond_with(redirect_response("302 Found", fmt::format("http://eve:s3cret@{}/", second.endpoint()))));
    follow_to(first, second);
    CHECK(without_port(second.received(), second) ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("303 after POST sends GET") {
    FakeServer server =
        FakeServer::in_turn({{expect_until("a=1"), say(redirect_response("303 See Other", "/done")), expect_close()},
                             respond_with(ok_response)});
    CHECK(verdict(server, {"--data", "a=1"}) == "ok: 200");
    CHECK(without_port(server.received(1), server) ==
          "GET /done HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("302 after POST sends GET, after PUT sends PUT") {
    FakeServer server =
        FakeServer::in_turn({{expect_until("a=1"), say(redirect_response("302 Found", "/done")), expect_close()},
                             respond_with(ok_response)});
    CHECK(verdict(server, {"--data", "a=1", "--method", "POST"}) == "ok: 200");
    CHECK(server.received(1).starts_with("GET /done HTTP/1.1\r\n"));
    FakeServer put =
        FakeServer::in_turn({{expect_until("a=1"), say(redirect_response("302 Found", "/done")), expect_close()},
                             {expect_until("a=1"), say(ok_response), expect_close()}});
    CHECK(verdict(put, {"--data", "a=1", "--method", "PUT"}) == "ok: 200");
    CHECK(put.received(1).starts_with("PUT /done HTTP/1.1\r\n"));
  }

  TEST_CASE("307 and 308 after POST send POST") {
    FakeServer server =
        FakeServer::in_turn({{expect_until("a=1"), say(redirect_response("307 T", "/2")), expect_close()},
                             {expect_until("a=1"), say(redirect_response("308 P", "/3")), expect_close()},
                             {expect_until("a=1"), say(ok_response), expect_close()}});
    CHECK(verdict(server, {"--data", "a=1"}) == "ok: 200");
    CHECK(server.received(2).starts_with("POST /3 HTTP/1.1\r\n"));
  }

  TEST_CASE("303 after HEAD sends HEAD") {
    FakeServer server =
        FakeServer::in_turn({respond_with(redirect_response("303 See Other", "/done")), respond_with(ok_response)});
    CHECK(verdict(server, {"--method", "HEAD"}) == "ok: 200");
    CHECK(server.received(1).starts_with("HEAD /done HTTP/1.1\r\n"));
  }

  /// State, message, `redirects` and `url` for three redirects and `--follow limit`.
  std::string three_redirects(const std::string& limit, const std::vector<std::string>& options = {}) {
    const Conversation redirect = respond_with(redirect_response("302 Found", "/next?key=s3cret"));
    FakeServer server =
        FakeServer::in_turn({redirect, redirect, redirect, respond_with(ok_response)}, {.repeat = true});
    std::vector<std::string> args{fmt::format("http://{}/", server.endpoint()), "--follow", limit};
    args.insert(args.end(), options.begin(), options.end());
    const Result result = probe_one(args);
    std::string text = fmt::format("{}: {}", to_string(result.state), result.message);
    for (const JudgedMetric& judged : result.metrics) {
      if (judged.metric.name == "redirects") text += fmt::format("; redirects={}", judged.metric.quantity.value);
    }
    for (const Fact& fact : result.facts) {
      if (fact.name == "url") text += fmt::format("; url={}", fact.text);
    }
    return without_port(text, server);
  }

  TEST_CASE("up to the limit") {
    CHECK(three_redirects("3") == "ok: 200; redirects=3; url=http://127.0.0.1:PORT/next?key=...");
    CHECK(three_redirects("50:warning") == "ok: 200; redirects=3; url=http://127.0.0.1:PORT/next?key=...");
  }

  TEST_CASE("beyond the limit: critical, or the state after the colon") {
    const std::string message =
        "more than 2 redirects, the last one to http://127.0.0.1:PORT/next?key=...; redirects=2; "
        "url=http://127.0.0.1:PORT/next?key=...";
    CHECK(three_redirects("2") == "critical: " + message);
    CHECK(three_redirects("2:warning") == "warning: " + message);
    CHECK(three_redirects("2:unknown") == "unknown: " + message);
    CHECK(three_redirects("1") ==
          "critical: more than 1 redirect, the last one to http://127.0.0.1:PORT/next?key=...; redirects=1; "
          "url=http://127.0.0.1:PORT/next?key=...");
    CHECK(three_redirects("2:ok") ==
          "ok: 302 to http://127.0.0.1:PORT/next?key=...; redirects=2; url=http://127.0.0.1:PORT/next?key=...");
  }

  TEST_CASE("a limit of 0") {
    CHECK(three_redirects("0") ==
          "ok: 302 to http://127.0.0.1:PORT/next?key=...; redirects=0; url=http://127.0.0.1:PORT/");
    CHECK(three_redirects("0:warning") ==
          "warning: redirected to http://127.0.0.1:PORT/next?key=...; redirects=0; url=http://127.0.0.1:PORT/");
  }

  TEST_CASE("a range for the number of redirects") {
    CHECK(three_redirects("5", {"-w", "redirects=2"}) ==
          "warning: 200, but redirects 3 is over 2; redirects=3; url=http://127.0.0.1:PORT/next?key=...");
  }

  TEST_CASE("a condition on the last URL") {
    CHECK(three_redirects("5", {"-e", "url~/login"}) ==
          "critical: 200, but url is http://127.0.0.1:PORT/next?key=..., expected ~/login; redirects=3; "
          "url=http://127.0.0.1:PORT/next?key=...");
  }

  TEST_CASE("invalid limits") {
    for (const std::string limit : {"", "51", "-1", "2.5", "x", ":warning", "ten:ok"}) {
      CAPTURE(limit);
      CHECK(usage_error({"--follow", limit}) ==
            fmt::format("http://127.0.0.1:1/: --follow {}: not a limit from 0 to 50; use 5 or 5:warning", limit));
    }
    CHECK(usage_error({"--follow", "5:bad"}) ==
          "http://127.0.0.1:1/: --follow 5:bad: the state after the colon must be ok, warning, critical or unknown");
    CHECK(usage_error({"--follow", "5:"}) ==
          "http://127.0.0.1:1/: --follow 5:: the state after the colon must be ok, warning, critical or unknown");
  }

  TEST_CASE("to another scheme") {
    for (const std::string endpoint : {"ftp://h/x", "file:///etc/passwd", "gopher://h/", "redis://h/"}) {
      FakeServer server(respond_with(redirect_response("302 Found", endpoint)));
      CHECK(verdict(server) ==
            fmt::format("critical: transfer: redirected to {}, which is neither http nor https", endpoint));
    }
  }

  TEST_CASE("to an invalid URL") {
    for (const std::string endpoint : {"http://h:99999/", "http://a b/", "http://", "http://[::1/", "http://a!b/",
                                       "http://%00/", "http://u:s3cret@h:0/"}) {
      FakeServer server(respond_with(redirect_response("302 Found", endpoint)));
      CHECK(verdict(server) == "critical: transfer: redirected to an invalid URL");
    }
  }

  TEST_CASE("to a name that does not exist") {
    FakeServer server(respond_with(redirect_response("302 Found", "http://nowhere.invalid/")));
    CHECK(verdict(server) == "critical: dns: nowhere.invalid: Name or service not known");
  }

  TEST_CASE("not followed: shows neither password nor query values") {
    FakeServer server(
        respond_with(redirect_response("302 Found", "http://eve:s3cret@h.example/login?token=s3cret&next")));
    const Result result = probe_one({fmt::format("http://{}/", server.endpoint())});
    CHECK(result.message == "302 to http://eve@h.example/login?token=...&next");
    CHECK(server.problem() == "");
  }

  TEST_CASE("not followed, to an invalid URL") {
    FakeServer server(respond_with(redirect_response("302 Found", "http://eve:s3cret@h:0/")));
    CHECK(probe_one({fmt::format("http://{}/", server.endpoint())}).message == "302 to an invalid URL");
    CHECK(server.problem() == "");
  }

  TEST_CASE("the deadline includes the redirects") {
    const FakeClock clock;
    FakeServer slow({expect_until("\r\n\r\n"), stay_silent()});
    FakeServer first(respond_with(redirect_response("302 Found", fmt::format("http://{}/", slow.endpoint()))));
    CHECK(verdict(first, {"-t", "20s"}) == "critical: first byte: no answer within 20 s");
  }
}

TEST_SUITE("http: secrets") {
  TEST_CASE("secrets that the server echoes are redacted") {
    const std::string echo = "s3cret-p@ss Basic YXBwOnMzY3JldC1wQHNz s3cret-p%40ss t0ken-value k=v1-cookie";
    FakeServer server(respond_with(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", echo.size(), echo)));
    CHECK(format_result(probe_one({fmt::format("http://app:s3cret-p%40ss@{}/", server.endpoint()), "--header",
                                   "X-Token: Bearer t0ken-value", "--header", "Cookie: k=v1-cookie", "-e", "body=x"}),
                        server) ==
          "http http://app@127.0.0.1:PORT/ critical: 200, but body is *** Basic *** *** ***…, expected x\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=76B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT body=*** Basic *** *** *** ***\n");
    CHECK(server.problem() == "");
  }
}

}  // namespace hale::testing
