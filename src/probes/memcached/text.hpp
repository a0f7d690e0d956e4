#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hale {

// memcached's text protocol (doc/protocol.txt in its source).

/// The line before a value: "VALUE <key> <flags> <bytes>".
struct MemcachedValue {
  std::string key;
  std::size_t size = 0;  ///< in bytes
};

/// Parses a VALUE line. Nothing for any other line, and for a value of more than 1 MiB.
std::optional<MemcachedValue> parse_value_line(std::string_view line);

/// The name and value of "STAT <name> <value>"; nothing for any other line.
std::optional<std::pair<std::string, std::string>> parse_stat_line(std::string_view line);

/// True for "ERROR", "CLIENT_ERROR <message>" and "SERVER_ERROR <message>".
bool is_memcached_error(std::string_view line);

/// The command that stores `value`, which may be any bytes, under `key` for `seconds`. A negative number makes the
/// value expire immediately.
std::string set_command(std::string_view key, int seconds, std::string_view value);

}  // namespace hale
