#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/probes/dns/wire.hpp"
#include "tests/probes/observed.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_name_server.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

FakeNameServer::Script says(std::vector<std::string> records, unsigned flags = recursive) {
  return [=](const std::string& question) { return answer_to(question, records, flags); };
}

NameServerAnswer silent(const std::string&) { return std::nullopt; }

const std::vector<std::string> home{record(1, "\x7f\0\0\2"s), record(1, "\x7f\0\0\1"s, 60)};

std::string url(const FakeNameServer& server, const std::string& rest = "a.example") {
  return fmt::format("dns://{}/{}", server.endpoint(), rest);
}

/// What is told of an answer without records, and of what is demanded of it.
std::string told_of(unsigned code, std::vector<std::string> options = {}) {
  FakeNameServer server(says({}, recursive + code));
  options.insert(options.begin(), url(server));
  std::string story = reported(probe_one(options));
  const std::string fact = fmt::format("fact server={}\n", server.endpoint());
  CHECK(story.ends_with(fact));
  return story.substr(0, story.size() - fact.size());
}

}  // namespace

TEST_SUITE("dns") {
  TEST_CASE("A name with addresses is well") {
    FakeNameServer server(says(home));
    const Result result = probe_one({url(server)});
    CHECK(reported(result) == fmt::format("ok: 127.0.0.1, 127.0.0.2\nphases: dns, ask\nmeasure answers=2 ok\n"
                                          "measure ttl=60s ok\nfact answer=127.0.0.1, 127.0.0.2\nfact rcode=NOERROR\n"
                                          "fact server={}\n",
                                          server.endpoint()));
    CHECK(result.kind == "dns");
    CHECK(result.address == url(server));
    const auto heard = server.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].first == "udp");
    CHECK(heard[0].second == question_for("a.example", 1).substr(2));
  }

  TEST_CASE("A server on IPv6") {
    FakeNameServer server(says(home), {}, "::1");
    CHECK(probe_one({url(server)}).message == "127.0.0.1, 127.0.0.2");
  }

  TEST_CASE("The type, by option or in the address") {
    for (const auto& words : {std::vector<std::string>{"a.example?type=mx"},
                              {"a.example?TYPE=MX"},
                              {"a.example", "--type", "MX"},
                              {"a.example?type=MX", "--type", "MX"}}) {
      FakeNameServer server(says({record(15, number16(10) + labels("mail.example"))}));
      std::vector<std::string> typed = words;
      typed[0] = url(server, typed[0]);
      const Result result = probe_one(typed);
      CHECK(result.message == "10 mail.example");
      CHECK(result.address == url(server, "a.example?type=MX"));
      CHECK(server.heard().at(0).second == question_for("a.example", 15).substr(2));
    }
  }

  TEST_CASE("An address is asked for in the reverse tree") {
    const auto asked_for = [](const std::string& address) {
      FakeNameServer server(says({record(12, labels("host.example"))}));
      CHECK(probe_one({url(server, address), "--type", "PTR"}).message == "host.example");
      return server.heard().at(0).second;
    };
    CHECK(asked_for("127.0.0.9") == question_for("9.0.0.127.in-addr.arpa", 12).substr(2));
    CHECK(asked_for("2001:DB8::1f") ==
          question_for("f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 12).substr(2));
    CHECK(asked_for("9.0.0.127.in-addr.arpa") == question_for("9.0.0.127.in-addr.arpa", 12).substr(2));
  }

  TEST_CASE("Names with escapes") {
    FakeNameServer server(says({record(12, labels("host.example"))}));
    CHECK(probe_one({url(server, "0%2F25.in-addr.arpa."), "--type", "PTR"}).message == "host.example");
    CHECK(server.heard().at(0).second == question_for("0/25.in-addr.arpa", 12).substr(2));
  }

  TEST_CASE("A truncated answer is asked for by TCP") {
    FakeNameServer server(says({}, truncated),
                          [](const std::string& question) { return with_length(answer_to(question, home)); });
    CHECK(reported(probe_one({url(server)})) ==
          fmt::format("ok: 127.0.0.1, 127.0.0.2\nphases: dns, ask, tcp\nmeasure answers=2 ok\nmeasure ttl=60s ok\n"
                      "fact answer=127.0.0.1, 127.0.0.2\nfact rcode=NOERROR\nfact server={}\n",
                      server.endpoint()));
    CHECK(server.heard().at(1).first == "tcp");
  }

  TEST_CASE("Every error has its own sentence") {
    const std::string none = "phases: dns, ask\nmeasure answers=0 ok\nfact answer=\nfact rcode=";
    CHECK(told_of(3) == "critical: a.example does not exist (NXDOMAIN)\n" + none + "NXDOMAIN\n");
    CHECK(told_of(2) == "critical: the server cannot find out about a.example (SERVFAIL)\n" + none + "SERVFAIL\n");
    CHECK(told_of(5) == "critical: the server refuses to answer for a.example (REFUSED)\n" + none + "REFUSED\n");
    CHECK(told_of(4) == "critical: the server does not answer such questions (NOTIMP)\n" + none + "NOTIMP\n");
    CHECK(told_of(1) == "critical: the server does not understand the question (FORMERR)\n" + none + "FORMERR\n");
    CHECK(told_of(9) == "critical: the server answers NOTAUTH\n" + none + "NOTAUTH\n");
    CHECK(told_of(0) == "critical: a.example has no A record\n" + none + "NOERROR\n");
  }

  TEST_CASE("A demand takes the place of hale's own judgement") {
    const std::string none = "phases: dns, ask\nmeasure answers=0 ok";
    CHECK(told_of(3, {"-e", "rcode=NXDOMAIN"}) ==
          "ok: a.example does not exist (NXDOMAIN)\n" + none + "\nfact answer=\nfact rcode=NXDOMAIN\n");
    CHECK(told_of(0, {"-e", "answers=0"}) ==
          "ok: a.example has no A record\n" + none + "\nfact answer=\nfact rcode=NOERROR\n");
    CHECK(told_of(3, {"-w", "ttl=60:"}) == "critical: a.example does not exist (NXDOMAIN); ttl is absent\n" + none +
                                               "\nfact answer=\nfact rcode=NXDOMAIN\n");
  }

  TEST_CASE("Demands on the answer") {
    FakeNameServer server(says(home));
    CHECK(probe_one({url(server), "-e", "answer=127.0.0.1, 127.0.0.2"}).state == State::critical);
    FakeNameServer other(says(home));
    CHECK(probe_one({url(other), "-e", "answer~^127.0.0.1, 127.0.0.2$", "-e", "answers>=2", "-c", "ttl=30:"}).message ==
          "127.0.0.1, 127.0.0.2");
    FakeNameServer third(says(home));
    CHECK(probe_one({url(third), "-w", "ttl=5min:"}).message == "127.0.0.1, 127.0.0.2, but ttl 1 min is under 5 min");
  }

  TEST_CASE("Nobody there") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("dns://127.0.0.1:{}/a.example", closed.port())})) ==
          "critical: ask: Connection refused\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("Nobody there by TCP") {
    FakeNameServer server(says({}, truncated));
    CHECK(reported(probe_one({url(server)})) ==
          "critical: tcp: Connection refused\nfailed: tcp\nphases: dns, ask, tcp\n");
  }

  TEST_CASE("What does not belong to the question is not listened to") {
    const FakeClock clock;
    const auto told_of_answer = [](const FakeNameServer::Script& script) {
      FakeNameServer server(script);
      return reported(probe_one({url(server), "-t", "20s"}));
    };
    const std::string unanswered = "critical: ask: no answer within 20 s\nfailed: ask\nphases: dns, ask\n";
    CHECK(told_of_answer([](const std::string&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }) == unanswered);
    CHECK(told_of_answer([](const std::string& question) {
            std::string forged = answer_to(question, home);
            forged[0] = static_cast<char>(forged[0] ^ 1);
            return forged;
          }) == unanswered);
    CHECK(told_of_answer([](const std::string& question) {
            return answer_to(question.substr(0, 12) + labels("b.example") + question.substr(question.size() - 4), home);
          }) == unanswered);
  }

  TEST_CASE("An echo is no answer") {
    FakeNameServer server([](const std::string& question) { return question; });
    CHECK(reported(probe_one({url(server)})) ==
          "critical: ask: what came back is a question, not an answer\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("An answer with a name that points at itself") {
    FakeNameServer server(says({record(2, "\xc0\x27")}));
    CHECK(reported(probe_one({url(server), "--type", "NS"})) ==
          "critical: ask: the answer is broken: it has a name that cannot be read\nfailed: ask\nphases: dns, ask\n");
  }

  TEST_CASE("Hanging up mid-word") {
    FakeNameServer server(says({}, truncated), [](const std::string& question) {
      return with_length(answer_to(question, home)).substr(0, 20);
    });
    CHECK(reported(probe_one({url(server)})) ==
          "critical: tcp: the server hung up\nfailed: tcp\nphases: dns, ask, tcp\n");
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeNameServer server(silent);
    const Result result = probe_one({url(server), "-t", "20s"});
    CHECK(reported(result) == "critical: ask: no answer within 20 s\nfailed: ask\nphases: dns, ask\n");
    CHECK(result.length == std::chrono::seconds(20));
  }

  TEST_CASE("Never answering by TCP") {
    const FakeClock clock;
    FakeNameServer server(says({}, truncated), silent);
    const Result result = probe_one({url(server), "-t", "20s:unknown"});
    CHECK(reported(result) == "unknown: tcp: no answer within 20 s\nfailed: tcp\nphases: dns, ask, tcp\n");
    CHECK(result.length == std::chrono::seconds(20));
  }

  TEST_CASE("Many questions at once, answered or not") {
    const FakeClock clock;
    FakeNameServer well(says(home));
    FakeNameServer mute(silent);
    std::vector<std::string> words{"-t", "20s"};
    for (int i = 0; i < 100; ++i) words.push_back(url(i % 2 == 0 ? well : mute, fmt::format("n{}.example", i)));
    std::size_t answered = 0;
    for (const Result& result : probe(words).results) answered += result.state == State::ok ? 1 : 0;
    CHECK(answered == 50);
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeNameServer server(says({record(16, "\x0e\x1b[2J\xe2\x80\xae|a\0b\xff\r\n"s)}));
    const Finished finished = run_hale({"--for", "nagios", url(server), "--type", "TXT"});
    CHECK(finished.out.starts_with(
        fmt::format("HALE OK: {}?type=TXT - \\x1b[2J\\u{{202e}}/a\\x00b\xef\xbf\xbd | time=", url(server))));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("A bare name is one for the system's servers") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--dns", "a.example"}, {"dns:a.example"}, {"dns:///a.example"}}) {
      std::vector<std::string> refused = words;
      refused.insert(refused.end(), {"--query", "x"});
      CHECK(refusal_of(refused).starts_with("--query is not for dns targets"));
    }
  }

  TEST_CASE("What is wrong with an address") {
    const std::string form = "use dns://[SERVER[:PORT]]/NAME[?type=TYPE] or NAME";
    CHECK(refusal_of({"dns:///"}) == "dns:///: no name to ask for; " + form);
    CHECK(refusal_of({"dns://a.example"}) ==
          "dns://a.example: no name to ask for; write dns:///a.example, or dns://a.example/NAME to ask the server "
          "a.example");
    CHECK(refusal_of({"--dns", "127.0.0.1/a.example"}) ==
          "--dns 127.0.0.1/a.example: a bare name has no slash; write dns://SERVER/NAME, and %2F for a slash within a "
          "name");
    CHECK(refusal_of({"--dns", "a.example:53"}) ==
          "--dns a.example:53: a bare name has no port; write dns://SERVER:PORT/NAME");
    CHECK(refusal_of({"--dns", "http://a.example"}) ==
          "--dns http://a.example: dns targets do not accept the scheme http://; " + form);
    CHECK(refusal_of({"dns://me:sesame@127.0.0.1/a"}) ==
          "dns:...: a name server knows no users; write dns://SERVER/NAME");
    CHECK(refusal_of({"--dns", "127.0.0.1"}) ==
          "--dns 127.0.0.1: 127.0.0.1 is an address; write --type PTR to ask for its name");
    CHECK(refusal_of({"dns:///::1?type=MX"}) == "dns:...: ::1 is an address; write --type PTR to ask for its name");
    CHECK(refusal_of({"--dns", "a..b"}) ==
          "--dns a..b: no name server is asked for this name; write labels of 1 to 63 characters with dots between "
          "them, 253 in all");
    CHECK(
        refusal_of({"--dns", "m\u00fcnchen.example"}) ==
        "--dns 'm\u00fcnchen.example': a name with letters beyond ASCII is asked for in its coded form; write xn--...");
  }

  TEST_CASE("What is wrong with a type") {
    const std::string choices = "choose A, AAAA, CNAME, MX, NS, TXT, PTR, SRV, SOA or CAA";
    CHECK(refusal_of({"--dns", "a.example", "--type", "ANY"}) == "--type ANY: " + choices);
    CHECK(refusal_of({"dns:///a.example?type=ANY"}) == "dns:...: ?type=ANY: " + choices);
    CHECK(refusal_of({"dns:///a.example?class=IN"}) ==
          "dns:...: behind the ? of a dns target stands its type; write ?type=MX");
    CHECK(refusal_of({"dns:///a.example?type=MX", "--type", "NS"}) ==
          "dns:...: ?type=MX and --type NS differ; leave one of them out");
  }
}

}  // namespace hale::testing
