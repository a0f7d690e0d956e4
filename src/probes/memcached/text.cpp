#include "probes/memcached/text.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t max_line_bytes = 8192;
constexpr std::size_t max_value_bytes = std::size_t{1} << 20;
constexpr std::string_view line_end = "\r\n";

}  // namespace

std::optional<std::string> MemcachedReader::line() {
  const std::size_t end = unread_.find('\n');
  if (end > max_line_bytes && unread_.size() > max_line_bytes)
    throw Unhealthy(fmt::format("not a memcached answer: a line of more than {} bytes", max_line_bytes));
  if (end == std::string::npos) return std::nullopt;
  std::string text = unread_.substr(0, end);
  if (text.ends_with('\r')) text.pop_back();
  unread_.erase(0, end + 1);
  return text;
}

std::optional<std::string> MemcachedReader::block(std::size_t size) {
  if (unread_.size() < size + line_end.size()) return std::nullopt;
  if (unread_.compare(size, line_end.size(), line_end) != 0)
    throw Unhealthy("not a memcached answer: a value is longer than its length");
  std::string bytes = unread_.substr(0, size);
  unread_.erase(0, size + line_end.size());
  return bytes;
}

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
