#include "net/buffered_stream.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/net/loop_fixture.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {
namespace {

/// The results of "line LIMIT", "first LIMIT" and "block COUNT" in turn, separated by "|".
struct Call {
  std::string name;
  std::size_t size;
};

Task<std::string> read_calls(ProbeContext& context, std::uint16_t port, std::vector<Call> calls, std::size_t chunk) {
  Stream stream = co_await dial(context, "127.0.0.1", port);
  BufferedStream reader(stream, chunk);
  std::string results;
  for (const Call& call : calls) {
    if (call.name == "line") {
      const std::optional<std::string> line = co_await reader.read_line(call.size);
      results += line.value_or("too long");
    } else if (call.name == "first") {
      results += co_await reader.read_first_line(call.size);
    } else {
      results += co_await reader.read_exactly(call.size);
    }
    results += '|';
  }
  co_return results;
}

std::string read(const std::string& sent, std::vector<Call> calls, std::size_t chunk = 16384) {
  FakeServer server({say(sent), hang_up()});
  LoopFixture fixture;
  try {
    return fixture.run(read_calls(fixture.context, server.port(), std::move(calls), chunk));
  } catch (const Unhealthy& unhealthy) {
    return unhealthy.what();
  }
}

}  // namespace

TEST_SUITE("buffered stream") {
  TEST_CASE("Lines and blocks in any order, with any chunk size") {
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{16384}}) {
      CAPTURE(chunk);
      CHECK(read("one\r\n\ntwo\nabc\r\ndef", {{"line", 10}, {"line", 10}, {"block", 2}, {"line", 10}, {"block", 5}},
                 chunk) == "one||tw|o|abc\r\n|");
    }
  }

  TEST_CASE("A line may have as many bytes as the limit") {
    CHECK(read("abc\n", {{"line", 3}}) == "abc|");
    CHECK(read("abc\n", {{"line", 2}}) == "too long|");
    CHECK(read("abc", {{"line", 2}}, 1) == "too long|");
  }

  TEST_CASE("The end of the stream within a line or a block is an error") {
    CHECK(read("abc", {{"line", 10}}) == "the peer hung up");
    CHECK(read("abc", {{"block", 4}}) == "the peer hung up");
    CHECK(read("", {{"first", 4}}) == "the peer hung up");
  }

  TEST_CASE("A first line ends at the line end, the end of the stream or the limit") {
    CHECK(read("abc\ndef", {{"first", 10}, {"block", 3}}) == "abc|def|");
    CHECK(read("abc", {{"first", 10}}, 1) == "abc|");
    CHECK(read("abcdef\n", {{"first", 3}}) == "abc|");
  }
}

}  // namespace hale::testing
