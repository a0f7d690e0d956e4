#include <doctest/doctest.h>

#include <string>

#include <fmt/format.h>

#include "tests/probes/reported.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// A CA that hale trusts.
struct TrustedAuthority {
  CertificateAuthority authority{};
  TemporaryFolder folder{};
  std::string file = folder.write("ca.pem", authority.certificate());

  Result probe(const FakeServer& server, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"tls://" + server.endpoint(), "--cacert", file};
    words.insert(words.end(), more.begin(), more.end());
    return probe_one(words);
  }
};

std::string verdict(const Result& result) { return fmt::format("{}: {}", to_string(result.state), result.message); }

Validity for_days(int days) { return {std::chrono::hours(-24), std::chrono::hours(24 * days + 1)}; }

/// The report on a server whose certificate expires in 90 days.
std::string success_report(const FakeServer& server, const std::string& phases) {
  const std::string tls = reported_tls("127.0.0.1");
  const std::size_t facts = tls.find("fact");
  return fmt::format("ok: TLSv1.3, certificate 90 days\nphases: {}\n{}fact address={}\n{}", phases,
                     tls.substr(0, facts), server.endpoint(), tls.substr(facts));
}

std::string verdict_for(const Certificate& certificate, const TrustedAuthority& trust,
                        std::vector<std::string> more = {}) {
  FakeServer server({expect_close()}, {.certificate = certificate});
  return verdict(trust.probe(server, std::move(more)));
}

}  // namespace

TEST_SUITE("tls") {
  TEST_CASE("A valid certificate") {
    const TrustedAuthority trust;
    FakeServer server({expect_close()}, {.certificate = trust.authority.issue({"127.0.0.1"}, for_days(90))});
    CHECK(reported(trust.probe(server)) == success_report(server, "dns, connect, tls"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A certificate that expires soon") {
    const TrustedAuthority trust;
    CHECK(verdict_for(trust.authority.issue({"127.0.0.1"}, for_days(31)), trust) == "ok: TLSv1.3, certificate 31 days");
    CHECK(verdict_for(trust.authority.issue({"127.0.0.1"}, for_days(20)), trust)
              .starts_with(
                  "warning: TLSv1.3, certificate 20 days, but cert_days 20 is under 30; chain_days 20 is under 30"));
    CHECK(verdict_for(trust.authority.issue({"127.0.0.1"}, for_days(3)), trust)
              .starts_with("critical: TLSv1.3, certificate 3 days, but cert_days 3 is under 14;"));
  }

  TEST_CASE("Each range of the user replaces one default") {
    const TrustedAuthority trust;
    const Certificate short_lived = trust.authority.issue({"127.0.0.1"}, for_days(5));
    CHECK(verdict_for(short_lived, trust,
                      {"-w", "cert_days=2:", "-c", "cert_days=1:", "-w", "chain_days=2:", "-c", "chain_days=1:"}) ==
          "ok: TLSv1.3, certificate 5 days");
    CHECK(verdict_for(short_lived, trust, {"-c", "cert_days=1:", "-c", "chain_days=1:"}).starts_with("warning: "));
  }

  TEST_CASE("Each certificate error has its own message") {
    const TrustedAuthority trust;
    const TrustedAuthority other;
    CHECK(verdict_for(trust.authority.issue({"127.0.0.1"}, expired_yesterday), trust) ==
          "critical: tls: certificate: expired 1 d ago");
    CHECK(verdict_for(trust.authority.issue({"127.0.0.1"}, {std::chrono::hours(24), std::chrono::hours(48)}), trust) ==
          "critical: tls: certificate: not yet valid");
    CHECK(verdict_for(trust.authority.issue({"db.test", "10.0.0.1"}), trust) ==
          "critical: tls: certificate: valid for db.test, 10.0.0.1, not for 127.0.0.1");
    CHECK(verdict_for(self_signed({"127.0.0.1"}), trust) == "critical: tls: certificate: self-signed");
    const CertificateAuthority stranger("a stranger");
    CHECK(verdict_for(stranger.issue({"127.0.0.1"}), trust) ==
          "critical: tls: certificate: unknown issuer CN=a stranger");
  }

  TEST_CASE("--server-name is looked for in the certificate") {
    const TrustedAuthority trust;
    CHECK(verdict_for(trust.authority.issue({"db.test"}, for_days(90)), trust, {"--server-name", "db.test"}) ==
          "ok: TLSv1.3, certificate 90 days");
  }

  TEST_CASE("--insecure reports the certificate without verifying it") {
    const TrustedAuthority trust;
    FakeServer server({expect_close()}, {.certificate = self_signed({"elsewhere.test"}, for_days(3))});
    const Result result = probe_one({"tls://" + server.endpoint(), "--insecure"});
    CHECK(verdict(result) == "ok: TLSv1.3, certificate 3 days");
    CHECK(reported(result).find("fact names=elsewhere.test\n") != std::string::npos);
  }

  TEST_CASE("No TLS, silence, and a connection closed early") {
    const FakeClock clock;
    const TrustedAuthority trust;
    FakeServer plain({say("220 mail.test ESMTP\r\n"), expect_close()});
    CHECK(verdict(trust.probe(plain)) == "critical: tls: the answer is not TLS: \"220 m...\"");
    FakeServer closing({say("\x16\x03\x03"), hang_up()});
    CHECK(verdict(trust.probe(closing)) == "critical: tls: the peer hung up");
    FakeServer silent({stay_silent()});
    CHECK(verdict(trust.probe(silent, {"-t", "200ms"})) == "critical: tls: no answer within 200 ms");
    FakeServer silent_too({stay_silent()});
    CHECK(verdict(trust.probe(silent_too, {"-t", "200ms:unknown"})) == "unknown: tls: no answer within 200 ms");
  }
}

TEST_SUITE("tls: starttls") {
  const std::string ssl_request("\0\0\0\x08\x04\xd2\x16\x2f", 8);

  /// Probes a server that agrees to TLS in `dialogue`, and checks the whole report.
  void check_success(const std::string& protocol, Conversation dialogue) {
    const TrustedAuthority trust;
    dialogue.push_back(start_tls());
    dialogue.push_back(expect_close());
    FakeServer server(dialogue, {.certificate = trust.authority.issue({"127.0.0.1"}, for_days(90))});
    CHECK(reported(trust.probe(server, {"--starttls", protocol})) ==
          success_report(server, "dns, connect, starttls, tls"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("smtp agrees") {
    check_success("smtp", {say("220-mail.test\r\n220 ready\r\n"), expect("EHLO hale\r\n"),
                           say("250-mail.test\r\n250-STARTTLS\r\n250 HELP\r\n"), expect("STARTTLS\r\n"),
                           say("220 go ahead\r\n")});
  }

  TEST_CASE("imap agrees, after an untagged response") {
    check_success("imap", {say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), expect("a STARTTLS\r\n"),
                           say("* CAPABILITY IMAP4rev1\r\na OK begin\r\n")});
  }

  TEST_CASE("pop3 agrees") { check_success("pop3", {say("+OK ready\r\n"), expect("STLS\r\n"), say("+OK begin\r\n")}); }

  TEST_CASE("postgres agrees") { check_success("postgres", {expect(ssl_request), say("S")}); }

  TEST_CASE("The certificate is verified after STARTTLS too") {
    const TrustedAuthority trust;
    FakeServer server({expect(ssl_request), say("S"), start_tls(), stay_silent()},
                      {.certificate = trust.authority.issue({"127.0.0.1"}, expired_yesterday)});
    CHECK(reported(trust.probe(server, {"--starttls", "postgres"})) ==
          "critical: tls: certificate: expired 1 d ago\nfailed: tls\nphases: dns, connect, starttls, tls\n");
  }

  TEST_CASE("A server of another protocol") {
    const TrustedAuthority trust;
    for (const std::string protocol : {"smtp", "imap", "pop3"}) {
      CAPTURE(protocol);
      FakeServer server({say("SSH-2.0-OpenSSH_9.2\r\n"), expect_close()});
      CHECK(verdict(trust.probe(server, {"--starttls", protocol})) == "critical: starttls: SSH-2.0-OpenSSH_9.2");
      CHECK(server.problem() == "");
    }
    FakeServer server({expect(ssl_request), say("HTTP/1.1 400 Bad Request\r\n"), expect_close()});
    CHECK(verdict(trust.probe(server, {"--starttls", "postgres"})) ==
          "critical: starttls: the server does not support TLS");
  }

  TEST_CASE("Plain text after the agreement is not taken for TLS data") {
    const TrustedAuthority trust;
    FakeServer server({say("+OK ready\r\n"), expect("STLS\r\n"), say("+OK begin\r\n+OK injected\r\n"), stay_silent()});
    CHECK(verdict(trust.probe(server, {"--starttls", "pop3"})) == "critical: tls: the answer is not TLS: \"+OK i...\"");
  }

  TEST_CASE("Every protocol: silence, and a connection closed within a line") {
    const FakeClock clock;
    const TrustedAuthority trust;
    for (const std::string protocol : {"smtp", "imap", "pop3", "postgres"}) {
      CAPTURE(protocol);
      FakeServer silent({stay_silent()});
      const Result timed_out = trust.probe(silent, {"--starttls", protocol, "-t", "200ms"});
      CHECK(verdict(timed_out) == "critical: starttls: no answer within 200 ms");
      CHECK(timed_out.length == std::chrono::milliseconds(200));
      const Conversation incomplete = protocol == "postgres" ? Conversation{expect(ssl_request), hang_up()}
                                                             : Conversation{say("220 ma"), hang_up()};
      FakeServer closing(incomplete);
      CHECK(verdict(trust.probe(closing, {"--starttls", protocol})) == "critical: starttls: the peer hung up");
    }
  }

  TEST_CASE("A connection closed between the agreement and TLS") {
    const TrustedAuthority trust;
    FakeServer server({expect(ssl_request), say("S"), hang_up()});
    CHECK(verdict(trust.probe(server, {"--starttls", "postgres"})) == "critical: tls: the peer hung up");
  }

  TEST_CASE("A refusal contains the server's own message") {
    const TrustedAuthority trust;
    FakeServer smtp({say("220-mail.test\r\n220 ready\r\n"), expect("EHLO hale\r\n"), say("250-SIZE 1\r\n250 HELP\r\n"),
                     expect("STARTTLS\r\n"), say("454 TLS not available\r\n"), expect_close()});
    CHECK(verdict(trust.probe(smtp, {"--starttls", "smtp"})) == "critical: starttls: 454 TLS not available");
    CHECK(smtp.problem() == "");
    FakeServer imap({say("* OK ready\r\n"), expect("a STARTTLS\r\n"), say("a BAD no\r\n"), expect_close()});
    CHECK(verdict(trust.probe(imap, {"--starttls", "imap"})) == "critical: starttls: a BAD no");
    FakeServer pop3({say("-ERR busy\r\n"), expect_close()});
    CHECK(verdict(trust.probe(pop3, {"--starttls", "pop3"})) == "critical: starttls: -ERR busy");
    FakeServer postgres({expect(std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8)), say("N"), expect_close()});
    CHECK(verdict(trust.probe(postgres, {"--starttls", "postgres"})) ==
          "critical: starttls: the server does not support TLS");
  }

  TEST_CASE("Silence, a closed connection and endless output before TLS") {
    const FakeClock clock;
    const TrustedAuthority trust;
    FakeServer silent({stay_silent()});
    CHECK(verdict(trust.probe(silent, {"--starttls", "smtp", "-t", "200ms"})) ==
          "critical: starttls: no answer within 200 ms");
    FakeServer closing({say("220 ma"), hang_up()});
    CHECK(verdict(trust.probe(closing, {"--starttls", "smtp"})) == "critical: starttls: the peer hung up");
    FakeServer endless({say(std::string(20'000, 'x')), stay_silent()});
    CHECK(verdict(trust.probe(endless, {"--starttls", "smtp"})) ==
          "critical: starttls: the server sent more than 16 KiB before TLS");
    FakeServer control_characters({say("500 \x1b[31m\xff|\r\n"), expect_close()});
    CHECK(trust.probe(control_characters, {"--starttls", "smtp"}).message == "starttls: 500 \x1b[31m\xff|");
  }

  TEST_CASE("The default port is that of the protocol") {
    CHECK(probe_one({"tls://localhost", "--starttls", "smtp", "-t", "1ms"}).address == "tls://localhost:25");
    CHECK(probe_one({"--tls", "localhost", "-t", "1ms"}).address == "tls://localhost:443");
  }
}

}  // namespace hale::testing
