#include "probes/dns/answer.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/probes/dns/wire.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// The answer in `message`: "NOERROR 300: first | second".
std::string format_answer(const std::string& message, const char* type) {
  const DnsAnswer answer = read_dns_answer(message, dns_type(type).value());
  return fmt::format("{} {}: {}", answer.rcode, answer.ttl ? std::to_string(*answer.ttl) : "-",
                     fmt::join(answer.records, " | "));
}

std::string format_records(const char* type, const std::vector<std::string>& records) {
  return format_answer(answer_to(question_for("a.example", *dns_type(type)), records), type);
}

std::string format_answer(const char* type, const std::string& data) {
  return format_records(type, {record(*dns_type(type), data)});
}

std::string parse_error(const std::string& message, const char* type = "A") {
  try {
    return format_answer(message, type);
  } catch (const Unhealthy& unhealthy) {
    CHECK(unhealthy.state() == State::critical);
    return unhealthy.what();
  }
}

std::string record_error(const char* type, const std::string& data) {
  return parse_error(answer_to(question_for("a.example", *dns_type(type)), {record(*dns_type(type), data)}), type);
}

}  // namespace

TEST_SUITE("dns answer") {
  TEST_CASE("Each type in presentation format") {
    CHECK(format_answer("A", "\x7f\0\0\1"s) == "NOERROR 300: 127.0.0.1");
    CHECK(format_answer("AAAA", std::string(15, '\0') + "\1") == "NOERROR 300: ::1");
    CHECK(format_answer("CNAME", labels("b.example")) == "NOERROR 300: b.example");
    CHECK(format_answer("NS", labels("ns.b.example")) == "NOERROR 300: ns.b.example");
    CHECK(format_answer("PTR", labels("host.example")) == "NOERROR 300: host.example");
    CHECK(format_answer("MX", number16(10) + labels("mail.example")) == "NOERROR 300: 10 mail.example");
    CHECK(format_answer("SRV", number16(1) + number16(5) + number16(389) + labels("ldap.example")) ==
          "NOERROR 300: 1 5 389 ldap.example");
    CHECK(format_answer("TXT", "\5v=spf\6 -all;"s) == "NOERROR 300: v=spf -all;");
    CHECK(format_answer("CAA", "\0\5issueca.example; policy=ev"s) == "NOERROR 300: 0 issue \"ca.example; policy=ev\"");
    CHECK(format_answer("SOA", labels("ns.example") + labels("admin.example") + number32(4294967295) + number32(7200) +
                                   number32(900) + number32(1209600) + number32(300)) ==
          "NOERROR 300: ns.example admin.example 4294967295 7200 900 1209600 300");
  }

  TEST_CASE("Root name, empty strings, compressed names and unusual characters") {
    CHECK(format_answer("MX", number16(0) + "\0"s) == "NOERROR 300: 0 .");
    CHECK(format_answer("TXT", "\0"s) == "NOERROR 300: ");
    CHECK(format_answer("NS", "\2ns" + same_name) == "NOERROR 300: ns.a.example");
    CHECK(format_answer("NS", "\3a.b\1\n\0"s) == "NOERROR 300: a\\.b.\\010");
    CHECK(format_answer("TXT", "\4a\0b\xff"s) == "NOERROR 300: a\0b\xff"s);
  }

  TEST_CASE("Records are sorted, and the lowest TTL counts") {
    CHECK(format_records("A", {record(1, "\x7f\0\0\2"s, 60), record(1, "\x7f\0\0\1"s, 30),
                               record(1, "\x7f\0\0\3"s, 90)}) == "NOERROR 30: 127.0.0.1 | 127.0.0.2 | 127.0.0.3");
    CHECK(format_records("A", {record(1, "\x7f\0\0\1"s, 0x80000000)}) == "NOERROR 0: 127.0.0.1");
  }

  TEST_CASE("Records of another type or class are ignored") {
    const std::string chaos = same_name + number16(16) + number16(3) + number32(0) + number16(2) + "\1x";
    CHECK(format_records("A", {record(5, labels("b.example"), 10), record(1, "\x7f\0\0\1"s)}) ==
          "NOERROR 300: 127.0.0.1");
    CHECK(format_records("TXT", {chaos}) == "NOERROR -: ");
    CHECK(format_records("MX", {}) == "NOERROR -: ");
  }

  TEST_CASE("Response codes have names") {
    const std::string question = question_for("a.example", 1);
    const auto answer_with_code = [&](unsigned code) {
      return format_answer(answer_to(question, {}, recursive + code), "A");
    };
    CHECK(answer_with_code(1) == "FORMERR -: ");
    CHECK(answer_with_code(2) == "SERVFAIL -: ");
    CHECK(answer_with_code(3) == "NXDOMAIN -: ");
    CHECK(answer_with_code(4) == "NOTIMP -: ");
    CHECK(answer_with_code(5) == "REFUSED -: ");
    CHECK(answer_with_code(10) == "NOTZONE -: ");
    CHECK(answer_with_code(11) == "RCODE11 -: ");
  }

  TEST_CASE("Messages that are not answers") {
    CHECK(parse_error("") == "malformed answer: it ends too early");
    CHECK(parse_error(question_for("a.example", 1)) == "the server sent a query instead of an answer");
    CHECK(parse_error(std::string(12, '\xff')) == "malformed answer: it has an invalid name");
  }

  TEST_CASE("A message truncated at any byte is malformed") {
    const std::string message = answer_to(question_for("a.example", 1), {record(1, "\x7f\0\0\1"s)});
    for (std::size_t length = 0; length < message.size(); ++length) {
      CAPTURE(length);
      CHECK(parse_error(message.substr(0, length)).starts_with("malformed answer: it "));
    }
    CHECK(parse_error(message) == "NOERROR 300: 127.0.0.1");
  }

  TEST_CASE("Names that point to themselves, forward or out of the message") {
    const std::string invalid_name = "malformed answer: it has an invalid name";
    const std::size_t data_offset = question_for("a.example", 2).size() + 12;
    CHECK(record_error("NS", "\xc0" + std::string(1, static_cast<char>(data_offset))) == invalid_name);
    CHECK(record_error("NS", "\1a\xc0" + std::string(1, static_cast<char>(data_offset))) == invalid_name);
    CHECK(record_error("NS", "\xff\xff") == invalid_name);
    CHECK(record_error("NS", "\x40\0"s) == invalid_name);
    CHECK(record_error("NS", "\5ab") == invalid_name);
    CHECK(record_error("NS", "") == invalid_name);
  }

  TEST_CASE("Data of the wrong length") {
    const std::string too_short = "malformed answer: it ends too early";
    const std::string too_long = "malformed answer: extra data in a record";
    CHECK(record_error("A", "\x7f\0\0"s) == too_short);
    CHECK(record_error("A", "\x7f\0\0\1\0"s) == too_long);
    CHECK(record_error("AAAA", std::string(4, '\0')) == too_short);
    CHECK(record_error("TXT", "\5abc") == too_short);
    CHECK(record_error("MX", "\1") == too_short);
    CHECK(record_error("CAA", "\0"s) == too_short);
    CHECK(record_error("CNAME", labels("b") + "x") == too_long);
    CHECK(record_error("SOA", labels("a") + labels("b") + std::string(19, '\0')) == too_short);
  }

  TEST_CASE("A record count that is too high") {
    std::string message = answer_to(question_for("a.example", 1), {record(1, "\x7f\0\0\1"s)});
    message[6] = '\xff';
    CHECK(parse_error(message) == "malformed answer: it has an invalid name");
  }

  TEST_CASE("Numbers of record types") {
    CHECK(dns_type("caa") == 257);
    CHECK(dns_type("ANY") == std::nullopt);
    CHECK(dns_type("") == std::nullopt);
  }
}

}  // namespace hale::testing
