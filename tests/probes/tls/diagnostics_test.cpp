#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

// Why TLS fails, in the same words for every kind that speaks it from the first byte.
namespace hale::testing {
namespace {

constexpr int tls_1_2_only = 0x0303;

/// What a kind asks within TLS, and what a server that is well says to it.
struct Speaker {
  std::string scheme;
  Conversation well;
  std::vector<std::string> options{};
};

std::vector<Speaker> speakers() {
  const std::string ping = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n";
  return {{"tls", {expect_close()}},
          {"https",
           {expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), expect_close()},
           {"--health", "off"}},
          {"rediss", {expect(ping), say("+PONG\r\n$0\r\n\r\n"), expect_close()}}};
}

/// Throw-away certificates in files: the server's authority, and ours for clients.
struct Papers {
  CertificateAuthority authority{};
  CertificateAuthority clients{"a CA of clients"};
  TemporaryFolder folder{};
  Certificate server = authority.issue({"127.0.0.1"});
  std::string ca = folder.write("ca.pem", authority.certificate());

  std::string client_file(const CertificateAuthority& signer, Validity validity = {}) const {
    const Certificate client = signer.issue({"client.test"}, validity);
    return folder.write("client.pem", client.certificate + client.key);
  }

  Listen listen(TlsDemands expectations) const {
    return {.certificate = server, .expectations = std::move(expectations)};
  }
};

std::string verdict(const Speaker& speaker, const FakeServer& server, const Papers& papers,
                    const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{fmt::format("{}://{}", speaker.scheme, server.endpoint()), "--cacert", papers.ca};
  words.insert(words.end(), speaker.options.begin(), speaker.options.end());
  words.insert(words.end(), more.begin(), more.end());
  const Result result = probe_one(words);
  return fmt::format("{}: {}", word(result.state), result.message);
}

std::string trouble(const Speaker& speaker, const Papers& papers, const TlsDemands& expectations,
                    const std::vector<std::string>& more = {}) {
  FakeServer server({stay_silent()}, papers.listen(expectations));
  return verdict(speaker, server, papers, more);
}

/// Of TLS 1.3 the server may refuse a client only when the handshake is over for the client.
std::string after_handshake(const Speaker& speaker) {
  return speaker.scheme == "tls" ? "tls" : speaker.scheme == "https" ? "first byte" : "ask";
}

/// RFC 8446, 4.1.3: a ServerHello of `version` without extensions, in a record.
std::string server_hello(char version) {
  const std::string body = std::string("\x03") + version + std::string(32, 'r') + std::string("\x00\xc0\x13\x00", 4);
  return std::string("\x16\x03") + version + std::string("\x00\x2a\x02\x00\x00\x26", 6) + body;
}

}  // namespace

TEST_SUITE("tls trouble") {
  TEST_CASE("A server too old that says so by an alert") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      CHECK(trouble(speaker, papers, {.newest_version = tls_1_2_only}, {"--tls-min", "1.3"}) ==
            "critical: tls: the server does not speak TLSv1.3 or newer");
    }
  }

  TEST_CASE("A server too old that answers in its own version") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      FakeServer ancient({expect_until("\x16\x03\x01"), say(server_hello('\x01')), stay_silent()});
      CHECK(verdict(speaker, ancient, papers) == "critical: tls: the server speaks only TLSv1, older than TLSv1.2");
      FakeServer old({expect_until("\x16\x03\x01"), say(server_hello('\x02')), stay_silent()});
      CHECK(verdict(speaker, old, papers) == "critical: tls: the server speaks only TLSv1.1, older than TLSv1.2");
      FakeServer middling({expect_until("\x16\x03\x01"), say(server_hello('\x03')), stay_silent()});
      CHECK(verdict(speaker, middling, papers, {"--tls-min", "1.3"}) ==
            "critical: tls: the server speaks only TLSv1.2, older than TLSv1.3");
    }
  }

  TEST_CASE("TLS 1.2 is new enough unless 1.3 is demanded") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      for (const char* version : {"1.2", "1.3"}) {
        FakeServer server(speaker.well, papers.listen({.newest_version = version[2] == '2' ? tls_1_2_only : 0}));
        CHECK(verdict(speaker, server, papers, {"--tls-min", version}).starts_with("ok: "));
        CHECK(server.problem() == "");
      }
    }
  }

  TEST_CASE("A server that demands a client certificate") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      const std::string expectation = ": the server demands a client certificate (--cert FILE)";
      CHECK(trouble(speaker, papers, {.client_ca = papers.clients.certificate()}) ==
            "critical: " + after_handshake(speaker) + expectation);
      CHECK(trouble(speaker, papers, {.newest_version = tls_1_2_only, .client_ca = papers.clients.certificate()}) ==
            "critical: tls" + expectation);
    }
  }

  TEST_CASE("A server that refuses our client certificate") {
    const Papers papers;
    const std::string file = papers.client_file(papers.authority);
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      const std::string refusal = ": the server refuses our client certificate: unknown CA";
      CHECK(trouble(speaker, papers, {.client_ca = papers.clients.certificate()}, {"--cert", file}) ==
            "critical: " + after_handshake(speaker) + refusal);
      CHECK(trouble(speaker, papers, {.newest_version = tls_1_2_only, .client_ca = papers.clients.certificate()},
                    {"--cert", file}) == "critical: tls" + refusal);
    }
  }

  TEST_CASE("A client certificate that has expired") {
    const Papers papers;
    const std::string file = papers.client_file(papers.clients, expired_yesterday);
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      CHECK(trouble(speaker, papers, {.client_ca = papers.clients.certificate()}, {"--cert", file}) ==
            "critical: " + after_handshake(speaker) +
                ": the server refuses our client certificate: certificate expired");
    }
  }

  TEST_CASE("A client certificate that is taken, with its key in the same file or in one of its own") {
    const Papers papers;
    const Certificate client = papers.clients.issue({"client.test"});
    const std::string both = papers.folder.write("both.pem", client.certificate + client.key);
    const std::string certificate = papers.folder.write("client.crt", client.certificate);
    const std::string key = papers.folder.write("client.key", client.key);
    for (const Speaker& speaker : speakers()) {
      for (const int version : {tls_1_2_only, 0}) {
        CAPTURE(speaker.scheme);
        CAPTURE(version);
        const Listen listen = papers.listen({.newest_version = version, .client_ca = papers.clients.certificate()});
        FakeServer one(speaker.well, listen);
        CHECK(verdict(speaker, one, papers, {"--cert", both}).starts_with("ok: "));
        CHECK(one.problem() == "");
        FakeServer other(speaker.well, listen);
        CHECK(verdict(speaker, other, papers, {"--cert", certificate, "--key", key}).starts_with("ok: "));
        CHECK(other.problem() == "");
      }
    }
  }

  TEST_CASE("A server that asks for a client certificate and leaves without a word") {
    const Papers papers;
    const TlsDemands in_vain{.client_ca = papers.clients.certificate(), .in_vain = true};
    const std::string file = papers.client_file(papers.clients);
    for (const Speaker& speaker : speakers()) {
      if (speaker.scheme == "tls") continue;
      for (const Step& end : {hang_up(), reset()}) {
        CAPTURE(speaker.scheme);
        const Conversation leaving{expect_until(speaker.scheme == "https" ? "\r\n\r\n" : "PING\r\n"), end};
        FakeServer server(leaving, papers.listen(in_vain));
        CHECK(verdict(speaker, server, papers) ==
              "critical: " + after_handshake(speaker) + ": the server demands a client certificate (--cert FILE)");
        FakeServer choosy(leaving, papers.listen(in_vain));
        CHECK(verdict(speaker, choosy, papers, {"--cert", file}) ==
              "critical: " + after_handshake(speaker) + ": the server hung up on our client certificate");
      }
    }
  }

  TEST_CASE("A server that asks for a client certificate and needs none") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      FakeServer server(speaker.well, papers.listen({.client_ca = papers.clients.certificate(), .in_vain = true}));
      CHECK(verdict(speaker, server, papers).starts_with("ok: "));
      CHECK(server.problem() == "");
    }
  }

  TEST_CASE("A server that does not speak TLS") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      FakeServer plain({say("220 mail.test ESMTP\r\n"), stay_silent()});
      CHECK(verdict(speaker, plain, papers) == "critical: tls: no TLS answer but \"220 m...\"");
      FakeServer hostile({say("\x1b[31m\xff|"), stay_silent()});
      CHECK(verdict(speaker, hostile, papers) == "critical: tls: no TLS answer but \"\x1b[31m...\"");
    }
  }

  TEST_CASE("Alerts that say something else") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      FakeServer choosy(
          {expect_until("\x16\x03\x01"), say(std::string("\x15\x03\x01\x00\x02\x02\x28", 7)), stay_silent()});
      CHECK(verdict(speaker, choosy, papers) == "critical: tls: the server breaks off TLS: handshake failure");
      FakeServer stranger(
          {expect_until("\x16\x03\x01"), say(std::string("\x15\x03\x01\x00\x02\x02\x70", 7)), stay_silent()});
      CHECK(verdict(speaker, stranger, papers, {"--server-name", "db.test"}) ==
            "critical: tls: the server does not know the name db.test");
    }
  }

  TEST_CASE("--server-name is asked for and found in the certificate") {
    const Papers papers;
    for (const Speaker& speaker : speakers()) {
      CAPTURE(speaker.scheme);
      // RFC 6066, 3: the length of the name, and the name.
      const std::string requested(
          "\x00\x07"
          "db.test",
          9);
      FakeServer hearing({expect_until(requested), hang_up()});
      verdict(speaker, hearing, papers, {"--server-name", "db.test"});
      CHECK(hearing.heard().find(requested) != std::string::npos);
      FakeServer server(speaker.well, {.certificate = papers.authority.issue({"db.test"})});
      CHECK(verdict(speaker, server, papers, {"--server-name", "db.test"}).starts_with("ok: "));
      CHECK(server.problem() == "");
      FakeServer other({stay_silent()}, {.certificate = papers.authority.issue({"127.0.0.1"})});
      CHECK(verdict(speaker, other, papers, {"--server-name", "db.test"}) ==
            "critical: tls: certificate: is for 127.0.0.1, not for db.test");
    }
  }
}

}  // namespace hale::testing
