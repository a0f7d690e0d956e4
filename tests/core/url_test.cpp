#include "core/url.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/encoding.hpp"
#include "tests/core/refusal.hpp"

using namespace hale;

namespace {

/// scheme|user|password|host|port|path|query, "-" for a missing part.
std::string parts(std::string_view text, std::string_view scheme = "http") {
  const Url url = parse_url(text, scheme);
  return fmt::format("{}|{}|{}|{}|{}|{}|{}", url.scheme, url.user.value_or("-"),
                     url.password ? url.password->reveal() : "-", url.host, url.port ? fmt::to_string(*url.port) : "-",
                     url.path, url.query);
}

std::string refused(std::string_view text) {
  return refusal([&] { parse_url(text, "http"); });
}

constexpr std::string_view bad_port =
    "a port is a number from 1 to 65535; in a password, use %2F for /, %3F for ? and %23 for #";

}  // namespace

TEST_SUITE("url") {
  TEST_CASE("the scheme of a text, in lower case") {
    CHECK(url_scheme("http://host/") == "http");
    CHECK(url_scheme("HTTPS://host") == "https");
    CHECK(url_scheme("exec:check_disk -w 10%") == "exec");
    CHECK(url_scheme("exec:/usr/bin/true") == "exec");
    CHECK(url_scheme("postgresql+x.y-z://") == "postgresql+x.y-z");
  }

  TEST_CASE("a host with a port has no scheme") {
    CHECK(url_scheme("localhost:8080") == "");
    CHECK(url_scheme("localhost:8080/health") == "");
    CHECK(url_scheme("localhost:8080?x=1") == "");
    CHECK(url_scheme("localhost:8080#x") == "");
    CHECK(url_scheme("127.0.0.1:80") == "");
  }

  TEST_CASE("hosts, paths and IPv6 addresses have no scheme") {
    CHECK(url_scheme("") == "");
    CHECK(url_scheme("localhost") == "");
    CHECK(url_scheme(":80") == "");
    CHECK(url_scheme("[::1]:80") == "");
    CHECK(url_scheme("::1") == "");
    CHECK(url_scheme("fe80::1") == "");
    CHECK(url_scheme("/run/a:b") == "");
    CHECK(url_scheme("host/path?u=http://x") == "");
    CHECK(url_scheme("1http://x") == "");
  }

  TEST_CASE("the parts of an address") {
    CHECK(parts("https://user:secret@host:8443/a/b?c=d&e#f") == "https|user|secret|host|8443|/a/b|c=d&e");
    CHECK(parts("http://host") == "http|-|-|host|-||");
    CHECK(parts("http://host/") == "http|-|-|host|-|/|");
    CHECK(parts("http://host?x") == "http|-|-|host|-||x");
    CHECK(parts("http://host#x/y@z") == "http|-|-|host|-||");
  }

  TEST_CASE("an address without a scheme gets the default one") {
    CHECK(parts("localhost:8080/health", "http") == "http|-|-|localhost|8080|/health|");
    CHECK(parts("cache", "redis") == "redis|-|-|cache|-||");
    CHECK(parts("user:secret@host/x", "redis") == "redis|user|secret|host|-|/x|");
    CHECK(parts("host/p?u=ftp://x:1/", "http") == "http|-|-|host|-|/p|u=ftp://x:1/");
    CHECK(parts("HTTPS://Host", "http") == "https|-|-|Host|-||");
  }

  TEST_CASE("user and password are decoded, and either may be empty") {
    CHECK(parts("http://a%40b:p%2Fw%3a@host") == "http|a@b|p/w:|host|-||");
    CHECK(parts("http://:secret@host") == "http||secret|host|-||");
    CHECK(parts("http://user:@host") == "http|user||host|-||");
    CHECK(parts("http://user@host") == "http|user|-|host|-||");
    CHECK(parts("http://user:a@b@host") == "http|user|a@b|host|-||");
    CHECK(parts("http://user:a:b@host") == "http|user|a:b|host|-||");
  }

  TEST_CASE("IPv6 addresses are in brackets") {
    CHECK(parts("http://[::1]/") == "http|-|-|::1|-|/|");
    CHECK(parts("[::1]:80") == "http|-|-|::1|80||");
    CHECK(parts("http://u:p@[fe80::1%25eth0]:80/") == "http|u|p|fe80::1%eth0|80|/|");
  }

  TEST_CASE("the host may be empty") {
    CHECK(parts("redis:///run/redis.sock?db=2") == "redis|-|-||-|/run/redis.sock|db=2");
    CHECK(parts("") == "http|-|-||-||");
    CHECK(parts("http://") == "http|-|-||-||");
    CHECK(parts(":80") == "http|-|-||80||");
  }

  TEST_CASE("ports go from 1 to 65535") {
    CHECK(parts("host:1") == "http|-|-|host|1||");
    CHECK(parts("host:65535") == "http|-|-|host|65535||");
    for (const std::string_view text : {"host:0", "host:65536", "host:70000", "[::1]:0", "host:99999999999999999999"}) {
      CHECK(refused(text) == "a port is a number from 1 to 65535");
    }
    for (const std::string_view text : {"host:-1", "host:+80", "host:80a", "host:http"})
      CHECK(refused(text) == bad_port);
  }

  TEST_CASE("broken addresses are refused") {
    CHECK(refused("http://host:/") == "missing port after the colon");
    CHECK(refused("http://[::1]:/") == "missing port after the colon");
    CHECK(refused("http:host") == std::string(bad_port));
    CHECK(refused("http:/host") == "missing port after the colon");
    CHECK(refused("://host") == "missing port after the colon");
    CHECK(refused("http://::1/") == "an IPv6 address must be in brackets; use [::1]:80");
    CHECK(refused("http://[::1/") == "missing ] after the IPv6 address; use [::1]:80");
    CHECK(refused("http://[::1]80/") == "expected :PORT after the IPv6 address; use [::1]:80");
    CHECK(refused("http://[host]/") == "brackets are for an IPv6 address; use [::1]:80");
  }

  TEST_CASE("blanks and control characters are refused, encoded ones in a host too") {
    const std::string error = "an address must not contain blanks or control characters; use %20 for a blank";
    for (const std::string_view text :
         {"http://host/a b", "http://host/\n", "http://ho\tst/", "http://host/\x7f", "\x1b", " host"}) {
      CHECK(refused(text) == error);
    }
    CHECK(refused(std::string_view("http://host/\0x", 14)) == error);
    CHECK(refused("http://a%0d%0ab/") == error);
    CHECK(refused("http://a%20b/") == error);
  }

  TEST_CASE("no error shows the password") {
    for (const std::string_view text :
         {"http://user:canary/x@host/", "http://user:canary?x@host/", "http://user:canary#x@host/",
          "http://user:can:ary/x@host", "http://user:canary%zz@host/", "http://user:canary@host:99999/",
          "http://user:canary@host:x/", "http://user:canary@::1/", "http://user:canary@[::1/",
          "http://user:canary@[x]/", "http://user:canary@[::1]x/", "http://user:canary b@host/",
          "http://user:x@canary/y@host/", "http://user:x@canary?y@host/", "http://user:x@canary#y@host/",
          "http://user:[canary/]@host/"}) {
      const std::string error = refused(text);
      CAPTURE(text);
      CHECK(error != "accepted");
      CHECK(error.find("can") == std::string::npos);
    }
  }

  TEST_CASE("an @ that may belong to a password is refused") {
    CHECK(refused("http://user:p@ss/word@host/") ==
          "use %40 for an @ after the host; in a password, use %2F for /, %3F for ? and %23 for #");
    CHECK(parts("http://host/@user") == "http|-|-|host|-|/@user|");
    CHECK(parts("http://user@host/@user") == "http|user|-|host|-|/@user|");
  }

  TEST_CASE("an address is shown without password and query values") {
    CHECK(parse_url("postgres://app:canary@db/app?sslmode=require&password=canary&flag", "postgres").shown() ==
          "postgres://app@db/app?sslmode=...&password=...&flag");
    CHECK(parse_url("redis://:canary@cache/0", "redis").shown() == "redis://cache/0");
    CHECK(parse_url("http://host/a?", "http").shown() == "http://host/a");
    CHECK(parse_url("http://host/a#canary", "http").shown() == "http://host/a");
  }

  TEST_CASE("the port is shown when it is given or has a default") {
    CHECK(parse_url("http://host", "http").shown() == "http://host");
    CHECK(parse_url("http://host", "http").shown(80) == "http://host:80");
    CHECK(parse_url("http://host:81", "http").shown(80) == "http://host:81");
    CHECK(parse_url("[::1]", "http").shown() == "http://[::1]");
    CHECK(parse_url("[::1]", "http").shown(80) == "http://[::1]:80");
    CHECK(parse_url("redis:///run/r.sock", "redis").shown(6379) == "redis:///run/r.sock");
  }

  TEST_CASE("a parameter of the query is decoded") {
    const Url url = parse_url("http://host/?a=1&b=x%20y%26&c&d=&a=2&ab=3", "http");
    CHECK(url.parameter("a") == "1");
    CHECK(url.parameter("b") == "x y&");
    CHECK(url.parameter("c") == "");
    CHECK(url.parameter("d") == "");
    CHECK(url.parameter("e") == std::nullopt);
    CHECK(parse_url("http://host", "http").parameter("a") == std::nullopt);
  }

  TEST_CASE("percent signs begin two hexadecimal digits") {
    CHECK(percent_decode("a%20b%C3%a4+") == "a b\u00e4+");
    CHECK(percent_decode("%25") == "%");
    CHECK(percent_decode("") == "");
    for (const std::string_view text : {"%", "%4", "%zz", "%4g", "a%", "%-1", "%+1", "% 1", "%0x", "%00"}) {
      CHECK(refusal([&] { percent_decode(text); }) ==
            "a % in an address must be followed by two hexadecimal digits other than 00; use %25 for a literal %");
    }
  }

  TEST_CASE("a port alone is shown in its error") {
    CHECK(parse_port("1") == 1);
    CHECK(parse_port("65535") == 65535);
    for (const std::string text : {"", "0", "65536", "-1", "+1", " 1", "1 ", "80a", "http"}) {
      CHECK(refusal([&] { parse_port(text); }) == text + ": a port is a number from 1 to 65535");
    }
    CHECK(refusal([] { parse_port("\x1b"); }) == "\\x1b: a port is a number from 1 to 65535");
  }

  TEST_CASE("what is escaped reads back") {
    CHECK(percent_encode("aZ0-._~") == "aZ0-._~");
    CHECK(percent_encode("a b/@:%\xff") == "a%20b%2F%40%3A%25%FF");
    CHECK(percent_decode(percent_encode("s3cret?#&=+\n")) == "s3cret?#&=+\n");
  }

  TEST_CASE("a host and its port") {
    CHECK(host_and_port("host", 80) == "host:80");
    CHECK(host_and_port("::1", 80) == "[::1]:80");
  }
}
