#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream.hpp"

namespace hale {

/// What Redis says to one command (RESP2).
struct RedisReply {
  enum class Type : std::uint8_t { status, error, text, number, nothing, list };

  Type type = Type::nothing;
  std::string text;  ///< of a status, an error or a text; the digits of a number

  bool is_error() const { return type == Type::error; }
  /// The first word of an error: "NOAUTH", "LOADING", "ERR".
  std::string_view error_code() const { return std::string_view(text).substr(0, text.find(' ')); }
};

/// The two sides of Redis' protocol over a stream: hiredis' formatter and reader, nothing of its networking.
class RedisConversation {
 public:
  explicit RedisConversation(Stream stream);
  RedisConversation(RedisConversation&&) noexcept;
  ~RedisConversation();

  /// Says one command.
  Task<void> say(std::vector<std::string> words);

  /// The next reply, of at most 1 MiB. Throws Unhealthy for what is not Redis' protocol, and when the peer hangs up.
  Task<RedisReply> hear();

  /// Says that nothing follows.
  void finish();

 private:
  struct Reader;

  Stream stream_;
  std::unique_ptr<Reader> reader_;
};

/// "hiredis 0.14.1".
std::string redis_library();

}  // namespace hale
