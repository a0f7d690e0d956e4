#include "net/stream.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/resolve.hpp"
#include "tests/net/loop.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/names.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// Says `words` and hears all that the peer has to say.
Task<std::string> talk(Stream& stream, std::string words) {
  co_await stream.write(words);
  stream.shutdown_write();
  std::string heard;
  for (;;) {
    const std::string more = co_await stream.read();
    if (more.empty()) break;
    heard += more;
  }
  co_return heard;
}

Task<std::string> talk_to(ProbeContext& context, std::string host, std::uint16_t port, std::string words) {
  Stream stream = co_await dial(context, host, port);
  const std::string heard = co_await talk(stream, words);
  co_return stream.peer() + ": " + heard;
}

Task<std::string> talk_at(ProbeContext& context, std::string path, std::string words) {
  Stream stream = co_await dial_unix(context, path);
  const std::string heard = co_await talk(stream, words);
  co_return stream.peer() + ": " + heard;
}

Task<std::string> talk_in_tls(ProbeContext& context, std::uint16_t port, TlsConfig tls) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_await stream.start_tls(context, tls);
  co_await stream.write("hello");
  co_return co_await stream.read_some();
}

Task<std::string> hear_one(ProbeContext& context, std::uint16_t port, std::size_t most) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  co_return co_await stream.read_some(most);
}

Task<std::string> reach(ProbeContext& context, std::string host, std::uint16_t port) {
  const Stream stream = co_await dial(context, host, port);
  co_return stream.peer();
}

Task<std::string> reach_path(ProbeContext& context, std::string path) {
  const Stream stream = co_await dial_unix(context, path);
  co_return stream.peer();
}

/// "critical: the words of the failure"
template <typename T>
std::string failure(Bench& bench, Task<T> task) {
  try {
    bench.run(std::move(task));
  } catch (const Unhealthy& unhealthy) {
    return fmt::format("{}: {}", word(unhealthy.state()), unhealthy.what());
  } catch (const std::system_error& error) {
    return "system: " + error.code().message();
  }
  return "there was no failure";
}

std::string phases(const Bench& bench) {
  std::string names;
  for (const Phase& phase : bench.context.phases()) names += phase.name + " ";
  return names;
}

}  // namespace

TEST_SUITE("stream") {
  TEST_CASE("TCP") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()});
    Bench bench;
    CHECK(bench.run(talk_to(bench.context, "127.0.0.1", server.port(), "hello")) == server.endpoint() + ": welcome");
    CHECK(phases(bench) == "dns connect ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("IPv6") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.host = "::1"});
    Bench bench;
    CHECK(bench.run(talk_to(bench.context, "::1", server.port(), "hello")) == server.endpoint() + ": welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A name: whichever of its addresses answers") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()});
    Bench bench;
    CHECK(bench.run(talk_to(bench.context, "localhost", server.port(), "hello")) == server.endpoint() + ": welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("One address that refuses is named by its words alone") {
    const ClosedPort closed;
    Bench bench;
    CHECK(failure(bench, reach(bench.context, "127.0.0.1", closed.port())) == "critical: Connection refused");
    CHECK(phases(bench) == "dns connect ");
  }

  TEST_CASE("Several addresses that refuse are all named") {
    const ClosedPort closed;
    Bench bench;
    const std::vector<std::string> addresses = bench.run(resolve(bench.context, "localhost"));
    std::string expected;
    for (const std::string& address : addresses) {
      expected += expected.empty() ? "" : ", ";
      expected += addresses.size() == 1 ? "Connection refused"
                                        : fmt::format("Connection refused ({})", host_and_port(address, closed.port()));
    }
    CHECK(failure(bench, reach(bench.context, "localhost", closed.port())) == "critical: " + expected);
  }

  TEST_CASE("The address that answers when the first does not is a detour") {
    FakeServer server({expect_close()});
    Bench bench;
    bench.context.override_host("two.test", {"::1", "127.0.0.1"});
    CHECK(bench.run(reach(bench.context, "two.test", server.port())) == server.endpoint());
    CHECK(bench.context.fallback() ==
          fmt::format("127.0.0.1:{0} answered, [::1]:{0}: Connection refused", server.port()));
  }

  TEST_CASE("The first address that answers is none") {
    FakeServer server({expect_close()});
    Bench bench;
    bench.context.override_host("two.test", {"127.0.0.1", "::1"});
    CHECK(bench.run(reach(bench.context, "two.test", server.port())) == server.endpoint());
    CHECK(bench.context.fallback() == "");
  }

  TEST_CASE("localhost in one family, and the server in the other") {
    const auto failure = [](const std::string& host, std::uint16_t port, std::vector<std::string> addresses,
                            Family family = Family::any) -> std::string {
      const ScriptedName name(host, std::move(addresses));
      Bench bench(family);
      try {
        return bench.run(reach(bench.context, host, port));
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

  TEST_CASE("The other family is not tried") {
    const FakeServer server({expect_close()});
    Bench bench(Family::ipv6);
    CHECK(failure(bench, reach(bench.context, "127.0.0.1", server.port())) ==
          "critical: 127.0.0.1 has no IPv6 address");
  }

  TEST_CASE("No more than asked for is read at once") {
    FakeServer server({say("welcome"), expect_close()});
    Bench bench;
    CHECK(bench.run(hear_one(bench.context, server.port(), 3)) == "wel");
  }

  TEST_CASE("Where more must come, hanging up is a failure") {
    FakeServer server({hang_up()});
    Bench bench;
    CHECK(failure(bench, hear_one(bench.context, server.port(), 100)) == "critical: the peer hung up");
  }

  TEST_CASE("A reset is a failure in the system's words") {
    FakeServer server({reset()});
    Bench bench;
    CHECK(failure(bench, hear_one(bench.context, server.port(), 100)) == "system: Connection reset by peer");
  }

  TEST_CASE("A unix socket") {
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.unix_path = folder / "socket"});
    Bench bench;
    CHECK(bench.run(talk_at(bench.context, server.endpoint(), "hello")) == server.endpoint() + ": welcome");
    CHECK(phases(bench) == "connect ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A unix socket that nobody made") {
    Bench bench;
    CHECK(failure(bench, reach_path(bench.context, "/no/such/socket")) == "critical: No such file or directory");
  }
}

TEST_SUITE("stream in TLS") {
  TEST_CASE("An authority of one's own") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.certificate = authority.issue({"home.test"})});
    const TlsConfig tls{.server_name = "home.test", .ca_file = folder.write("ca.pem", authority.certificate())};
    Bench bench;
    CHECK(bench.run(talk_in_tls(bench.context, server.port(), tls)) == "welcome");
    CHECK(phases(bench) == "dns connect tls ");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Another name, another address") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string ca_file = folder.write("ca.pem", authority.certificate());
    const auto failure_for = [&](const std::string& name) {
      FakeServer server({stay_silent()}, {.certificate = authority.issue({"home.test", "127.0.0.1"})});
      Bench bench;
      return failure(bench,
                     talk_in_tls(bench.context, server.port(), TlsConfig{.server_name = name, .ca_file = ca_file}));
    };
    CHECK(failure_for("away.test") == "critical: certificate: is for home.test, 127.0.0.1, not for away.test");
    CHECK(failure_for("127.0.0.2") == "critical: certificate: is for home.test, 127.0.0.1, not for 127.0.0.2");
    CHECK(failure_for("::1") == "critical: certificate: is for home.test, 127.0.0.1, not for ::1");
  }

  TEST_CASE("A name that no certificate can be of") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    const std::string ca_file = folder.write("ca.pem", authority.certificate());
    const auto failure_for = [&](const std::string& name) {
      FakeServer server({stay_silent()}, {.certificate = authority.issue({"home.test"})});
      Bench bench;
      return failure(bench,
                     talk_in_tls(bench.context, server.port(), TlsConfig{.server_name = name, .ca_file = ca_file}));
    };
    CHECK(failure_for("fe80::1%lo") == "unknown: no certificate can be of fe80::1%lo");
    CHECK(failure_for("") == "unknown: no certificate can be of ");
  }

  TEST_CASE("Nobody is verified on demand") {
    FakeServer server({expect("hello"), say("welcome"), hang_up()}, {.certificate = self_signed({"x"})});
    Bench bench;
    CHECK(bench.run(talk_in_tls(bench.context, server.port(), TlsConfig{.server_name = "y", .insecure = true})) ==
          "welcome");
  }

  TEST_CASE("Authorities that cannot be read are our trouble") {
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = self_signed({"x"})});
    Bench bench;
    const TlsConfig tls{.server_name = "x", .ca_file = folder.write("ca.pem", "no certificate")};
    CHECK(failure(bench, talk_in_tls(bench.context, server.port(), tls))
              .starts_with("unknown: the issuers to trust cannot be read: "));
  }
}

}  // namespace hale::testing
