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

/// A server's reply to one command (redis.io, "Redis serialization protocol specification", RESP2).
struct RedisReply {
  enum class Type : std::uint8_t { status, error, text, number, nothing, list };

  Type type = Type::nothing;         ///< `nothing` is a null bulk string or a null array
  std::string text{};                ///< of a status, an error or a bulk string; the digits of a number
  std::vector<std::string> items{};  ///< of a list: the text of each entry; nested lists are empty texts

  bool is_error() const { return type == Type::error; }
  /// The first word of an error, its code: "NOAUTH", "LOADING", "ERR".
  std::string_view error_code() const { return std::string_view(text).substr(0, text.find(' ')); }
};

/// The error text of `reply`, preceded by a plain explanation when its code is a known one: "wrong user or password
/// (WRONGPASS ...)".
std::string describe_error(const RedisReply& reply);

/// A short text for an unexpected reply: its text (60 bytes at most), "a list" or "nothing".
std::string describe_reply(const RedisReply& reply);

/// A command and its arguments; each may hold any bytes.
using RedisCommand = std::vector<std::string>;

/// Splits `text` at each blank: "SENTINEL get-master-addr-by-name" gives two arguments. For literals, not for user
/// input.
RedisCommand parse_command(std::string_view text);

/// Parses replies from bytes, incrementally, with hiredis' reader.
class RedisReader {
 public:
  RedisReader();

  /// Appends `bytes`, which were received from the server.
  void feed(std::string_view bytes);

  /// The next complete reply; empty while more bytes are needed. Throws Unhealthy for bytes that are not RESP, for a
  /// list of more than 4096 entries, and for a reply that is still incomplete after 1 MiB.
  std::optional<RedisReply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
  std::size_t pending_ = 0;  ///< bytes fed since the last complete reply
};

/// A Redis client on a connected stream. It uses hiredis to format commands and parse replies; hiredis does no I/O.
/// Every Task here throws std::system_error when the connection breaks, and when the probe's deadline passes.
class RedisClient {
 public:
  explicit RedisClient(Stream stream) : stream_(std::move(stream)) {}

  /// Sends all `commands` in one write (pipelining). The server replies to each, in the same order: call receive() once
  /// for each.
  Task<void> send(std::vector<RedisCommand> commands);

  /// Receives the next reply. An error reply is returned, not thrown. Throws Unhealthy as RedisReader::next() does, and
  /// when the server closes the connection.
  Task<RedisReply> receive();

  /// Sends `command` and receives its reply.
  Task<RedisReply> call(RedisCommand command);

  /// The negotiated TLS parameters and the certificate; empty without TLS.
  std::optional<TlsSession> tls_session() const { return stream_.tls_session(); }

  /// Closes the sending side, so that the server sees an orderly end instead of a reset.
  void shutdown_write();

 private:
  Stream stream_;
  RedisReader reader_;
};

/// "hiredis 0.14.1": the version hale was compiled with.
std::string redis_library();

}  // namespace hale
