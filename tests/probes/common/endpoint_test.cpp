#include "probes/common/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "probes/registry.hpp"
#include "tests/core/refusal.hpp"

namespace hale {
namespace {

Target make_target(std::string_view kind, const std::string& endpoint) {
  Target target;
  for (const Kind* row : kinds()) {
    if (row->name == kind) target.kind = row;
  }
  target.typed_address = endpoint;
  return target;
}

std::string error_for(std::string_view kind, const std::string& endpoint) {
  Target target = make_target(kind, endpoint);
  return refusal([&] { read_target_url(target); });
}

std::vector<std::string> secrets(const Target& target) {
  std::vector<std::string> all;
  for (const Secret& secret : target.secrets) all.push_back(secret.reveal());
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("endpoint") {
  TEST_CASE("a URL of one of the kind's schemes") {
    Target target = make_target("http", "HTTPS://Example.org:8443/a?b#c");
    const Url url = read_target_url(target);
    CHECK(url.scheme == "https");
    CHECK(url.host == "Example.org");
    CHECK(url.port == 8443);
    CHECK(url.path == "/a");
    CHECK(url.query == "b");
    CHECK(secrets(target) == Texts{});
  }

  TEST_CASE("without a scheme it is the kind's first one") {
    Target target = make_target("http", "localhost:8080/health");
    const Url url = read_target_url(target);
    CHECK(url.shown() == "http://localhost:8080/health");
  }

  TEST_CASE("a password is a secret as it is and percent-encoded") {
    Target target = make_target("http", "http://app:p%40ss@h/");
    CHECK(read_target_url(target).shown() == "http://app@h/");
    CHECK(secrets(target) == Texts{"p@ss", "p%40ss"});
  }

  TEST_CASE("a secret without anything to escape is kept once") {
    Target target = make_target("http", "");
    add_secret(target, "aZ09-._~");
    add_secret(target, "a/b c\xff");
    CHECK(secrets(target) == Texts{"aZ09-._~", "a/b c\xff", "a%2Fb%20c%FF"});
  }

  TEST_CASE("a scheme of another kind") {
    CHECK(error_for("http", "redis://cache") ==
          "http targets do not accept the scheme redis://; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(error_for("tcp", "http://u:s3cret@h") ==
          "tcp targets do not accept the scheme http://; use [tcp://]HOST:PORT");
  }

  TEST_CASE("no host") {
    CHECK(error_for("http", "http://:8080/") == "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(error_for("http", "") == "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(error_for("http", "http://u:s3cret@/?token=s3cret") ==
          "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
  }

  TEST_CASE("no port where there must be one") {
    CHECK(error_for("tcp", "tcp://db") == "no port; use [tcp://]HOST:PORT");
  }

  TEST_CASE("ports that are none") {
    for (const std::string port : {"0", "65536", "70000", "99999999999999999999"}) {
      CAPTURE(port);
      CHECK(error_for("http", "http://h:" + port + "/") == "a port is a number from 1 to 65535");
    }
    for (const std::string port : {"-1", "8o80", "+80", "0x50"}) {
      CAPTURE(port);
      CHECK(error_for("http", "http://h:" + port + "/") ==
            "a port is a number from 1 to 65535; in a password, use %2F for /, %3F for ? and %23 for #");
    }
    CHECK(error_for("http", "http://h:/") == "missing port after the colon");
  }

  TEST_CASE("blanks and control characters") {
    CHECK(error_for("http", "http://a b/") ==
          "an address must not contain blanks or control characters; use %20 for a blank");
    CHECK(error_for("http", "http://h/\n") ==
          "an address must not contain blanks or control characters; use %20 for a blank");
  }
}

}  // namespace hale
