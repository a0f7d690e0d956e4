#include "probes/amqp/wire.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "core/error.hpp"
#include "tests/probes/amqp/wire.hpp"

namespace hale::testing {
namespace {

using std::string_literals::operator""s;

std::string trouble(const auto& action) {
  try {
    action();
  } catch (const Unhealthy& unhealthy) {
    return unhealthy.what();
  }
  return "no trouble";
}

std::string trouble_with_frame(const std::string& bytes) {
  AmqpReader reader;
  reader.feed(bytes);
  return trouble([&] { reader.next(); });
}

AmqpTable read_table(const std::string& entries) {
  const std::string bytes = amqp::long_text(entries);
  return AmqpValues(bytes).table();
}

/// An entry called "x", of type and value.
AmqpTable read_entry(char type, const std::string& value) { return read_table(amqp::short_text("x") + type + value); }

}  // namespace

TEST_SUITE("AMQP frames") {
  TEST_CASE("One after the other, however they come") {
    const std::string bytes = amqp::frame(1, 7, "method") + amqp::frame(2, 65535, "") + amqp::frame(3, 1, "\xce\xce") +
                              amqp::heartbeat + amqp::frame(1, 0, "half").substr(0, 9);
    AmqpReader reader;
    std::vector<std::string> seen;
    for (const char byte : bytes) {
      reader.feed(std::string(1, byte));
      while (const auto frame = reader.next())
        seen.push_back(std::to_string(static_cast<int>(frame->type)) + " " + std::to_string(frame->channel) + " " +
                       frame->payload);
    }
    CHECK(seen == std::vector<std::string>{"1 7 method", "2 65535 ", "3 1 \xce\xce", "8 0 "});
  }

  TEST_CASE("The longest one that is taken") {
    AmqpReader reader;
    reader.feed(amqp::frame(3, 1, std::string(131072 - 8, 'x')));
    CHECK(reader.next()->payload.size() == 131072 - 8);
    CHECK(trouble_with_frame(amqp::frame(3, 1, std::string(131072 - 7, 'x')).substr(0, 8)) ==
          "no AMQP: a frame of more than 131072 bytes");
  }

  TEST_CASE("What is none") {
    CHECK(trouble_with_frame(amqp::frame(4, 0, "")) == "no AMQP: \x04");
    CHECK(trouble_with_frame("SSH-2.0-OpenSSH_9.2\r\n") == "no AMQP: SSH-2.0-OpenSSH_9.2");
    CHECK(trouble_with_frame("AMP") == "no AMQP: AMP");
    CHECK(trouble_with_frame("\r\n") == "no AMQP: ");
    CHECK(trouble_with_frame("\1\0\0\0\0\0\0x"s) == "no AMQP: a frame is longer than its length");
  }

  TEST_CASE("A greeting is a refusal") {
    CHECK(trouble_with_frame("AMQP\3\1\0\0"s) == "AMQP 0-9-1 is refused: the server speaks AMQP 1-0-0");
    CHECK(trouble_with_frame("AMQP\0\0\x09\1"s) == "AMQP 0-9-1 is refused: the server speaks AMQP 0-9-1");
    CHECK(trouble_with_frame("AMQP\0\0"s) == "no trouble");
  }
}

TEST_SUITE("AMQP values") {
  TEST_CASE("Numbers and texts") {
    const std::string bytes = "\1\2\3\4"s + amqp::short_text("short") + amqp::long_text("long\0er"s);
    AmqpValues values(bytes);
    CHECK(values.number(1) == 1);
    CHECK(values.number(3) == 0x020304);
    CHECK(values.short_text() == "short");
    CHECK(values.long_text() == "long\0er"s);
    CHECK(trouble([&] { values.number(1); }) == "no AMQP: a value is longer than its frame");
  }

  TEST_CASE("A table, and one within it") {
    CHECK(read_table(amqp::text_entry("product", "RabbitMQ") +
                     amqp::table_entry("capabilities", amqp::truth_entry("basic.nack")) +
                     amqp::text_entry("version", "3.10.8")) ==
          AmqpTable{{"product", "RabbitMQ"}, {"capabilities.basic.nack", "1"}, {"version", "3.10.8"}});
    CHECK(read_table("") == AmqpTable{});
  }

  TEST_CASE("A table within a table within a table is left out") {
    CHECK(read_table(amqp::table_entry("a", amqp::table_entry("b", amqp::truth_entry("c")) + amqp::truth_entry("d"))) ==
          AmqpTable{{"a.d", "1"}});
  }

  TEST_CASE("Every type") {
    CHECK(read_entry('t', "\0"s) == AmqpTable{{"x", "0"}});
    CHECK(read_entry('b', "\xff") == AmqpTable{{"x", "-1"}});
    CHECK(read_entry('B', "\xff") == AmqpTable{{"x", "255"}});
    CHECK(read_entry('s', "\xff\xfe") == AmqpTable{{"x", "-2"}});
    CHECK(read_entry('u', "\xff\xfe") == AmqpTable{{"x", "65534"}});
    CHECK(read_entry('I', "\xff\xff\xff\xfe") == AmqpTable{{"x", "-2"}});
    CHECK(read_entry('i', "\xff\xff\xff\xfe") == AmqpTable{{"x", "4294967294"}});
    CHECK(read_entry('l', std::string(8, '\xff')) == AmqpTable{{"x", "-1"}});
    const std::map<char, std::size_t> sizes{{'f', 4}, {'d', 8}, {'T', 8}, {'D', 5}, {'V', 0}};
    for (const auto& size : sizes) {
      CAPTURE(size.first);
      CHECK(read_table(amqp::short_text("x") + size.first + std::string(size.second, 'v') + amqp::truth_entry("y")) ==
            AmqpTable{{"y", "1"}});
    }
    for (const char type : {'A', 'x'}) {
      CAPTURE(type);
      CHECK(read_table(amqp::short_text("x") + type + amqp::long_text("whatever") + amqp::truth_entry("y")) ==
            AmqpTable{{"y", "1"}});
    }
    CHECK(trouble([] { read_entry('?', ""); }) == "no AMQP: a value of no known type");
  }

  TEST_CASE("Lengths that lie") {
    const std::string longer = "no AMQP: a value is longer than its frame";
    CHECK(trouble([] { AmqpValues("\0\0\0\5xxxx"s).table(); }) == longer);
    CHECK(trouble([] { read_entry('S', "\xff\xff\xff\xff"); }) == longer);
    CHECK(trouble([] { read_entry('F', "\0\0\0\2\1"s); }) == longer);
    CHECK(trouble([] { read_table("\x09name"); }) == longer);
    CHECK(trouble([] { read_table(amqp::short_text("x")); }) == longer);
  }

  TEST_CASE("More entries than anybody has") {
    std::string entries;
    for (int i = 0; i < 1025; ++i) entries += amqp::truth_entry(std::to_string(i));
    CHECK(trouble([&] { read_table(entries); }) == "a table of more than 1024 entries");
  }

  TEST_CASE("A name that is too long to be said") {
    CHECK(amqp_short_text(std::string(255, 'q')).size() == 256);
    CHECK(trouble([] { amqp_short_text(std::string(256, 'q')); }) == "a name of more than 255 bytes cannot be said");
  }
}

}  // namespace hale::testing
