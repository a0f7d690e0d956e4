#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/stream.hpp"

struct redisReader;

namespace hale {

/// What Redis says to one command (RESP2).
struct RedisReply {
  enum class Type : std::uint8_t { status, error, text, number, nothing, list };

  Type type = Type::nothing;
  std::string text{};                ///< of a status, an error or a text; the digits of a number
  std::vector<std::string> items{};  ///< of a list: the texts of its entries

  bool is_error() const { return type == Type::error; }
  /// The first word of an error: "NOAUTH", "LOADING", "ERR".
  std::string_view error_code() const { return std::string_view(text).substr(0, text.find(' ')); }
};

/// An error in the server's words, led by what its code means for who wants to use the server.
std::string explain(const RedisReply& reply);

/// What came where something else should, for "PING was answered by ...".
std::string describe_reply(const RedisReply& reply);

/// A command and its arguments.
using RedisCommand = std::vector<std::string>;

/// "SENTINEL get-master-addr-by-name" as a command.
RedisCommand parse_command(std::string_view words);

/// Makes replies of what comes over the wire.
class RedisReader {
 public:
  RedisReader();

  /// Takes what the peer said next.
  void feed(std::string_view bytes);

  /// The next reply; nothing as long as it is not whole. Throws Unhealthy for what is not Redis' protocol and when more
  /// than 1 MiB came without making a reply.
  std::optional<RedisReply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
  std::size_t unread_ = 0;  ///< bytes that came since the last reply
};

/// The two sides of Redis' protocol over a stream: hiredis' formatter and reader, nothing of its networking.
class RedisConversation {
 public:
  explicit RedisConversation(Stream stream) : stream_(std::move(stream)) {}

  /// Says the commands in one go. Each is answered by one reply, in their order.
  Task<void> say(std::vector<RedisCommand> commands);

  /// Says one command and hears its reply, as hear() does.
  Task<RedisReply> ask(RedisCommand command);

  /// The next reply. Throws Unhealthy as RedisReader does, and when the peer hangs up.
  Task<RedisReply> hear();

  /// What TLS agreed on, where it is spoken.
  std::optional<TlsSession> tls_session() const { return stream_.tls_session(); }

  /// Says that nothing follows.
  void finish();

 private:
  Stream stream_;
  RedisReader reader_;
};

/// "hiredis 0.14.1".
std::string redis_library();

}  // namespace hale
