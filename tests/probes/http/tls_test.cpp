#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <string>

#include "core/environment.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using std::chrono_literals::operator""s;

const Conversation ok_conversation{expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                                   expect_close()};

/// A temporary CA and a file with its certificate.
struct Issuer {
  CertificateAuthority authority{};
  TemporaryFolder folder{};
  std::string file = folder.write("ca.pem", authority.certificate());
};

/// State and message for https://`host` when the server has this `certificate`.
std::string verdict(const Certificate& certificate, const std::string& host, const std::vector<std::string>& options,
                    const Environment& environment = {}, const Conversation& conversation = ok_conversation) {
  FakeServer server(conversation, {.certificate = certificate});
  std::vector<std::string> args{fmt::format("https://{}:{}/", host, server.port()), "-4"};
  args.insert(args.end(), options.begin(), options.end());
  args.insert(args.end(), {"--health", "off"});
  const Result result = probe_one(args, environment);
  return without_port(fmt::format("{}: {}", to_string(result.state), result.message), server);
}

/// The file name by which OpenSSL finds a certificate in a hashed directory (openssl-rehash(1)).
std::string hashed_name(const std::string& certificate) {
  BIO* bio = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
  X509* parsed = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  const unsigned long hash = X509_subject_name_hash(parsed);
  X509_free(parsed);
  BIO_free(bio);
  return fmt::format("{:08x}.0", hash);
}

Environment environment_with(const std::string& name, const std::string& text) {
  Environment environment;
  environment.variable = [=](const char* requested) { return requested == name ? std::optional(text) : std::nullopt; };
  return environment;
}

}  // namespace

TEST_SUITE("https") {
  TEST_CASE("healthy, with a trusted issuer") {
    const Issuer issuer;
    FakeServer server(ok_conversation, {.certificate = issuer.authority.issue({"127.0.0.1"})});
    CHECK(format_result(
              probe_one({fmt::format("https://{}/", server.endpoint()), "--cacert", issuer.file, "--health", "off"}),
              server) ==
          "http https://127.0.0.1:PORT/ ok: 200\n"
          "phases: dns, connect, tls, first byte, transfer,\n"
          "metrics: time status=200 size=2B total cert_days chain_days dns connect tls first_byte transfer\n"
          "facts: status=200 version=1.1 address=127.0.0.1:PORT subject=CN=127.0.0.1 issuer=CN=hale throw-away CA "
          "names=127.0.0.1 protocol=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("an unknown issuer") {
    const Issuer issuer;
    FakeServer server(ok_conversation, {.certificate = issuer.authority.issue({"127.0.0.1"})});
    CHECK(format_result(probe_one({fmt::format("https://{}/", server.endpoint())}), server) ==
          "http https://127.0.0.1:PORT/ critical: tls: certificate: unknown issuer CN=hale throw-away CA\n"
          "failed: tls\n"
          "phases: dns, connect, tls,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("an issuer other than the trusted one") {
    const Issuer issuer;
    const CertificateAuthority other("another CA");
    const std::string file = issuer.folder.write("other.pem", other.certificate());
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {"--cacert", file}) ==
          "critical: tls: certificate: unknown issuer CN=hale throw-away CA");
  }

  TEST_CASE("a certificate for another name") {
    const Issuer issuer;
    CHECK(verdict(issuer.authority.issue({"elsewhere.example"}), "localhost", {"--cacert", issuer.file}) ==
          "critical: tls: certificate: valid for elsewhere.example, not for localhost");
  }

  TEST_CASE("a certificate for the host name but not the address") {
    const Issuer issuer;
    const Certificate certificate = issuer.authority.issue({"localhost"});
    CHECK(verdict(certificate, "localhost", {"--cacert", issuer.file}) == "ok: 200");
    CHECK(verdict(certificate, "127.0.0.1", {"--cacert", issuer.file}) ==
          "critical: tls: certificate: valid for localhost, not for 127.0.0.1");
  }

  TEST_CASE("an expired certificate") {
    const Issuer issuer;
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}, expired_yesterday), "127.0.0.1", {"--cacert", issuer.file}) ==
          "critical: tls: certificate: expired 1 d ago");
  }

  TEST_CASE("a certificate that is not valid yet") {
    const Issuer issuer;
    const Certificate certificate =
        issuer.authority.issue({"127.0.0.1"}, {std::chrono::hours(24), std::chrono::hours(48)});
    CHECK(verdict(certificate, "127.0.0.1", {"--cacert", issuer.file}) == "critical: tls: certificate: not yet valid");
  }

  TEST_CASE("a self-signed certificate") {
    CHECK(verdict(self_signed({"127.0.0.1"}), "127.0.0.1", {}) == "critical: tls: certificate: self-signed");
  }

  TEST_CASE("--insecure accepts any certificate") {
    CHECK(verdict(self_signed({"elsewhere.example"}, expired_yesterday), "127.0.0.1", {"--insecure"}) == "ok: 200");
  }

  TEST_CASE("SSL_CERT_FILE is trusted") {
    const Issuer issuer;
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {},
                  environment_with("SSL_CERT_FILE", issuer.file)) == "ok: 200");
  }

  TEST_CASE("--cacert overrides SSL_CERT_FILE") {
    const Issuer issuer;
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {"--cacert", issuer.file},
                  environment_with("SSL_CERT_FILE", "/nowhere/ca.pem")) == "ok: 200");
  }

  TEST_CASE("SSL_CERT_DIR is trusted") {
    const Issuer issuer;
    const TemporaryFolder hashed;
    hashed.write(hashed_name(issuer.authority.certificate()), issuer.authority.certificate());
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {},
                  environment_with("SSL_CERT_DIR", hashed.path())) == "ok: 200");
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {"--cacert", "/dev/null"},
                  environment_with("SSL_CERT_DIR", hashed.path())) ==
          "unknown: tls: cannot read the trusted issuers: /dev/null: no certificate found");
  }

  TEST_CASE("a file without certificates is an error of hale, not of the server") {
    const Issuer issuer;
    const std::string file = issuer.folder.write("none.pem", "no PEM");
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {"--cacert", file}) ==
          fmt::format("unknown: tls: cannot read the trusted issuers: {}: no certificate found", file));
    CHECK(verdict(issuer.authority.issue({"127.0.0.1"}), "127.0.0.1", {},
                  environment_with("SSL_CERT_FILE", "/nowhere/ca.pem")) ==
          "unknown: tls: cannot read the trusted issuers: /nowhere/ca.pem: No such file or directory");
  }

  TEST_CASE("a TLS handshake that never ends") {
    const FakeClock clock;
    FakeServer server({expect_until("\x16\x03\x01"), stay_silent()});
    CHECK(format_result(probe_one({fmt::format("https://{}/", server.endpoint()), "-t", "20s"}), server) ==
          "http https://127.0.0.1:PORT/ critical: tls: no answer within 20 s\n"
          "failed: tls\n"
          "phases: dns, connect, tls,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a TLS handshake one byte at a time") {
    const FakeClock clock;
    FakeServer server({drip("\x16\x03\x03\x3f\xff\x02" + std::string(10'000, 'x'), 1s)});
    CHECK(format_result(probe_one({fmt::format("https://{}/", server.endpoint()), "-t", "20s:unknown"}), server) ==
          "http https://127.0.0.1:PORT/ unknown: tls: no answer within 20 s\n"
          "failed: tls\n"
          "phases: dns, connect, tls,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a server that speaks plain HTTP") {
    FakeServer server({say("HTTP/1.1 400 Bad Request\r\n\r\n"), stay_silent()});
    CHECK(format_result(probe_one({fmt::format("https://{}/", server.endpoint())}), server) ==
          "http https://127.0.0.1:PORT/ critical: tls: the answer is not TLS: \"HTTP/...\"\n"
          "failed: tls\n"
          "phases: dns, connect, tls,\n"
          "metrics:\n"
          "facts:\n");
  }

  TEST_CASE("a server that closes during the TLS handshake") {
    FakeServer server({expect_until("\x16\x03\x01"), hang_up()});
    CHECK(without_port(probe_one({fmt::format("https://{}/", server.endpoint())}).message, server) ==
          "tls: the server hung up");
  }

  TEST_CASE("a server that resets the connection during the TLS handshake") {
    FakeServer server({expect_until("\x16\x03\x01"), reset()});
    CHECK(without_port(probe_one({fmt::format("https://{}/", server.endpoint())}).message, server) ==
          "tls: Connection reset by peer");
  }

  TEST_CASE("plain HTTP to a TLS server") {
    FakeServer server({expect_until("\r\n\r\n"), say("\x15\x03\x01\x00\x02\x02\x46"), hang_up()});
    CHECK(without_port(probe_one({fmt::format("http://{}/", server.endpoint())}).message, server) ==
          "first byte: not an HTTP answer (Received HTTP/0.9 when not allowed)");
  }

  TEST_CASE("a server that closes after the TLS handshake without an answer") {
    CHECK(verdict(self_signed({"127.0.0.1"}), "127.0.0.1", {"--insecure"}, {}, {expect_until("\r\n\r\n"), hang_up()}) ==
          "critical: first byte: the server hung up without an answer");
  }

  TEST_CASE("--server-name does not change the Host header") {
    const Issuer issuer;
    const auto request_to = [&](const std::string& host, const std::vector<std::string>& more) {
      FakeServer server(ok_conversation, {.certificate = issuer.authority.issue({"db.test"})});
      std::vector<std::string> args{fmt::format("https://{}:{}/", host, server.port()),
                                    "-4",
                                    "--cacert",
                                    issuer.file,
                                    "--server-name",
                                    "db.test"};
      args.insert(args.end(), more.begin(), more.end());
      const Result result = probe_one(args);
      CHECK(result.address == args.front());
      CHECK(result.message == "200, ok");
      CHECK(server.problem() == "");
      return without_port(server.received(), server);
    };
    CHECK(request_to("localhost", {}) ==
          "GET / HTTP/1.1\r\nHost: localhost:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
    CHECK(request_to("127.0.0.1", {"--header", "host: www.test"}) ==
          "GET / HTTP/1.1\r\nHost: www.test\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("--server-name over IPv6") {
    const Issuer issuer;
    FakeServer server(ok_conversation, {.host = "::1", .certificate = issuer.authority.issue({"db.test"})});
    CHECK(
        probe_one({fmt::format("https://{}/", server.endpoint()), "--cacert", issuer.file, "--server-name", "db.test"})
            .message == "200, ok");
    CHECK(without_port(server.received(), server) ==
          "GET / HTTP/1.1\r\nHost: [::1]:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("--server-name and the client certificate are not used for another endpoint") {
    const Issuer issuer;
    const Certificate client = issuer.authority.issue({"client.test"});
    const Listen here{.certificate = issuer.authority.issue({"db.test"}),
                      .tls = {.client_ca = issuer.authority.certificate()}};
    FakeServer elsewhere(ok_conversation,
                         {.certificate = issuer.authority.issue({"127.0.0.1"}),
                          .tls = {.client_ca = issuer.authority.certificate(), .accept_without_certificate = true}});
    FakeServer server =
        FakeServer::in_turn({{expect_until("GET / HTTP/1.1\r\nHost: 127.0.0.1"), expect_until("\r\n\r\n"),
                              say("HTTP/1.1 302 F\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"), expect_close()},
                             {expect_until("GET /next HTTP/1.1\r\nHost: 127.0.0.1"), expect_until("\r\n\r\n"),
                              say(fmt::format("HTTP/1.1 302 F\r\nLocation: https://{}/\r\nContent-Length: 0\r\n\r\n",
                                              elsewhere.endpoint())),
                              expect_close()}},
                            here);
    const Result result =
        probe_one({fmt::format("https://{}/", server.endpoint()), "--cacert", issuer.file, "--server-name", "db.test",
                   "--cert", issuer.folder.write("client.pem", client.certificate + client.key), "--follow", "5"});
    CHECK(result.message == "200, ok");
    CHECK(server.problem() == "");
    CHECK(elsewhere.problem() == "");
    CHECK(without_port(elsewhere.received(), elsewhere) ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
  }

  TEST_CASE("a redirect from https to http does not send the password") {
    FakeServer plain(ok_conversation);
    FakeServer server(
        {expect_until("\r\n\r\n"),
         say(fmt::format("HTTP/1.1 302 F\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n", plain.endpoint())),
         expect_close()},
        {.certificate = self_signed({"127.0.0.1"})});
    const Result result = probe_one(
        {fmt::format("https://{}/", server.endpoint()), "--insecure", "--follow", "5", "--user", "app:s3cret"});
    CHECK(result.message == "200, ok");
    CHECK(server.problem() == "");
    CHECK(without_port(plain.received(), plain) ==
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: hale/0.1.0\r\nAccept: */*\r\n\r\n");
    CHECK(plain.problem() == "");
  }
}

}  // namespace hale::testing
