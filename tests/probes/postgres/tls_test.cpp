#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/probes/postgres/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using namespace postgres;

constexpr int tls_1_2_only = 0x0303;

/// The TLS request, the handshake, and `rest` inside TLS.
Conversation in_tls(const Conversation& rest) {
  Conversation all{expect(ssl_request), say("S"), start_tls()};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

struct Certificates {
  CertificateAuthority authority{};
  CertificateAuthority clients{"a CA of clients"};
  TemporaryFolder folder{};
  std::string ca = folder.write("ca.pem", authority.certificate());

  std::string client_file(const CertificateAuthority& signer, const std::string& name = "client.pem") const {
    const Certificate client = signer.issue({"client.test"});
    const std::string file = folder.write(name, client.certificate + client.key);
    REQUIRE(::chmod(file.c_str(), 0600) == 0);  // libpq refuses a key that others may read
    return file;
  }

  std::string short_result(const Listen& listen, const std::string& parameters,
                           const std::vector<std::string>& options = {},
                           const Conversation& rest = {stay_silent()}) const {
    FakeServer server(in_tls(rest), listen);
    std::vector<std::string> arguments{fmt::format("postgres://app@{}/app?{}", server.endpoint(), parameters)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Result result = probe_one(arguments);
    return without_port(fmt::format("{}: {}", to_string(result.state), result.message), server);
  }
};

}  // namespace

TEST_SUITE("postgres in tls") {
  TEST_CASE("healthy") {
    const Certificates certificates;
    FakeServer server(in_tls(conversation(rows({"1"}))), {.certificate = certificates.authority.issue({"127.0.0.1"})});
    CHECK(reported(probe_one({fmt::format("postgres://app@{}/app?sslmode=verify-full&sslrootcert={}", server.endpoint(),
                                          certificates.ca)})) ==
          "ok: PostgreSQL 15.6, primary\nphases: dns, connect, tls, login, ask\n" +
              replaced(reported_tls("127.0.0.1"), "fact subject",
                       "metric value=1 ok\nfact server_version=15.6 (Debian 15.6-0+deb12u1)\nfact role=primary\n"
                       "fact ssl=TLSv1.3\nfact subject") +
              "fact value=1\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("verification errors are explained as for other kinds") {
    const Certificates certificates;
    const std::string verified = "sslmode=verify-ca&sslrootcert=" + certificates.ca;
    CHECK(certificates.short_result({.certificate = certificates.authority.issue({"127.0.0.1"}, expired_yesterday)},
                                    verified) == "critical: tls: certificate: expired 1 d ago");
    CHECK(certificates.short_result({.certificate = self_signed({"127.0.0.1"})}, verified) ==
          "critical: tls: certificate: self-signed");
    CHECK(certificates.short_result({.certificate = certificates.clients.issue({"127.0.0.1"})}, verified) ==
          "critical: tls: certificate: unknown issuer CN=a CA of clients");
    CHECK(certificates.short_result({.certificate = certificates.authority.issue({"elsewhere.test"})},
                                    "sslmode=verify-full&sslrootcert=" + certificates.ca) ==
          "critical: tls: server certificate for \"elsewhere.test\" (and 1 other name) does not match host name "
          "\"127.0.0.1\"");
  }

  TEST_CASE("a server with only an old TLS version") {
    const Certificates certificates;
    const Listen old{.certificate = self_signed({"x"}), .tls = {.max_version = tls_1_2_only}};
    CHECK(certificates.short_result(old, "sslmode=require", {"--tls-min", "1.3"}) ==
          "critical: tls: the server does not support TLSv1.3 or newer");
    CHECK(certificates.short_result(old, "sslmode=require", {"--tls-min", "1.2"}, conversation(rows({"1"}))) ==
          "ok: PostgreSQL 15.6, primary");
    CHECK(certificates.short_result(old, "sslmode=require&ssl_min_protocol_version=TLSv1.2", {"--tls-min", "1.3"},
                                    conversation(rows({"1"}))) == "ok: PostgreSQL 15.6, primary");
  }

  TEST_CASE("client certificates") {
    const Certificates certificates;
    for (const int version : {tls_1_2_only, 0}) {
      CAPTURE(version);
      const Listen listen{.certificate = self_signed({"x"}),
                          .tls = {.max_version = version, .client_ca = certificates.clients.certificate()}};
      const std::string phase = version == 0 ? "login" : "tls";
      CHECK(certificates.short_result(listen, "sslmode=require") ==
            "critical: " + phase + ": the server requires a client certificate (--cert FILE)");
      CHECK(certificates.short_result(listen, "sslmode=require",
                                      {"--cert", certificates.client_file(certificates.authority)}) ==
            "critical: " + phase + ": the server rejected the client certificate: unknown CA");
      const std::string file = certificates.client_file(certificates.clients);
      CHECK(certificates.short_result(listen, "sslmode=require", {"--cert", file}, conversation(rows({"1"}))) ==
            "ok: PostgreSQL 15.6, primary");
      CHECK(certificates.short_result(listen, fmt::format("sslmode=require&sslcert={0}&sslkey={0}", file),
                                      {"--cert", certificates.client_file(certificates.authority, "other.pem")},
                                      conversation(rows({"1"}))) == "ok: PostgreSQL 15.6, primary");
    }
  }
}

}  // namespace hale::testing
