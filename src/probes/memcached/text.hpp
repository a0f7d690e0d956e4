#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hale {

// memcached's text protocol, as its doc/protocol.txt spells it.

/// Makes lines and blocks of what comes over the wire.
class MemcachedReader {
 public:
  /// Takes what the peer said next.
  void feed(std::string_view bytes) { unread_ += bytes; }

  /// The next line without its end; nothing as long as it is not whole. Throws Unhealthy when it is longer than 8 KiB.
  std::optional<std::string> line();

  /// The next `size` bytes, behind which a line ends; nothing as long as they are not whole. Throws Unhealthy when no
  /// line ends there.
  std::optional<std::string> block(std::size_t size);

 private:
  std::string unread_;
};

/// What stands before a value: "VALUE <key> <flags> <bytes>".
struct MemcachedValue {
  std::string key;
  std::size_t size = 0;
};

/// Nothing when `line` is something else, and for a value of more than 1 MiB.
std::optional<MemcachedValue> read_value_line(std::string_view line);

/// Name and value of "STAT <name> <value>"; nothing when `line` is something else.
std::optional<std::pair<std::string, std::string>> read_stat_line(std::string_view line);

/// True for "ERROR", "CLIENT_ERROR <words>" and "SERVER_ERROR <words>".
bool is_memcached_error(std::string_view line);

/// The command that stores `value`, which may be any bytes, under `key` for `seconds`; at once forgotten when they are
/// below zero.
std::string set_command(std::string_view key, int seconds, std::string_view value);

}  // namespace hale
