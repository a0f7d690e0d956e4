#include "net/stream.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/resolve.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/names.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// Sends `words` and returns everything that the peer sends.
Task<std::string> exchange(Stream& stream, std::string words) {
  co_await stream.write(words);
  stream.shutdown_write();
  std::string received;
  for (;;) {
    const std::string more = co_await stream.read();
    if (more.empty()) break;
    received += more;
  }
  co_return received;
}

Task<std::string> exchange_with(ProbeContext& context, std::string host, std::uint16_t port, std::string words) {
  Stream stream = co_await dial(context, host, port);
  const std::string received = co_await exchange(stream, words);
  co_return stream.peer() + ": " + received;
}

Task<std::string> exchange_at(ProbeContext& context, std::string path, std::string words) {
  Stream stream = co_await dial_unix(context, path);
  const std::string received = co_await exchange(stream, words);
  co_return stream.peer() + ": " + received;
}

Task<std::string> exchange_in_tls(ProbeContext& context, std::uint16_t port, TlsConfig tls) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_await stream.start_tls(context, tls);
  co_await stream.write("hello");
  co_return co_await stream.read_some();
}

Task<std::string> read_once(ProbeContext& context, std::uint16_t port, std::size_t max_bytes) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_return co_await stream.read_some(max_bytes);
}

Task<std::string> connect(ProbeContext& context, std::string host, std::uint16_t port) {
  const Stream stream = co_await dial(context, host, port);
  co_return stream.peer();
}

Task<std::string> connect_path(ProbeContext& context, std::string path) {
  const Stream stream = co_await dial_unix(context, path);
  co_return stream.peer();
}

/// "STATE: MESSAGE"
template <typename T>
std::string failure(LoopFixture& fixture, Task<T> task) {
  try {
    fixture.run(std::move(task));
  } catch (const Unhealthy& unhealthy) {
    return fmt::format("{}: {}", to_string(unhealthy.state()), unhealthy.what());
  } catch (const std::system_error& error) {
    return "system: " + error.code().message();
  }
  return "there was no failure";
}

std::string phases(const LoopFixture& fixture) {
  std::string names;
  for (const Phase& phase : fixture.context.phases()) names += phase.name + " ";
  return names;
}

}  // namespace

TEST_SUITE("stream") {
  TEST_CASE("TCP") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()});
    LoopFixture fixture;
    CHECK(fixture.run(exchange_with(fixture.context, "127.0.0.1", server.port(), "hello")) ==
          server.endpoint() + ": welcome");
    CHECK(phases(fixture) == "dns connect ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("IPv6") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.host = "::1"});
    LoopFixture fixture;
    CHECK(fixture.run(exchange_with(fixture.context, "::1", server.port(), "hello")) ==
          server.endpoint() + ": welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A name") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()});
    LoopFixture fixture;
    CHECK(fixture.run(exchange_with(fixture.context, "localhost", server.port(), "hello")) ==
          server.endpoint() + ": welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("One address that refuses: only the system's message") {
    const ClosedPort closed;
    LoopFixture fixture;
    CHECK(failure(fixture, connect(fixture.context, "127.0.0.1", closed.port())) == "critical: Connection refused");
    CHECK(phases(fixture) == "dns connect ");
  }

  TEST_CASE("Several addresses that refuse are all listed") {
    const ClosedPort closed;
    LoopFixture fixture;
    const std::vector<std::string> addresses = fixture.run(resolve(fixture.context, "localhost"));
    std::string expected;
    for (const std::string& address : addresses) {
      expected += expected.empty() ? "" : ", ";
      expected += addresses.size() == 1 ? "Connection refused"
                                        : fmt::format("Connection refused ({})", host_and_port(address, closed.port()));
    }
    CHECK(failure(fixture, connect(fixture.context, "localhost", closed.port())) == "critical: " + expected);
  }

  TEST_CASE("When the first address does not answer, the one that does is a fallback") {
    FakeServer server({expect_close()});
    LoopFixture fixture;
    fixture.context.override_host("two.test", {"::1", "127.0.0.1"});
    CHECK(fixture.run(connect(fixture.context, "two.test", server.port())) == server.endpoint());
    CHECK(fixture.context.fallback() ==
          fmt::format("127.0.0.1:{0} answered, [::1]:{0}: Connection refused", server.port()));
  }

  TEST_CASE("When the first address answers, there is no fallback") {
    FakeServer server({expect_close()});
    LoopFixture fixture;
    fixture.context.override_host("two.test", {"127.0.0.1", "::1"});
    CHECK(fixture.run(connect(fixture.context, "two.test", server.port())) == server.endpoint());
    CHECK(fixture.context.fallback() == "");
  }

  TEST_CASE("localhost in one family, and the server in the other") {
    const auto failure = [](const std::string& host, std::uint16_t port, std::vector<std::string> addresses,
                            Family family = Family::any) -> std::string {
      const ScriptedName name(host, std::move(addresses));
      LoopFixture fixture(family);
      try {
        return fixture.run(connect(fixture.context, host, port));
      } catch (const Unhealthy& unhealthy) {
        return unhealthy.what();
      }
    };
    FakeServer four = FakeServer({expect_close()}, {.repeat = true});
    FakeServer six = FakeServer({expect_close()}, {.host = "::1", .repeat = true});
    CHECK(failure("localhost", four.port(), {"::1"}) ==
          fmt::format("Connection refused; localhost is ::1 here, but 127.0.0.1:{} answers", four.port()));
    CHECK(failure("LocalHost", six.port(), {"127.0.0.1"}) ==
          fmt::format("Connection refused; localhost is 127.0.0.1 here, but [::1]:{} answers", six.port()));
    CHECK(failure("localhost", four.port(), {"::1"}, Family::ipv6) == "Connection refused");
    CHECK(failure("web.test", four.port(), {"::1"}) == "Connection refused");
    const ClosedPort closed;
    CHECK(failure("localhost", closed.port(), {"::1"}) == "Connection refused");
  }

  TEST_CASE("Addresses of the other family are not tried") {
    const FakeServer server({expect_close()});
    LoopFixture fixture(Family::ipv6);
    CHECK(failure(fixture, connect(fixture.context, "127.0.0.1", server.port())) ==
          "critical: 127.0.0.1 has no IPv6 address");
  }

  TEST_CASE("No more bytes than requested are read") {
    FakeServer server({say("welcome"), expect_close()});
    LoopFixture fixture;
    CHECK(fixture.run(read_once(fixture.context, server.port(), 3)) == "wel");
  }

  TEST_CASE("read_some() fails at the end of the stream") {
    FakeServer server({hang_up()});
    LoopFixture fixture;
    CHECK(failure(fixture, read_once(fixture.context, server.port(), 100)) == "critical: the peer hung up");
  }

  TEST_CASE("A reset fails with the system's message") {
    FakeServer server({reset()});
    LoopFixture fixture;
    CHECK(failure(fixture, read_once(fixture.context, server.port(), 100)) == "system: Connection reset by peer");
  }

  TEST_CASE("A unix socket") {
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.unix_path = folder / "socket"});
    LoopFixture fixture;
    CHECK(fixture.run(exchange_at(fixture.context, server.endpoint(), "hello")) == server.endpoint() + ": welcome");
    CHECK(phases(fixture) == "connect ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A unix socket that does not exist") {
    LoopFixture fixture;
    CHECK(failure(fixture, connect_path(fixture.context, "/no/such/socket")) == "critical: No such file or directory");
  }
}

TEST_SUITE("TLS stream") {
  TEST_CASE("A private authority") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.certificate = authority.issue({"home.test"})});
    const TlsConfig tls{.server_name = "home.test", .ca_file = folder.write("ca.pem", authority.certificate())};
    LoopFixture fixture;
    CHECK(fixture.run(exchange_in_tls(fixture.context, server.port(), tls)) == "welcome");
    CHECK(phases(fixture) == "dns connect tls ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A wrong name or address") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string ca_file = folder.write("ca.pem", authority.certificate());
    const auto failure_for = [&](const std::string& name) {
      FakeServer server({stay_silent()}, {.certificate = authority.issue({"home.test", "127.0.0.1"})});
      LoopFixture fixture;
      return failure(
          fixture, exchange_in_tls(fixture.context, server.port(), TlsConfig{.server_name = name, .ca_file = ca_file}));
    };
    CHECK(failure_for("away.test") == "critical: certificate: valid for home.test, 127.0.0.1, not for away.test");
    CHECK(failure_for("127.0.0.2") == "critical: certificate: valid for home.test, 127.0.0.1, not for 127.0.0.2");
    CHECK(failure_for("::1") == "critical: certificate: valid for home.test, 127.0.0.1, not for ::1");
  }

  TEST_CASE("A name that is not valid in a certificate") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string ca_file = folder.write("ca.pem", authority.certificate());
    const auto failure_for = [&](const std::string& name) {
      FakeServer server({stay_silent()}, {.certificate = authority.issue({"home.test"})});
      LoopFixture fixture;
      return failure(
          fixture, exchange_in_tls(fixture.context, server.port(), TlsConfig{.server_name = name, .ca_file = ca_file}));
    };
    CHECK(failure_for("fe80::1%lo") == "unknown: fe80::1%lo is not a valid certificate name");
    CHECK(failure_for("") == "unknown:  is not a valid certificate name");
  }

  TEST_CASE("Verification can be turned off") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.certificate = self_signed({"x"})});
    LoopFixture fixture;
    CHECK(fixture.run(exchange_in_tls(fixture.context, server.port(),
                                      TlsConfig{.server_name = "y", .insecure = true})) == "welcome");
  }

  TEST_CASE("An unreadable CA file is unknown") {
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = self_signed({"x"})});
    LoopFixture fixture;
    const TlsConfig tls{.server_name = "x", .ca_file = folder.write("ca.pem", "no certificate")};
    CHECK(failure(fixture, exchange_in_tls(fixture.context, server.port(), tls))
              .starts_with("unknown: cannot read the trusted issuers: "));
  }
}

}  // namespace hale::testing
