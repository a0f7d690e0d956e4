#include "probes/redis/resp.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_server.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

Task<std::string> exchange(ProbeContext& context, std::uint16_t port, std::vector<std::string> command, int replies) {
  RedisClient redis(co_await dial(context, "127.0.0.1", port));
  const std::vector<RedisCommand> commands(1, command);
  co_await redis.send(commands);
  std::string received;
  for (int i = 0; i < replies; ++i) {
    const RedisReply reply = co_await redis.receive();
    received += fmt::format("{} {}{}\n", static_cast<int>(reply.type), reply.text, fmt::join(reply.items, "+"));
  }
  redis.shutdown_write();
  co_return received;
}

/// The types and texts of `replies` replies to `command`, from a server that expects `expected` and sends `sent`.
std::string received(std::vector<std::string> command, const std::string& expected, const std::string& sent,
                     int replies) {
  FakeServer server({expect(expected), say(sent), expect_close()});
  LoopFixture fixture;
  const std::string text = fixture.run(exchange(fixture.context, server.port(), std::move(command), replies));
  CHECK(server.problem() == "");
  return text;
}

}  // namespace

TEST_SUITE("resp") {
  TEST_CASE("Every type of reply") {
    CHECK(received({"X"}, "*1\r\n$1\r\nX\r\n",
                   "+OK\r\n-ERR no\r\n$2\r\n\r\n\r\n:-7\r\n$-1\r\n*-1\r\n*2\r\n$1\r\na\r\n:1\r\n*0\r\n$0\r\n\r\n",
                   9) == "0 OK\n1 ERR no\n2 \r\n\n3 -7\n4 \n4 \n5 a+1\n5 \n2 \n");
  }

  TEST_CASE("Arguments of any bytes") {
    CHECK(received({"SET", "a b", "\0\r\n%s"s, ""}, "*4\r\n$3\r\nSET\r\n$3\r\na b\r\n$5\r\n\0\r\n%s\r\n$0\r\n\r\n"s,
                   "+OK\r\n", 1) == "0 OK\n");
  }

  TEST_CASE("The code of an error") {
    CHECK(RedisReply{RedisReply::Type::error, "NOAUTH Authentication required."}.error_code() == "NOAUTH");
    CHECK(RedisReply{RedisReply::Type::error, "LOADING"}.error_code() == "LOADING");
    CHECK(RedisReply{RedisReply::Type::error, ""}.error_code() == "");
  }

  TEST_CASE("A text of almost a mebibyte") {
    const std::string text(1'000'000, 'x');
    CHECK(received({"X"}, "*1\r\n$1\r\nX\r\n", fmt::format("${}\r\n{}\r\n", text.size(), text), 1) ==
          "2 " + text + "\n");
  }
}

}  // namespace hale::testing
