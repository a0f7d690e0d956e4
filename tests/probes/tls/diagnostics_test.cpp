#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

// Every kind that uses TLS from the first byte explains its failures in the same words.
namespace hale::testing {
namespace {

constexpr int tls_1_2_only = 0x0303;

/// A kind that uses TLS, and its conversation with a healthy server.
struct Protocol {
  std::string scheme;
  Conversation success;
  std::vector<std::string> options{};
};

std::vector<Protocol> protocols() {
  const std::string ping = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
  return {{"tls", {expect_close()}},
          {"https",
           {expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), expect_close()},
           {"--health", "off"}},
          {"rediss", {expect(ping), say("+PONG\r\n$0\r\n\r\n"), expect_close()}}};
}

/// Certificates in files: of the server's authority, and of one for clients.
struct Certificates {
  CertificateAuthority authority{};
  CertificateAuthority clients{"a CA of clients"};
  TemporaryFolder folder{};
  Certificate server = authority.issue({"127.0.0.1"});
  std::string ca = folder.write("ca.pem", authority.certificate());

  std::string client_file(const CertificateAuthority& signer, Validity validity = {}) const {
    const Certificate client = signer.issue({"client.test"}, validity);
    return folder.write("client.pem", client.certificate + client.key);
  }

  Listen listen(TlsServerOptions expectations) const { return {.certificate = server, .tls = std::move(expectations)}; }
};

std::string verdict(const Protocol& protocol, const FakeServer& server, const Certificates& certificates,
                    const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{fmt::format("{}://{}", protocol.scheme, server.endpoint()), "--cacert",
                                 certificates.ca};
  words.insert(words.end(), protocol.options.begin(), protocol.options.end());
  words.insert(words.end(), more.begin(), more.end());
  const Result result = probe_one(words);
  return fmt::format("{}: {}", to_string(result.state), result.message);
}

std::string failure(const Protocol& protocol, const Certificates& certificates, const TlsServerOptions& expectations,
                    const std::vector<std::string>& more = {}) {
  FakeServer server({stay_silent()}, certificates.listen(expectations));
  return verdict(protocol, server, certificates, more);
}

/// The phase of a rejected client certificate. In TLS 1.3 the server rejects it after the client's handshake has ended.
std::string after_handshake(const Protocol& protocol) {
  return protocol.scheme == "tls" ? "tls" : protocol.scheme == "https" ? "first byte" : "ask";
}

/// RFC 8446, 4.1.3: a ServerHello of `version` without extensions, in a record.
std::string server_hello(char version) {
  const std::string body = std::string("\x03") + version + std::string(32, 'r') + std::string("\x00\xc0\x13\x00", 4);
  return std::string("\x16\x03") + version + std::string("\x00\x2a\x02\x00\x00\x26", 6) + body;
}

}  // namespace

TEST_SUITE("tls failures") {
  TEST_CASE("A server that is too old and sends an alert") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      CHECK(failure(protocol, certificates, {.max_version = tls_1_2_only}, {"--tls-min", "1.3"}) ==
            "critical: tls: the server does not support TLSv1.3 or newer");
    }
  }

  TEST_CASE("A server that is too old and answers in its version") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      FakeServer tls_1_0_server({expect_until("\x16\x03\x01"), say(server_hello('\x01')), stay_silent()});
      CHECK(verdict(protocol, tls_1_0_server, certificates) ==
            "critical: tls: the server supports only TLSv1, older than TLSv1.2");
      FakeServer tls_1_1_server({expect_until("\x16\x03\x01"), say(server_hello('\x02')), stay_silent()});
      CHECK(verdict(protocol, tls_1_1_server, certificates) ==
            "critical: tls: the server supports only TLSv1.1, older than TLSv1.2");
      FakeServer tls_1_2_server({expect_until("\x16\x03\x01"), say(server_hello('\x03')), stay_silent()});
      CHECK(verdict(protocol, tls_1_2_server, certificates, {"--tls-min", "1.3"}) ==
            "critical: tls: the server supports only TLSv1.2, older than TLSv1.3");
    }
  }

  TEST_CASE("TLS 1.2 is accepted unless 1.3 is required") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      for (const char* version : {"1.2", "1.3"}) {
        FakeServer server(protocol.success, certificates.listen({.max_version = version[2] == '2' ? tls_1_2_only : 0}));
        CHECK(verdict(protocol, server, certificates, {"--tls-min", version}).starts_with("ok: "));
        CHECK(server.problem() == "");
      }
    }
  }

  TEST_CASE("A server that requires a client certificate") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      const std::string expectation = ": the server requires a client certificate (--cert FILE)";
      CHECK(failure(protocol, certificates, {.client_ca = certificates.clients.certificate()}) ==
            "critical: " + after_handshake(protocol) + expectation);
      CHECK(failure(protocol, certificates,
                    {.max_version = tls_1_2_only, .client_ca = certificates.clients.certificate()}) ==
            "critical: tls" + expectation);
    }
  }

  TEST_CASE("A server that rejects the client certificate") {
    const Certificates certificates;
    const std::string file = certificates.client_file(certificates.authority);
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      const std::string refusal = ": the server rejected the client certificate: unknown CA";
      CHECK(failure(protocol, certificates, {.client_ca = certificates.clients.certificate()}, {"--cert", file}) ==
            "critical: " + after_handshake(protocol) + refusal);
      CHECK(failure(protocol, certificates,
                    {.max_version = tls_1_2_only, .client_ca = certificates.clients.certificate()},
                    {"--cert", file}) == "critical: tls" + refusal);
    }
  }

  TEST_CASE("An expired client certificate") {
    const Certificates certificates;
    const std::string file = certificates.client_file(certificates.clients, expired_yesterday);
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      CHECK(failure(protocol, certificates, {.client_ca = certificates.clients.certificate()}, {"--cert", file}) ==
            "critical: " + after_handshake(protocol) +
                ": the server rejected the client certificate: certificate expired");
    }
  }

  TEST_CASE("A client certificate that is accepted, with its key in the same file or in another") {
    const Certificates certificates;
    const Certificate client = certificates.clients.issue({"client.test"});
    const std::string both = certificates.folder.write("both.pem", client.certificate + client.key);
    const std::string certificate = certificates.folder.write("client.crt", client.certificate);
    const std::string key = certificates.folder.write("client.key", client.key);
    for (const Protocol& protocol : protocols()) {
      for (const int version : {tls_1_2_only, 0}) {
        CAPTURE(protocol.scheme);
        CAPTURE(version);
        const Listen listen =
            certificates.listen({.max_version = version, .client_ca = certificates.clients.certificate()});
        FakeServer one(protocol.success, listen);
        CHECK(verdict(protocol, one, certificates, {"--cert", both}).starts_with("ok: "));
        CHECK(one.problem() == "");
        FakeServer other(protocol.success, listen);
        CHECK(verdict(protocol, other, certificates, {"--cert", certificate, "--key", key}).starts_with("ok: "));
        CHECK(other.problem() == "");
      }
    }
  }

  TEST_CASE("A server that requests a client certificate and closes without an alert") {
    const Certificates certificates;
    const TlsServerOptions accept_without_certificate{.client_ca = certificates.clients.certificate(),
                                                      .accept_without_certificate = true};
    const std::string file = certificates.client_file(certificates.clients);
    for (const Protocol& protocol : protocols()) {
      if (protocol.scheme == "tls") continue;
      for (const Step& end : {hang_up(), reset()}) {
        CAPTURE(protocol.scheme);
        const Conversation leaving{expect_until(protocol.scheme == "https" ? "\r\n\r\n" : "PING\r\n"), end};
        FakeServer server(leaving, certificates.listen(accept_without_certificate));
        CHECK(verdict(protocol, server, certificates) ==
              "critical: " + after_handshake(protocol) + ": the server requires a client certificate (--cert FILE)");
        FakeServer rejecting(leaving, certificates.listen(accept_without_certificate));
        CHECK(verdict(protocol, rejecting, certificates, {"--cert", file}) ==
              "critical: " + after_handshake(protocol) +
                  ": the server closed the connection after our client certificate");
      }
    }
  }

  TEST_CASE("A server that requests a client certificate but does not require it") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      FakeServer server(protocol.success, certificates.listen({.client_ca = certificates.clients.certificate(),
                                                               .accept_without_certificate = true}));
      CHECK(verdict(protocol, server, certificates).starts_with("ok: "));
      CHECK(server.problem() == "");
    }
  }

  TEST_CASE("A server that does not speak TLS") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      FakeServer plain({say("220 mail.test ESMTP\r\n"), stay_silent()});
      CHECK(verdict(protocol, plain, certificates) == "critical: tls: the answer is not TLS: \"220 m...\"");
      FakeServer control_characters({say("\x1b[31m\xff|"), stay_silent()});
      CHECK(verdict(protocol, control_characters, certificates) ==
            "critical: tls: the answer is not TLS: \"\x1b[31m...\"");
    }
  }

  TEST_CASE("Other alerts") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      FakeServer rejecting(
          {expect_until("\x16\x03\x01"), say(std::string("\x15\x03\x01\x00\x02\x02\x28", 7)), stay_silent()});
      CHECK(verdict(protocol, rejecting, certificates) ==
            "critical: tls: the server sent a TLS alert: handshake failure");
      FakeServer other_name(
          {expect_until("\x16\x03\x01"), say(std::string("\x15\x03\x01\x00\x02\x02\x70", 7)), stay_silent()});
      CHECK(verdict(protocol, other_name, certificates, {"--server-name", "db.test"}) ==
            "critical: tls: the server does not know the name db.test");
    }
  }

  TEST_CASE("--server-name is sent and looked for in the certificate") {
    const Certificates certificates;
    for (const Protocol& protocol : protocols()) {
      CAPTURE(protocol.scheme);
      // RFC 6066, 3: the length of the name, and the name.
      const std::string requested(
          "\x00\x07"
          "db.test",
          9);
      FakeServer recording({expect_until(requested), hang_up()});
      verdict(protocol, recording, certificates, {"--server-name", "db.test"});
      CHECK(recording.received().find(requested) != std::string::npos);
      FakeServer server(protocol.success, {.certificate = certificates.authority.issue({"db.test"})});
      CHECK(verdict(protocol, server, certificates, {"--server-name", "db.test"}).starts_with("ok: "));
      CHECK(server.problem() == "");
      FakeServer other({stay_silent()}, {.certificate = certificates.authority.issue({"127.0.0.1"})});
      CHECK(verdict(protocol, other, certificates, {"--server-name", "db.test"}) ==
            "critical: tls: certificate: valid for 127.0.0.1, not for db.test");
    }
  }
}

}  // namespace hale::testing
