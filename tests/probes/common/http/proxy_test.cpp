#include "probes/common/http/proxy.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "core/environment.hpp"
#include "tests/core/refusal.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using std::string_literals::operator""s;

const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

Conversation respond_with(const std::string& response) {
  return {expect_until("\r\n\r\n"), say(response), expect_close()};
}

Environment environment_with(const std::map<std::string, std::string>& variables) {
  Environment environment;
  environment.variable = [variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  return environment;
}

/// The whole result of probing `url` through a proxy with this `conversation`.
std::string probe_through(const Conversation& conversation, const std::string& url,
                          const std::string& scheme = "http://", const std::vector<std::string>& options = {}) {
  FakeServer proxy(conversation);
  std::vector<std::string> args{url, "--proxy", scheme + proxy.endpoint()};
  args.insert(args.end(), options.begin(), options.end());
  const std::string text = format_result(probe_one(args), proxy);
  CHECK(proxy.problem() == "");
  return text;
}

/// "proxy" or "direct": how `url` is requested when the variable `name` is set to a proxy.
std::string route_of(const std::string& url, const std::string& name, const std::string& no_proxy = "") {
  FakeServer proxy(respond_with(ok_response));
  const Result result = probe_one({url}, environment_with({{name, proxy.endpoint()}, {"NO_PROXY", no_proxy}}));
  return proxy.connections() == 1 ? "proxy" : "direct";
}

std::string connect_failure(const std::string& message) {
  return "http http://shop.example/ critical: connect: " + message +
         "\nfailed: connect\nphases: dns, connect,\nmetrics:\nfacts:\n";
}

std::string parse_error(const std::string& text) {
  return refusal([&] { parse_proxy(text); });
}

// SOCKS 5 (RFC 1928): greeting, chosen method, request, reply (sections 3, 4 and 6).
const std::string greeting = "\x05\x01\x00"s;
const std::string no_authentication = "\x05\x00"s;
const std::string connect_to_shop = "\x05\x01\x00\x03\x0cshop.example\x00\x50"s;
const std::string connect_reply = "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"s;

}  // namespace

TEST_SUITE("http: --proxy") {
  TEST_CASE("http: the proxy gets the whole URL and resolves its host") {
    FakeServer proxy(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    CHECK(format_result(probe_one({"http://shop.example/a?b=1", "--proxy", proxy.endpoint(), "--user", "app:s3cret"}),
                        proxy) ==
          "http http://shop.example/a?b=... ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=2B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT proxy=http://127.0.0.1:PORT\n");
    CHECK(proxy.problem() == "");
    CHECK(proxy.received() ==
          "GET http://shop.example/a?b=1 HTTP/1.1\r\nHost: shop.example\r\n"
          "Authorization: Basic YXBwOnMzY3JldA==\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n"
          "Proxy-Connection: Keep-Alive\r\n\r\n");
  }

  TEST_CASE("user and password of a proxy, which are not shown") {
    FakeServer proxy(
        respond_with("HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\np%40ss-word p@ss-word bWU6cEBzcy13b3Jk"));
    CHECK(format_result(probe_one({"http://shop.example/", "-e", "body~x", "--health", "off", "--proxy",
                                   fmt::format("http://me:p%40ss-word@{}", proxy.endpoint())}),
                        proxy) ==
          "http http://shop.example/ critical: 200, but body is *** *** ***, expected ~x\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=38B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT proxy=http://me@127.0.0.1:PORT body=*** *** ***\n");
    CHECK(proxy.problem() == "");
    CHECK(proxy.received() ==
          "GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n"
          "Proxy-Authorization: Basic bWU6cEBzcy13b3Jk\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n"
          "Proxy-Connection: Keep-Alive\r\n\r\n");
  }

  TEST_CASE("a proxy that requires a login") {
    const std::string answer =
        "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    CHECK(probe_through(respond_with(answer), "http://shop.example/") ==
          "http http://shop.example/ critical: transfer: the proxy http://127.0.0.1:PORT requires a valid login (407)\n"
          "failed: transfer\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics:\n"
          "facts:\n");
    CHECK(probe_through(
              {expect("CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\nUser-Agent: hale/0.1.0\r\n"
                      "Proxy-Connection: Keep-Alive\r\n\r\n"),
               say(answer), expect_close()},
              "https://shop.example/") ==
          "http https://shop.example/ critical: connect: the proxy http://127.0.0.1:PORT requires a valid login (407)\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a proxy that cannot reach the server") {
    const std::string answer = "HTTP/1.1 502 Bad Gateway\r\nX-A: proxy\r\nContent-Length: 0\r\n\r\n";
    CHECK(probe_through(respond_with(answer), "http://shop.example/") ==
          "http http://shop.example/ critical: the proxy http://127.0.0.1:PORT answered 502, expected 200-399\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=502 size=0B total dns connect first_byte transfer\n"
          "facts: status=502 version=1.1 address=127.0.0.1:PORT proxy=http://127.0.0.1:PORT\n");
    CHECK(probe_through(respond_with(answer), "https://shop.example/") ==
          "http https://shop.example/ critical: connect: the proxy http://127.0.0.1:PORT did not connect to the server "
          "(502)\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a proxy that sends an invalid answer, closes or never answers") {
    const FakeClock clock;
    CHECK(probe_through({expect_until("\r\n\r\n"), say("SSH-2.0\r\n\r\n"), stay_silent()}, "https://shop.example/",
                        "http://", {"-t", "20s"}) ==
          "http https://shop.example/ critical: connect: the proxy http://127.0.0.1:PORT did not answer with HTTP\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
    CHECK(probe_through({expect_until("\r\n\r\n"), say("HTTP/1.1 20"), hang_up()}, "https://shop.example/") ==
          "http https://shop.example/ critical: connect: the proxy http://127.0.0.1:PORT hung up\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
    CHECK(probe_through({expect_until("\r\n\r\n"), stay_silent()}, "https://shop.example/", "http://", {"-t", "20s"}) ==
          "http https://shop.example/ critical: connect: no answer within 20 s\n"
          "failed: connect\n"
          "phases: dns, connect,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("HTTP/2 without TLS uses a tunnel, whose headers are not the response's") {
    CHECK(
        probe_through({expect("CONNECT shop.example:80 HTTP/1.1\r\nHost: shop.example:80\r\nUser-Agent: hale/0.1.0\r\n"
                              "Proxy-Connection: Keep-Alive\r\n\r\n"),
                       say("HTTP/1.1 200 Connected\r\nX-A: proxy\r\n\r\n"), expect_until("SM\r\n\r\n"),
                       expect_until("\x03*/*"), say("\0\0\0\4\0\0\0\0\0"s + "\0\0\1\1\5\0\0\0\1\x88"s), stay_silent()},
                      "http://shop.example/", "http://", {"--http-version", "2", "-e", "header:x-a=proxy"}) ==
        "http http://shop.example/ critical: 200, but header:x-a is empty, expected proxy\n"
        "phases: dns, connect, first byte, transfer,\n"
        "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
        "facts: status=200 version=2 address=127.0.0.1:PORT proxy=http://127.0.0.1:PORT\n");
  }

  TEST_CASE("https: TLS with the proxy; its certificate is not recorded") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string issuers = folder.write("ca.pem", authority.certificate());
    FakeServer proxy(respond_with(ok_response), {.certificate = authority.issue({"127.0.0.1"})});
    const std::string endpoint = "https://" + proxy.endpoint();
    CHECK(format_result(probe_one({"http://shop.example/", "--proxy", endpoint, "--cacert", issuers}), proxy) ==
          "http http://shop.example/ ok: 200\n"
          "phases: dns, connect, tls, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect tls first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT proxy=https://127.0.0.1:PORT\n");
    CHECK(proxy.problem() == "");
  }

  TEST_CASE("https: an untrusted proxy, even with --insecure") {
    FakeServer proxy({}, {.certificate = self_signed({"127.0.0.1"}), .repeat = true});
    const std::string endpoint = "https://" + proxy.endpoint();
    for (const std::string url : {"http://shop.example/", "https://shop.example/"}) {
      CAPTURE(url);
      CHECK(without_port(probe_one({url, "--proxy", endpoint, "--insecure"}).message, proxy) ==
            "tls: the proxy https://127.0.0.1:PORT: certificate: self-signed");
    }
  }

  TEST_CASE("a proxy with an IPv6 address") {
    FakeServer proxy(respond_with(ok_response), {.host = "::1"});
    CHECK(probe_one({"http://shop.example/", "--proxy", "http://" + proxy.endpoint()}).message == "200");
    CHECK(proxy.problem() == "");
  }

  TEST_CASE("the proxy connects to the URL's host, not to --server-name") {
    FakeServer proxy({expect_until("\r\n\r\n"), say("HTTP/1.1 502 Bad Gateway\r\n\r\n"), hang_up()});
    probe_one({"https://shop.example/", "--server-name", "other.example", "--proxy", proxy.endpoint()});
    CHECK(proxy.problem() == "");
    CHECK(proxy.received().starts_with("CONNECT shop.example:443 HTTP/1.1\r\n"));
  }

  TEST_CASE("socks5h sends the server's name") {
    CHECK(probe_through({expect(greeting), say(no_authentication), expect(connect_to_shop), say(connect_reply),
                         expect_until("\r\n\r\n"), say(ok_response), expect_close()},
                        "http://shop.example/", "socks5h://") ==
          "http http://shop.example/ ok: 200\n"
          "phases: dns, connect, first byte, transfer,\n"
          "metrics: time status=200 size=0B total dns connect first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT proxy=socks5h://127.0.0.1:PORT\n");
  }

  TEST_CASE("socks5 sends the server's address") {
    CHECK(probe_through({expect(greeting), say(no_authentication), expect("\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"s),
                         say(connect_reply), expect_until("\r\n\r\n"), say(ok_response), expect_close()},
                        "http://127.0.0.1/", "socks5://")
              .starts_with("http http://127.0.0.1/ ok: 200\n"));
    CHECK(probe_one({"http://nowhere.invalid/", "--proxy", "socks5://127.0.0.1:1"}).message ==
          "dns: nowhere.invalid: Name or service not known");
  }

  TEST_CASE("a SOCKS proxy with a login (RFC 1929)") {
    FakeServer proxy({expect("\x05\x02\x00\x02"s), say("\x05\x02"s), expect("\x01\x02me\x06s3cret"), say("\x01\x00"s),
                      expect(connect_to_shop), say(connect_reply), expect_until("\r\n\r\n"), say(ok_response),
                      expect_close()});
    const Result result =
        probe_one({"http://shop.example/", "--proxy", fmt::format("socks5h://me:s3cret@{}", proxy.endpoint())});
    CHECK(result.message == "200");
    CHECK(proxy.problem() == "");
  }

  TEST_CASE("a SOCKS proxy that reports an error") {
    const std::string lead = "the proxy socks5h://127.0.0.1:PORT ";
    const auto reply_with = [&](char code) {
      return probe_through({expect(greeting), say(no_authentication), expect(connect_to_shop),
                            say("\x05"s + code + "\x00\x01\x00\x00\x00\x00\x00\x00"s), expect_close()},
                           "http://shop.example/", "socks5h://");
    };
    CHECK(reply_with(1) == connect_failure(lead + "reports: general failure"));
    CHECK(reply_with(2) == connect_failure(lead + "does not allow the connection"));
    CHECK(reply_with(3) == connect_failure(lead + "reports: Network is unreachable"));
    CHECK(reply_with(4) == connect_failure(lead + "reports: Host is unreachable"));
    CHECK(reply_with(5) == connect_failure(lead + "reports: Connection refused"));
    CHECK(reply_with(6) == connect_failure(lead + "reports: TTL expired"));
    CHECK(probe_through({expect(greeting), say("\x05\xff"s), expect_close()}, "http://shop.example/", "socks5h://") ==
          connect_failure(lead + "requires a login"));
    CHECK(probe_through({expect(greeting), say("HTTP/1.1 400 Bad\r\n\r\n"), expect_close()}, "http://shop.example/",
                        "socks5h://") ==
          connect_failure("the proxy socks5h://127.0.0.1:PORT: Received invalid version in initial SOCKS5 response."));
  }

  TEST_CASE("a proxy that refuses the connection or does not resolve") {
    const ClosedPort closed;
    const std::string proxy = fmt::format("127.0.0.1:{}", closed.port());
    CHECK(replaced(format_result(probe_one({"http://shop.example/", "--proxy", proxy})), proxy, "P") ==
          connect_failure("the proxy http://P: Connection refused"));
    CHECK(probe_one({"http://shop.example/", "--proxy", "http://nowhere.invalid"}).message ==
          "dns: the proxy nowhere.invalid: Name or service not known");
  }

  TEST_CASE("options that exclude --proxy") {
    CHECK(refusal_of({"http://a/", "--proxy", "http://p:1", "--unix-socket", "/s"}) ==
          "http://a/: --unix-socket and --proxy cannot be used together");
    CHECK(refusal_of({"http://a/", "--connect-to", "b", "--proxy", "http://p:1"}) ==
          "http://a/: --connect-to and --proxy cannot be used together");
    FakeServer server(respond_with(ok_response));
    CHECK(probe_one({"http://shop.example/", "--proxy", "none", "--connect-to", server.endpoint()}).message == "200");
  }

  TEST_CASE("invalid proxies") {
    CHECK(refusal_of({"http://a/", "--proxy", "ftp://u:s3cret@p"}) ==
          "http://a/: --proxy: ftp:// proxies are not supported; use http://, https://, socks5:// or socks5h://");
    CHECK(parse_error("") == "no host; use http://HOST:PORT");
    CHECK(parse_error("http://p/path") == "a proxy URL has no path; use http://HOST:PORT");
    CHECK(parse_error("p?s3cret") == "a proxy URL has no path; use http://HOST:PORT");
    CHECK(parse_error("p:0") == "a port is a number from 1 to 65535");
  }

  TEST_CASE("the forms of a proxy") {
    CHECK(parse_proxy("proxy").shown() == "http://proxy:1080");
    CHECK(parse_proxy("proxy:3128").shown() == "http://proxy:3128");
    CHECK(parse_proxy("HTTP://proxy:3128/").shown() == "http://proxy:3128");
    CHECK(parse_proxy("https://u:p@proxy").shown() == "https://u@proxy:443");
    CHECK(parse_proxy("socks5://[::1]").shown() == "socks5://[::1]:1080");
  }
}

TEST_SUITE("http: proxies of the environment") {
  TEST_CASE("the variables") {
    for (const std::string name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
      CAPTURE(name);
      CHECK(route_of("http://nowhere.invalid/", name) == "proxy");
    }
    for (const std::string name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      CAPTURE(name);
      CHECK(route_of("https://nowhere.invalid/", name) == "proxy");
    }
    for (const std::string name : {"HTTP_PROXY", "https_proxy", "HTTPS_PROXY"}) {
      CAPTURE(name);
      CHECK(route_of("http://nowhere.invalid/", name) == "direct");
    }
    CHECK(route_of("https://nowhere.invalid/", "http_proxy") == "direct");
  }

  TEST_CASE("loopback addresses and no_proxy bypass the proxy") {
    for (const std::string url : {"http://localhost:1/", "http://127.0.0.1:1/", "http://[::1]:1/", "http://127.1:1/"}) {
      CAPTURE(url);
      CHECK(route_of(url, "http_proxy") == "direct");
    }
    CHECK(route_of("http://nowhere.invalid/", "http_proxy", "other.example,.invalid") == "direct");
    CHECK(route_of("http://nowhere.invalid/", "http_proxy", "other.example") == "proxy");
  }

  TEST_CASE("--proxy ignores no_proxy, --proxy none ignores the environment") {
    FakeServer proxy(respond_with(ok_response));
    const Environment none = environment_with({{"no_proxy", "*"}});
    CHECK(probe_one({"http://localhost:1/", "--proxy", proxy.endpoint()}, none).message == "200");
    CHECK(proxy.problem() == "");
    CHECK(probe_one({"http://nowhere.invalid/", "--proxy", "none"}, environment_with({{"http_proxy", "127.0.0.1:1"}}))
              .message == "dns: nowhere.invalid: Name or service not known");
  }

  TEST_CASE("--connect-to and --unix-socket ignore the environment") {
    FakeServer server = FakeServer::in_turn({respond_with(ok_response)});
    const Environment environment = environment_with({{"http_proxy", "127.0.0.1:1"}});
    CHECK(probe_one({"http://shop.example/", "--connect-to", server.endpoint()}, environment).message == "200");
    CHECK(probe_one({"http://shop.example/", "--unix-socket", "/nowhere"}, environment).message ==
          "connect: No such file or directory");
  }

  TEST_CASE("a variable with an invalid proxy") {
    const Environment environment = environment_with({{"http_proxy", "socks4://u:s3cret@p"}});
    CHECK(refusal([&] { probe_one({"http://shop.example/"}, environment); }) ==
          "http://shop.example/: http_proxy: socks4:// proxies are not supported; use http://, https://, "
          "socks5:// or socks5h://");
    CHECK(probe_one({"http://127.0.0.1:1/"}, environment).message == "connect: Connection refused");
  }

  TEST_CASE("the proxy is chosen for each redirect") {
    FakeServer proxy(
        respond_with("HTTP/1.1 302 Found\r\nLocation: http://nowhere.invalid/\r\nContent-Length: 0\r\n\r\n"));
    const Result result =
        probe_one({"http://a.example/", "--follow", "1"},
                  environment_with({{"http_proxy", proxy.endpoint()}, {"no_proxy", "nowhere.invalid"}}));
    CHECK(result.message == "dns: nowhere.invalid: Name or service not known");
    CHECK(proxy.problem() == "");
  }

  TEST_CASE("http_proxy overrides all_proxy") {
    FakeServer proxy(respond_with(ok_response));
    const Environment environment = environment_with({{"http_proxy", proxy.endpoint()}, {"all_proxy", "127.0.0.1:1"}});
    CHECK(probe_one({"http://shop.example/"}, environment).message == "200");
    CHECK(proxy.problem() == "");
  }
}

TEST_SUITE("http: no_proxy") {
  TEST_CASE("names") {
    CHECK(is_exempt("shop.example", "shop.example"));
    CHECK(is_exempt("SHOP.example.", "Shop.Example"));
    CHECK(is_exempt("a.shop.example", "shop.example"));
    CHECK(is_exempt("a.shop.example", ".shop.example"));
    CHECK(is_exempt("shop.example", "a, shop.example"));
    CHECK(is_exempt("shop.example", "a shop.example"));
    CHECK_FALSE(is_exempt("myshop.example", "shop.example"));
    CHECK_FALSE(is_exempt("shop.example", "a.shop.example"));
    CHECK_FALSE(is_exempt("shop.example", ""));
    CHECK_FALSE(is_exempt("shop.example", ",,. ,"));
  }

  TEST_CASE("every host") {
    CHECK(is_exempt("shop.example", " * "));
    CHECK_FALSE(is_exempt("shop.example", "*.example"));
  }

  TEST_CASE("addresses and networks") {
    CHECK(is_exempt("10.1.2.3", "10.1.2.3"));
    CHECK(is_exempt("10.1.2.3", "10.0.0.0/8"));
    CHECK(is_exempt("10.1.2.3", "0.0.0.0/0"));
    CHECK(is_exempt("fe80::1", "fe80::/10"));
    CHECK(is_exempt("::1", "[::1]"));
    CHECK_FALSE(is_exempt("10.1.2.3", "10.1.2.4"));
    CHECK_FALSE(is_exempt("11.1.2.3", "10.0.0.0/8"));
    CHECK_FALSE(is_exempt("10.1.2.3", "10.0.0.0/33"));
    CHECK_FALSE(is_exempt("10.1.2.3", "10.0.0.0/8x"));
    CHECK_FALSE(is_exempt("10.1.2.3", "::/0"));
    CHECK_FALSE(is_exempt("10.1.2.3", "2.3"));
  }

  TEST_CASE("loopback") {
    for (const std::string host : {"localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.255.0.9", "127.1", "::1",
                                   "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"}) {
      CAPTURE(host);
      CHECK(is_loopback(host));
    }
    for (const std::string host : {"localhost.example", "128.0.0.1", "::2", "shop.example", ""}) {
      CAPTURE(host);
      CHECK_FALSE(is_loopback(host));
    }
  }
}

}  // namespace hale::testing
