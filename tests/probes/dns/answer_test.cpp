#include "probes/dns/answer.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/probes/dns/wire.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// "NOERROR 300: first | second"
std::string shown(const std::string& message, const char* type) {
  const DnsAnswer answer = read_dns_answer(message, dns_type(type).value());
  return fmt::format("{} {}: {}", answer.rcode, answer.ttl ? std::to_string(*answer.ttl) : "-",
                     fmt::join(answer.records, " | "));
}

std::string shown_all(const char* type, const std::vector<std::string>& records) {
  return shown(answer_to(question_for("a.example", *dns_type(type)), records), type);
}

std::string shown(const char* type, const std::string& data) {
  return shown_all(type, {record(*dns_type(type), data)});
}

std::string trouble(const std::string& message, const char* type = "A") {
  try {
    return shown(message, type);
  } catch (const Unhealthy& unhealthy) {
    CHECK(unhealthy.state() == State::critical);
    return unhealthy.what();
  }
}

std::string trouble_with(const char* type, const std::string& data) {
  return trouble(answer_to(question_for("a.example", *dns_type(type)), {record(*dns_type(type), data)}), type);
}

}  // namespace

TEST_SUITE("dns answer") {
  TEST_CASE("Every type in presentation format") {
    CHECK(shown("A", "\x7f\0\0\1"s) == "NOERROR 300: 127.0.0.1");
    CHECK(shown("AAAA", std::string(15, '\0') + "\1") == "NOERROR 300: ::1");
    CHECK(shown("CNAME", labels("b.example")) == "NOERROR 300: b.example");
    CHECK(shown("NS", labels("ns.b.example")) == "NOERROR 300: ns.b.example");
    CHECK(shown("PTR", labels("host.example")) == "NOERROR 300: host.example");
    CHECK(shown("MX", number16(10) + labels("mail.example")) == "NOERROR 300: 10 mail.example");
    CHECK(shown("SRV", number16(1) + number16(5) + number16(389) + labels("ldap.example")) ==
          "NOERROR 300: 1 5 389 ldap.example");
    CHECK(shown("TXT", "\5v=spf\6 -all;"s) == "NOERROR 300: v=spf -all;");
    CHECK(shown("CAA", "\0\5issueca.example; policy=ev"s) == "NOERROR 300: 0 issue \"ca.example; policy=ev\"");
    CHECK(shown("SOA", labels("ns.example") + labels("admin.example") + number32(4294967295) + number32(7200) +
                           number32(900) + number32(1209600) + number32(300)) ==
          "NOERROR 300: ns.example admin.example 4294967295 7200 900 1209600 300");
  }

  TEST_CASE("The root, empty strings, compressed names and odd letters") {
    CHECK(shown("MX", number16(0) + "\0"s) == "NOERROR 300: 0 .");
    CHECK(shown("TXT", "\0"s) == "NOERROR 300: ");
    CHECK(shown("NS", "\2ns" + same_name) == "NOERROR 300: ns.a.example");
    CHECK(shown("NS", "\3a.b\1\n\0"s) == "NOERROR 300: a\\.b.\\010");
    CHECK(shown("TXT", "\4a\0b\xff"s) == "NOERROR 300: a\0b\xff"s);
  }

  TEST_CASE("Records are sorted, and the least time to live counts") {
    CHECK(shown_all("A", {record(1, "\x7f\0\0\2"s, 60), record(1, "\x7f\0\0\1"s, 30), record(1, "\x7f\0\0\3"s, 90)}) ==
          "NOERROR 30: 127.0.0.1 | 127.0.0.2 | 127.0.0.3");
    CHECK(shown_all("A", {record(1, "\x7f\0\0\1"s, 0x80000000)}) == "NOERROR 0: 127.0.0.1");
  }

  TEST_CASE("Records of another type or class are not the answer") {
    const std::string chaos = same_name + number16(16) + number16(3) + number32(0) + number16(2) + "\1x";
    CHECK(shown_all("A", {record(5, labels("b.example"), 10), record(1, "\x7f\0\0\1"s)}) == "NOERROR 300: 127.0.0.1");
    CHECK(shown_all("TXT", {chaos}) == "NOERROR -: ");
    CHECK(shown_all("MX", {}) == "NOERROR -: ");
  }

  TEST_CASE("Every code has its name") {
    const std::string question = question_for("a.example", 1);
    const auto of = [&](unsigned code) { return shown(answer_to(question, {}, recursive + code), "A"); };
    CHECK(of(1) == "FORMERR -: ");
    CHECK(of(2) == "SERVFAIL -: ");
    CHECK(of(3) == "NXDOMAIN -: ");
    CHECK(of(4) == "NOTIMP -: ");
    CHECK(of(5) == "REFUSED -: ");
    CHECK(of(10) == "NOTZONE -: ");
    CHECK(of(11) == "RCODE11 -: ");
  }

  TEST_CASE("What is no answer") {
    CHECK(trouble("") == "the answer is broken: it ends too early");
    CHECK(trouble(question_for("a.example", 1)) == "what came back is a question, not an answer");
    CHECK(trouble(std::string(12, '\xff')) == "the answer is broken: it has a name that cannot be read");
  }

  TEST_CASE("A message cut anywhere is broken") {
    const std::string whole = answer_to(question_for("a.example", 1), {record(1, "\x7f\0\0\1"s)});
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CAPTURE(length);
      CHECK(trouble(whole.substr(0, length)).starts_with("the answer is broken: it "));
    }
    CHECK(trouble(whole) == "NOERROR 300: 127.0.0.1");
  }

  TEST_CASE("Names that point at themselves, forward or out of the message") {
    const std::string broken = "the answer is broken: it has a name that cannot be read";
    const std::size_t data_at = question_for("a.example", 2).size() + 12;
    CHECK(trouble_with("NS", "\xc0" + std::string(1, static_cast<char>(data_at))) == broken);
    CHECK(trouble_with("NS", "\1a\xc0" + std::string(1, static_cast<char>(data_at))) == broken);
    CHECK(trouble_with("NS", "\xff\xff") == broken);
    CHECK(trouble_with("NS", "\x40\0"s) == broken);
    CHECK(trouble_with("NS", "\5ab") == broken);
    CHECK(trouble_with("NS", "") == broken);
  }

  TEST_CASE("Data of the wrong length") {
    const std::string early = "the answer is broken: it ends too early";
    const std::string longer = "the answer is broken: a record is longer than its data";
    CHECK(trouble_with("A", "\x7f\0\0"s) == early);
    CHECK(trouble_with("A", "\x7f\0\0\1\0"s) == longer);
    CHECK(trouble_with("AAAA", std::string(4, '\0')) == early);
    CHECK(trouble_with("TXT", "\5abc") == early);
    CHECK(trouble_with("MX", "\1") == early);
    CHECK(trouble_with("CAA", "\0"s) == early);
    CHECK(trouble_with("CNAME", labels("b") + "x") == longer);
    CHECK(trouble_with("SOA", labels("a") + labels("b") + std::string(19, '\0')) == early);
  }

  TEST_CASE("More records are announced than there are") {
    std::string message = answer_to(question_for("a.example", 1), {record(1, "\x7f\0\0\1"s)});
    message[6] = '\xff';
    CHECK(trouble(message) == "the answer is broken: it has a name that cannot be read");
  }

  TEST_CASE("The names of the types") {
    CHECK(dns_type("caa") == 257);
    CHECK(dns_type("ANY") == std::nullopt);
    CHECK(dns_type("") == std::nullopt);
  }
}

}  // namespace hale::testing
