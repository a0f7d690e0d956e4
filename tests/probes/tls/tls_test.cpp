#include <doctest/doctest.h>

#include <string>

#include <fmt/format.h>

#include "tests/probes/observed.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// A CA, a file that says so, and what hale tells of a server that it signed for `names`.
struct TrustStores {
  CertificateAuthority authority{};
  TemporaryFolder folder{};
  std::string file = folder.write("ca.pem", authority.certificate());

  Result probe(const FakeServer& server, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"tls://" + server.endpoint(), "--cacert", file};
    words.insert(words.end(), more.begin(), more.end());
    return probe_one(words);
  }
};

std::string verdict(const Result& result) { return fmt::format("{}: {}", word(result.state), result.message); }

Validity for_days(int days) { return {std::chrono::hours(-24), std::chrono::hours(24 * days + 1)}; }

/// What hale tells of a server that is well, whose certificate has 90 days to go.
std::string well(const FakeServer& server, const std::string& phases) {
  const std::string tls = told_of_tls("127.0.0.1");
  const std::size_t facts = tls.find("fact");
  return fmt::format("ok: TLSv1.3, certificate 90 days\nphases: {}\n{}fact address={}\n{}", phases,
                     tls.substr(0, facts), server.endpoint(), tls.substr(facts));
}

std::string verdict_on(const Certificate& certificate, const TrustStores& trust, std::vector<std::string> more = {}) {
  FakeServer server({expect_close()}, {.certificate = certificate});
  return verdict(trust.probe(server, std::move(more)));
}

}  // namespace

TEST_SUITE("tls") {
  TEST_CASE("Healthy") {
    const TrustStores trust;
    FakeServer server({expect_close()}, {.certificate = trust.authority.issue({"127.0.0.1"}, for_days(90))});
    CHECK(reported(trust.probe(server)) == well(server, "dns, connect, tls"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("A certificate that will run out") {
    const TrustStores trust;
    CHECK(verdict_on(trust.authority.issue({"127.0.0.1"}, for_days(31)), trust) == "ok: TLSv1.3, certificate 31 days");
    CHECK(verdict_on(trust.authority.issue({"127.0.0.1"}, for_days(20)), trust)
              .starts_with(
                  "warning: TLSv1.3, certificate 20 days, but cert_days 20 is under 30; chain_days 20 is under 30"));
    CHECK(verdict_on(trust.authority.issue({"127.0.0.1"}, for_days(3)), trust)
              .starts_with("critical: TLSv1.3, certificate 3 days, but cert_days 3 is under 14;"));
  }

  TEST_CASE("The user's own ranges replace ours, each for itself") {
    const TrustStores trust;
    const Certificate short_lived = trust.authority.issue({"127.0.0.1"}, for_days(5));
    CHECK(verdict_on(short_lived, trust,
                     {"-w", "cert_days=2:", "-c", "cert_days=1:", "-w", "chain_days=2:", "-c", "chain_days=1:"}) ==
          "ok: TLSv1.3, certificate 5 days");
    CHECK(verdict_on(short_lived, trust, {"-c", "cert_days=1:", "-c", "chain_days=1:"}).starts_with("warning: "));
  }

  TEST_CASE("Each reason for distrust has its own sentence") {
    const TrustStores trust;
    const TrustStores other;
    CHECK(verdict_on(trust.authority.issue({"127.0.0.1"}, expired_yesterday), trust) ==
          "critical: tls: certificate: expired 1 d ago");
    CHECK(verdict_on(trust.authority.issue({"127.0.0.1"}, {std::chrono::hours(24), std::chrono::hours(48)}), trust) ==
          "critical: tls: certificate: not yet valid");
    CHECK(verdict_on(trust.authority.issue({"db.test", "10.0.0.1"}), trust) ==
          "critical: tls: certificate: is for db.test, 10.0.0.1, not for 127.0.0.1");
    CHECK(verdict_on(self_signed({"127.0.0.1"}), trust) == "critical: tls: certificate: self-signed");
    const CertificateAuthority stranger("a stranger");
    CHECK(verdict_on(stranger.issue({"127.0.0.1"}), trust) ==
          "critical: tls: certificate: of an unknown issuer: CN=a stranger");
  }

  TEST_CASE("--server-name is asked for and looked for") {
    const TrustStores trust;
    CHECK(verdict_on(trust.authority.issue({"db.test"}, for_days(90)), trust, {"--server-name", "db.test"}) ==
          "ok: TLSv1.3, certificate 90 days");
  }

  TEST_CASE("--insecure looks at the certificate and asks nothing of it") {
    const TrustStores trust;
    FakeServer server({expect_close()}, {.certificate = self_signed({"elsewhere.test"}, for_days(3))});
    const Result result = probe_one({"tls://" + server.endpoint(), "--insecure"});
    CHECK(verdict(result) == "ok: TLSv1.3, certificate 3 days");
    CHECK(reported(result).find("fact names=elsewhere.test\n") != std::string::npos);
  }

  TEST_CASE("No TLS, no word, and an end in the middle") {
    const FakeClock clock;
    const TrustStores trust;
    FakeServer plain({say("220 mail.test ESMTP\r\n"), expect_close()});
    CHECK(verdict(trust.probe(plain)) == "critical: tls: no TLS answer but \"220 m...\"");
    FakeServer short_of_words({say("\x16\x03\x03"), hang_up()});
    CHECK(verdict(trust.probe(short_of_words)) == "critical: tls: the peer hung up");
    FakeServer silent({stay_silent()});
    CHECK(verdict(trust.probe(silent, {"-t", "200ms"})) == "critical: tls: no answer within 200 ms");
    FakeServer mute({stay_silent()});
    CHECK(verdict(trust.probe(mute, {"-t", "200ms:unknown"})) == "unknown: tls: no answer within 200 ms");
  }
}

TEST_SUITE("tls: starttls") {
  const std::string ssl_request("\0\0\0\x08\x04\xd2\x16\x2f", 8);

  /// The whole result of a server that agrees to TLS by `dialogue`.
  void check_success(const std::string& protocol, Conversation dialogue) {
    const TrustStores trust;
    dialogue.push_back(start_tls());
    dialogue.push_back(expect_close());
    FakeServer server(dialogue, {.certificate = trust.authority.issue({"127.0.0.1"}, for_days(90))});
    CHECK(reported(trust.probe(server, {"--starttls", protocol})) == well(server, "dns, connect, starttls, tls"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("smtp agrees") {
    check_success("smtp", {say("220-mail.test\r\n220 ready\r\n"), expect("EHLO hale\r\n"),
                           say("250-mail.test\r\n250-STARTTLS\r\n250 HELP\r\n"), expect("STARTTLS\r\n"),
                           say("220 go ahead\r\n")});
  }

  TEST_CASE("imap agrees, with words of its own before it does") {
    check_success("imap", {say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), expect("a STARTTLS\r\n"),
                           say("* CAPABILITY IMAP4rev1\r\na OK begin\r\n")});
  }

  TEST_CASE("pop3 agrees") { check_success("pop3", {say("+OK ready\r\n"), expect("STLS\r\n"), say("+OK begin\r\n")}); }

  TEST_CASE("postgres agrees") { check_success("postgres", {expect(ssl_request), say("S")}); }

  TEST_CASE("The certificate counts as it does from the first byte on") {
    const TrustStores trust;
    FakeServer server({expect(ssl_request), say("S"), start_tls(), stay_silent()},
                      {.certificate = trust.authority.issue({"127.0.0.1"}, expired_yesterday)});
    CHECK(reported(trust.probe(server, {"--starttls", "postgres"})) ==
          "critical: tls: certificate: expired 1 d ago\nfailed: tls\nphases: dns, connect, starttls, tls\n");
  }

  TEST_CASE("Nonsense instead of the protocol") {
    const TrustStores trust;
    for (const std::string protocol : {"smtp", "imap", "pop3"}) {
      CAPTURE(protocol);
      FakeServer server({say("SSH-2.0-OpenSSH_9.2\r\n"), expect_close()});
      CHECK(verdict(trust.probe(server, {"--starttls", protocol})) == "critical: starttls: SSH-2.0-OpenSSH_9.2");
      CHECK(server.problem() == "");
    }
    FakeServer server({expect(ssl_request), say("HTTP/1.1 400 Bad Request\r\n"), expect_close()});
    CHECK(verdict(trust.probe(server, {"--starttls", "postgres"})) ==
          "critical: starttls: the server does not speak TLS");
  }

  TEST_CASE("Words behind the agreement are not taken for words within TLS") {
    const TrustStores trust;
    FakeServer server({say("+OK ready\r\n"), expect("STLS\r\n"), say("+OK begin\r\n+OK injected\r\n"), stay_silent()});
    CHECK(verdict(trust.probe(server, {"--starttls", "pop3"})) == "critical: tls: no TLS answer but \"+OK i...\"");
  }

  TEST_CASE("Every protocol: silence and hanging up in the middle of a word") {
    const FakeClock clock;
    const TrustStores trust;
    for (const std::string protocol : {"smtp", "imap", "pop3", "postgres"}) {
      CAPTURE(protocol);
      FakeServer silent({stay_silent()});
      const Result unheard = trust.probe(silent, {"--starttls", protocol, "-t", "200ms"});
      CHECK(verdict(unheard) == "critical: starttls: no answer within 200 ms");
      CHECK(unheard.length == std::chrono::milliseconds(200));
      const Conversation half = protocol == "postgres" ? Conversation{expect(ssl_request), hang_up()}
                                                       : Conversation{say("220 ma"), hang_up()};
      FakeServer gone(half);
      CHECK(verdict(trust.probe(gone, {"--starttls", protocol})) == "critical: starttls: the peer hung up");
    }
  }

  TEST_CASE("Hanging up between the agreement and TLS") {
    const TrustStores trust;
    FakeServer server({expect(ssl_request), say("S"), hang_up()});
    CHECK(verdict(trust.probe(server, {"--starttls", "postgres"})) == "critical: tls: the peer hung up");
  }

  TEST_CASE("A refusal is told in the server's words") {
    const TrustStores trust;
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
          "critical: starttls: the server does not speak TLS");
  }

  TEST_CASE("Silence, hanging up and endless talk before TLS") {
    const FakeClock clock;
    const TrustStores trust;
    FakeServer silent({stay_silent()});
    CHECK(verdict(trust.probe(silent, {"--starttls", "smtp", "-t", "200ms"})) ==
          "critical: starttls: no answer within 200 ms");
    FakeServer gone({say("220 ma"), hang_up()});
    CHECK(verdict(trust.probe(gone, {"--starttls", "smtp"})) == "critical: starttls: the peer hung up");
    FakeServer talker({say(std::string(20'000, 'x')), stay_silent()});
    CHECK(verdict(trust.probe(talker, {"--starttls", "smtp"})) ==
          "critical: starttls: the server talks without end before TLS");
    FakeServer hostile({say("500 \x1b[31m\xff|\r\n"), expect_close()});
    CHECK(trust.probe(hostile, {"--starttls", "smtp"}).message == "starttls: 500 \x1b[31m\xff|");
  }

  TEST_CASE("The port is that of the protocol") {
    CHECK(probe_one({"tls://localhost", "--starttls", "smtp", "-t", "1ms"}).address == "tls://localhost:25");
    CHECK(probe_one({"--tls", "localhost", "-t", "1ms"}).address == "tls://localhost:443");
  }
}

}  // namespace hale::testing
