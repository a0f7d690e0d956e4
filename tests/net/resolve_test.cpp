#include "net/resolve.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

#include <asio/co_spawn.hpp>

#include "core/error.hpp"
#include "tests/net/loop.hpp"

namespace hale::testing {
namespace {

using Addresses = std::vector<std::string>;

Addresses resolved(const std::string& host, Family family = Family::any) {
  Bench bench(family);
  return bench.run(resolve(bench.context, host));
}

std::string failure(const std::string& host, Family family = Family::any) {
  try {
    resolved(host, family);
  } catch (const Unhealthy& unhealthy) {
    CHECK(unhealthy.state() == State::critical);
    return unhealthy.what();
  }
  return "there was no failure";
}

/// What the system itself says of a name that it cannot resolve: it differs where there is no name server.
std::string words_of_the_system(const std::string& host) {
  addrinfo* list = nullptr;
  return gai_strerror(getaddrinfo(host.c_str(), nullptr, nullptr, &list));
}

Task<std::string> resolve_two(ProbeContext& context, std::string one, std::string other) {
  const Addresses first = co_await resolve(context, one);
  const Addresses second = co_await resolve(context, other);
  co_return first.front() + " " + second.front();
}

}  // namespace

TEST_SUITE("resolve") {
  TEST_CASE("Literals are their own address") {
    CHECK(resolved("127.0.0.1") == Addresses{"127.0.0.1"});
    CHECK(resolved("::1") == Addresses{"::1"});
    CHECK(resolved("2001:DB8:0:0::1") == Addresses{"2001:db8::1"});
  }

  TEST_CASE("Each is the literal of one family") {
    CHECK(resolved("127.0.0.1", Family::ipv4) == Addresses{"127.0.0.1"});
    CHECK(resolved("::1", Family::ipv6) == Addresses{"::1"});
    CHECK(failure("127.0.0.1", Family::ipv6) == "127.0.0.1 has no IPv6 address");
    CHECK(failure("::1", Family::ipv4) == "::1 has no IPv4 address");
  }

  TEST_CASE("localhost") { CHECK(resolved("localhost", Family::ipv4) == Addresses{"127.0.0.1"}); }

  TEST_CASE("What is known is not looked up, and is of a family too") {
    Bench bench(Family::ipv6);
    bench.context.override_host("name.invalid", {"127.0.0.1", "::1"});
    CHECK(bench.run(resolve(bench.context, "name.invalid")) == Addresses{"::1"});
  }

  TEST_CASE("A name that nobody has") {
    CHECK(failure("name.invalid") == "name.invalid: " + words_of_the_system("name.invalid"));
  }

  TEST_CASE("A name that nobody can have") {
    const std::string label(64, 'x');
    CHECK(failure(label) == label + ": " + words_of_the_system(label));
  }

  TEST_CASE("Names and literals after each other, and again") {
    Bench bench(Family::ipv4);
    CHECK(bench.run(resolve_two(bench.context, "localhost", "127.0.0.2")) == "127.0.0.1 127.0.0.2");
    CHECK(bench.run(resolve_two(bench.context, "127.0.0.2", "localhost")) == "127.0.0.2 127.0.0.1");
    const std::vector<Phase> phases = bench.context.phases();
    REQUIRE(phases.size() == 1);
    CHECK(phases[0].name == "dns");
  }

  TEST_CASE("Many who ask for one name at once are all answered") {
    Bench bench(Family::ipv4);
    int answered = 0;
    for (int i = 0; i < 50; ++i) {
      asio::co_spawn(bench.loop.io(), resolve(bench.context, "localhost"),
                     [&](std::exception_ptr failed, const Addresses& addresses) {
                       if (!failed && addresses == Addresses{"127.0.0.1"}) ++answered;
                     });
    }
    bench.loop.run();
    CHECK(answered == 50);
  }
}

}  // namespace hale::testing
