#include "probes/amqp/wire.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "core/error.hpp"
#include "tests/probes/amqp/wire.hpp"

namespace hale::testing {
namespace {

using std::string_literals::operator""s;

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Unhealthy& unhealthy) {
    return unhealthy.what();
  }
  return "no error";
}

std::string frame_error(const std::string& bytes) {
  AmqpReader reader;
  reader.feed(bytes);
  return error_of([&] { reader.next(); });
}

AmqpTable read_table(const std::string& entries) {
  const std::string bytes = amqp::long_string(entries);
  return AmqpDecoder(bytes).table();
}

/// An entry called "x", of type and value.
AmqpTable read_entry(char type, const std::string& value) { return read_table(amqp::short_string("x") + type + value); }

}  // namespace

TEST_SUITE("AMQP frames") {
  TEST_CASE("Frames are complete however the bytes arrive") {
    const std::string bytes = amqp::frame(1, 7, "method") + amqp::frame(2, 65535, "") + amqp::frame(3, 1, "\xce\xce") +
                              amqp::heartbeat + amqp::frame(1, 0, "half").substr(0, 9);
    AmqpReader reader;
    std::vector<std::string> frames;
    for (const char byte : bytes) {
      reader.feed(std::string(1, byte));
      while (const auto frame = reader.next())
        frames.push_back(std::to_string(static_cast<int>(frame->type)) + " " + std::to_string(frame->channel) + " " +
                         frame->payload);
    }
    CHECK(frames == std::vector<std::string>{"1 7 method", "2 65535 ", "3 1 \xce\xce", "8 0 "});
  }

  TEST_CASE("The longest accepted frame") {
    AmqpReader reader;
    reader.feed(amqp::frame(3, 1, std::string(131072 - 8, 'x')));
    CHECK(reader.next()->payload.size() == 131072 - 8);
    CHECK(frame_error(amqp::frame(3, 1, std::string(131072 - 7, 'x')).substr(0, 8)) ==
          "not AMQP: a frame of more than 131072 bytes");
  }

  TEST_CASE("Bytes that are not a frame") {
    CHECK(frame_error(amqp::frame(4, 0, "")) == "not AMQP: \x04");
    CHECK(frame_error("SSH-2.0-OpenSSH_9.2\r\n") == "not AMQP: SSH-2.0-OpenSSH_9.2");
    CHECK(frame_error("AMP") == "not AMQP: AMP");
    CHECK(frame_error("\r\n") == "not AMQP: ");
    CHECK(frame_error("\1\0\0\0\0\0\0x"s) == "not AMQP: a frame exceeds its declared length");
  }

  TEST_CASE("The server's protocol header refuses the version") {
    CHECK(frame_error("AMQP\3\1\0\0"s) == "the server refuses AMQP 0-9-1, it speaks AMQP 1-0-0");
    CHECK(frame_error("AMQP\0\0\x09\1"s) == "the server refuses AMQP 0-9-1, it speaks AMQP 0-9-1");
    CHECK(frame_error("AMQP\0\0"s) == "no error");
  }
}

TEST_SUITE("AMQP values") {
  TEST_CASE("Numbers and strings") {
    const std::string bytes = "\1\2\3\4"s + amqp::short_string("short") + amqp::long_string("long\0er"s);
    AmqpDecoder values(bytes);
    CHECK(values.number(1) == 1);
    CHECK(values.number(3) == 0x020304);
    CHECK(values.short_string() == "short");
    CHECK(values.long_string() == "long\0er"s);
    CHECK(error_of([&] { values.number(1); }) == "not AMQP: a value exceeds its frame");
  }

  TEST_CASE("A nested table") {
    CHECK(read_table(amqp::string_entry("product", "RabbitMQ") +
                     amqp::table_entry("capabilities", amqp::boolean_entry("basic.nack")) +
                     amqp::string_entry("version", "3.10.8")) ==
          AmqpTable{{"product", "RabbitMQ"}, {"capabilities.basic.nack", "1"}, {"version", "3.10.8"}});
    CHECK(read_table("") == AmqpTable{});
  }

  TEST_CASE("Tables nested deeper are dropped") {
    CHECK(read_table(amqp::table_entry("a", amqp::table_entry("b", amqp::boolean_entry("c")) +
                                                amqp::boolean_entry("d"))) == AmqpTable{{"a.d", "1"}});
  }

  TEST_CASE("All types") {
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
      CHECK(read_table(amqp::short_string("x") + size.first + std::string(size.second, 'v') +
                       amqp::boolean_entry("y")) == AmqpTable{{"y", "1"}});
    }
    for (const char type : {'A', 'x'}) {
      CAPTURE(type);
      CHECK(read_table(amqp::short_string("x") + type + amqp::long_string("whatever") + amqp::boolean_entry("y")) ==
            AmqpTable{{"y", "1"}});
    }
    CHECK(error_of([] { read_entry('?', ""); }) == "not AMQP: a value of an unknown type");
  }

  TEST_CASE("Lengths that exceed the frame") {
    const std::string too_long = "not AMQP: a value exceeds its frame";
    CHECK(error_of([] { AmqpDecoder("\0\0\0\5xxxx"s).table(); }) == too_long);
    CHECK(error_of([] { read_entry('S', "\xff\xff\xff\xff"); }) == too_long);
    CHECK(error_of([] { read_entry('F', "\0\0\0\2\1"s); }) == too_long);
    CHECK(error_of([] { read_table("\x09name"); }) == too_long);
    CHECK(error_of([] { read_table(amqp::short_string("x")); }) == too_long);
  }

  TEST_CASE("Too many entries in a table") {
    std::string entries;
    for (int i = 0; i < 1025; ++i) entries += amqp::boolean_entry(std::to_string(i));
    CHECK(error_of([&] { read_table(entries); }) == "a table of more than 1024 entries");
  }

  TEST_CASE("A name that is too long to encode") {
    CHECK(amqp_short_string(std::string(255, 'q')).size() == 256);
    CHECK(error_of([] { amqp_short_string(std::string(256, 'q')); }) == "a name is longer than 255 bytes");
  }
}

}  // namespace hale::testing
