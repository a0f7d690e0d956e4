#include "net/resolve.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

#include <asio/co_spawn.hpp>

#include "core/error.hpp"
#include "tests/net/loop_fixture.hpp"

namespace hale::testing {
namespace {

using Addresses = std::vector<std::string>;

Addresses resolve_host(const std::string& host, Family family = Family::any) {
  LoopFixture fixture(family);
  return fixture.run(resolve(fixture.context, host));
}

std::string failure(const std::string& host, Family family = Family::any) {
  try {
    resolve_host(host, family);
  } catch (const Unhealthy& unhealthy) {
    CHECK(unhealthy.state() == State::critical);
    return unhealthy.what();
  }
  return "there was no failure";
}

/// The system's error for a name that it cannot resolve. It depends on whether there is a name server.
std::string system_error_for(const std::string& host) {
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
  TEST_CASE("Literals resolve to themselves") {
    CHECK(resolve_host("127.0.0.1") == Addresses{"127.0.0.1"});
    CHECK(resolve_host("::1") == Addresses{"::1"});
    CHECK(resolve_host("2001:DB8:0:0::1") == Addresses{"2001:db8::1"});
  }

  TEST_CASE("A literal has one family") {
    CHECK(resolve_host("127.0.0.1", Family::ipv4) == Addresses{"127.0.0.1"});
    CHECK(resolve_host("::1", Family::ipv6) == Addresses{"::1"});
    CHECK(failure("127.0.0.1", Family::ipv6) == "127.0.0.1 has no IPv6 address");
    CHECK(failure("::1", Family::ipv4) == "::1 has no IPv4 address");
  }

  TEST_CASE("localhost") { CHECK(resolve_host("localhost", Family::ipv4) == Addresses{"127.0.0.1"}); }

  TEST_CASE("Overridden addresses are not looked up, but filtered by family") {
    LoopFixture fixture(Family::ipv6);
    fixture.context.override_host("name.invalid", {"127.0.0.1", "::1"});
    CHECK(fixture.run(resolve(fixture.context, "name.invalid")) == Addresses{"::1"});
  }

  TEST_CASE("A name that does not exist") {
    CHECK(failure("name.invalid") == "name.invalid: " + system_error_for("name.invalid"));
  }

  TEST_CASE("An invalid name") {
    const std::string label(64, 'x');
    CHECK(failure(label) == label + ": " + system_error_for(label));
  }

  TEST_CASE("Names and literals in turn, and again") {
    LoopFixture fixture(Family::ipv4);
    CHECK(fixture.run(resolve_two(fixture.context, "localhost", "127.0.0.2")) == "127.0.0.1 127.0.0.2");
    CHECK(fixture.run(resolve_two(fixture.context, "127.0.0.2", "localhost")) == "127.0.0.2 127.0.0.1");
    const std::vector<Phase> phases = fixture.context.phases();
    REQUIRE(phases.size() == 1);
    CHECK(phases[0].name == "dns");
  }

  TEST_CASE("Many concurrent lookups of one name") {
    LoopFixture fixture(Family::ipv4);
    int answered = 0;
    for (int i = 0; i < 50; ++i) {
      asio::co_spawn(fixture.loop.io(), resolve(fixture.context, "localhost"),
                     [&](std::exception_ptr failed, const Addresses& addresses) {
                       if (!failed && addresses == Addresses{"127.0.0.1"}) ++answered;
                     });
    }
    fixture.loop.run();
    CHECK(answered == 50);
  }
}

}  // namespace hale::testing
