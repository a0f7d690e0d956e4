#include "probes/common/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "probes/registry.hpp"
#include "tests/core/refusal.hpp"

namespace hale {
namespace {

Target target_of(std::string_view kind, const std::string& place) {
  Target target;
  for (const Kind* known : kinds()) {
    if (known->name == kind) target.kind = known;
  }
  target.place = place;
  return target;
}

std::string refused(std::string_view kind, const std::string& place, std::uint16_t default_port = 0) {
  Target target = target_of(kind, place);
  return refusal([&] { read_place(target, default_port); });
}

std::vector<std::string> secrets(const Target& target) {
  std::vector<std::string> all;
  for (const Secret& secret : target.secrets) all.push_back(secret.reveal());
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("place") {
  TEST_CASE("a URL of one of the kind's schemes") {
    Target target = target_of("http", "HTTPS://Example.org:8443/a?b#c");
    const Url url = read_place(target, 80);
    CHECK(url.scheme == "https");
    CHECK(url.host == "Example.org");
    CHECK(url.port == 8443);
    CHECK(url.path == "/a");
    CHECK(url.query == "b");
    CHECK(secrets(target) == Texts{});
  }

  TEST_CASE("without a scheme it is the kind's first one") {
    Target target = target_of("http", "localhost:8080/health");
    const Url url = read_place(target, 80);
    CHECK(url.shown() == "http://localhost:8080/health");
  }

  TEST_CASE("a password is kept as it is and as it stands in a URL") {
    Target target = target_of("http", "http://app:p%40ss@h/");
    CHECK(read_place(target, 80).shown() == "http://app@h/");
    CHECK(secrets(target) == Texts{"p@ss", "p%40ss"});
  }

  TEST_CASE("a secret without anything to escape is kept once") {
    Target target = target_of("http", "");
    keep_secret(target, "aZ09-._~");
    keep_secret(target, "a/b c\xff");
    CHECK(secrets(target) == Texts{"aZ09-._~", "a/b c\xff", "a%2Fb%20c%FF"});
  }

  TEST_CASE("a scheme of another kind") {
    CHECK(refused("http", "redis://cache") ==
          "redis:// is no scheme of http targets; write [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("tcp", "http://u:s3cret@h") == "http:// is no scheme of tcp targets; write [tcp://]HOST:PORT");
  }

  TEST_CASE("no host") {
    CHECK(refused("http", "http://:8080/", 80) == "no host; write [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("http", "", 80) == "no host; write [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused("http", "http://u:s3cret@/?token=s3cret", 80) ==
          "no host; write [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
  }

  TEST_CASE("no port where there must be one") {
    CHECK(refused("tcp", "tcp://db") == "no port; write [tcp://]HOST:PORT");
    CHECK(refused("tcp", "tcp://db", 5432) == "accepted");
  }

  TEST_CASE("ports that are none") {
    for (const std::string port : {"0", "65536", "70000", "99999999999999999999"}) {
      CAPTURE(port);
      CHECK(refused("http", "http://h:" + port + "/", 80) == "a port is a number from 1 to 65535");
    }
    for (const std::string port : {"-1", "8o80", "+80", "0x50"}) {
      CAPTURE(port);
      CHECK(refused("http", "http://h:" + port + "/", 80) ==
            "a port is a number from 1 to 65535; in a password, / is written %2F, ? %3F and # %23");
    }
    CHECK(refused("http", "http://h:/", 80) == "the port is missing behind the colon");
  }

  TEST_CASE("blanks and control characters") {
    CHECK(refused("http", "http://a b/", 80) ==
          "an address holds no blanks or control characters; write %20 for a blank");
    CHECK(refused("http", "http://h/\n", 80) ==
          "an address holds no blanks or control characters; write %20 for a blank");
  }
}

}  // namespace hale
