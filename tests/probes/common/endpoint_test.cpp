#include "probes/common/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "probes/registry.hpp"
#include "tests/core/refusal.hpp"

namespace hale {
namespace {

Target target_of(std::string_view kind, const std::string& endpoint) {
  Target target;
  for (const Kind* known : kinds()) {
    if (known->name == kind) target.kind = known;
  }
  target.typed_address = endpoint;
  return target;
}

std::string refused(std::string_view kind, const std::string& endpoint) {
  Target target = target_of(kind, endpoint);
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
    Target target = target_of("http", "HTTPS://Example.org:8443/a?b#c");
    const Url url = read_target_url(target);
    CHECK(url.scheme == "https");
    CHECK(url.host == "Example.org");
    CHECK(url.port == 8443);
    CHECK(url.path == "/a");
    CHECK(url.query == "b");
    CHECK(secrets(target) == Texts{});
  }

  TEST_CASE("without a scheme it is the kind's first one") {
    Target target = target_of("http", "localhost:8080/health");
    const Url url = read_target_url(target);
    CHECK(url.shown() == "http://localhost:8080/health");
  }

  TEST_CASE("a password is kept as it is and as it stands in a URL") {
    Target target = target_of("http", "http://app:p%40ss@h/");
    CHECK(read_target_url(target).shown() == "http://app@h/");
    CHECK(secrets(target) == Texts{"p@ss", "p%40ss"});
  }

  TEST_CASE("a secret without anything to escape is kept once") {
    Target target = target_of("http", "");
    add_secret(target, "aZ09-._~");
    add_secret(target, "a/b c\xff");
    CHECK(secrets(target) == Texts{"aZ09-._~", "a/b c\xff", "a%2Fb%20c%FF"});
  }

  TEST_CASE("a scheme of another kind") {
    CHECK(refused("http", "redis://cache") ==
          "http targets do not accept the scheme redis://; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("tcp", "http://u:s3cret@h") == "tcp targets do not accept the scheme http://; use [tcp://]HOST:PORT");
  }

  TEST_CASE("no host") {
    CHECK(refused("http", "http://:8080/") == "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("http", "") == "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("http", "http://u:s3cret@/?token=s3cret") ==
          "no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
  }

  TEST_CASE("no port where there must be one") {
    CHECK(refused("tcp", "tcp://db") == "no port; use [tcp://]HOST:PORT");
  }

  TEST_CASE("ports that are none") {
    for (const std::string port : {"0", "65536", "70000", "99999999999999999999"}) {
      CAPTURE(port);
      CHECK(refused("http", "http://h:" + port + "/") == "a port is a number from 1 to 65535");
    }
    for (const std::string port : {"-1", "8o80", "+80", "0x50"}) {
      CAPTURE(port);
      CHECK(refused("http", "http://h:" + port + "/") ==
            "a port is a number from 1 to 65535; in a password, / is written %2F, ? %3F and # %23");
    }
    CHECK(refused("http", "http://h:/") == "the port is missing behind the colon");
  }

  TEST_CASE("blanks and control characters") {
    CHECK(refused("http", "http://a b/") == "an address holds no blanks or control characters; write %20 for a blank");
    CHECK(refused("http", "http://h/\n") == "an address holds no blanks or control characters; write %20 for a blank");
  }
}

}  // namespace hale
