#include "probes/memcached/text.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::size_t max_value_bytes = std::size_t{1} << 20;

}  // namespace

std::optional<MemcachedValue> parse_value_line(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  // Only the answer to `gets` has a fifth word, a unique number.
  if (words.size() != 4 || words[0] != "VALUE" || words[1].empty()) return std::nullopt;
  const auto size = parse_integer<std::size_t>(words[3]);
  if (!size || *size > max_value_bytes) return std::nullopt;
  return MemcachedValue{std::string(words[1]), *size};
}

std::optional<std::pair<std::string, std::string>> parse_stat_line(std::string_view line) {
  constexpr std::string_view prefix = "STAT ";
  if (!line.starts_with(prefix)) return std::nullopt;
  line.remove_prefix(prefix.size());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(line.substr(0, space)), std::string(trim(line.substr(space + 1))));
}

bool is_memcached_error(std::string_view line) {
  return line == "ERROR" || line.starts_with("CLIENT_ERROR ") || line.starts_with("SERVER_ERROR ");
}

std::string set_command(std::string_view key, int seconds, std::string_view value) {
  return fmt::format("set {} 0 {} {}\r\n{}\r\n", key, seconds, value.size(), value);
}

}  // namespace hale
