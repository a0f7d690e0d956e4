#include "probes/memcached/text.hpp"

#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t line_cap = 8192;
constexpr std::size_t value_cap = std::size_t{1} << 20;
constexpr std::string_view line_end = "\r\n";

}  // namespace

std::optional<std::string> MemcachedReader::line() {
  const std::size_t end = unread_.find('\n');
  if (end > line_cap && unread_.size() > line_cap)
    throw Unhealthy(fmt::format("no memcached answer: a line of more than {} bytes", line_cap));
  if (end == std::string::npos) return std::nullopt;
  std::string text = unread_.substr(0, end);
  if (text.ends_with('\r')) text.pop_back();
  unread_.erase(0, end + 1);
  return text;
}

std::optional<std::string> MemcachedReader::block(std::size_t size) {
  if (unread_.size() < size + line_end.size()) return std::nullopt;
  if (unread_.compare(size, line_end.size(), line_end) != 0)
    throw Unhealthy("no memcached answer: a value is longer than its length");
  std::string bytes = unread_.substr(0, size);
  unread_.erase(0, size + line_end.size());
  return bytes;
}

std::optional<MemcachedValue> read_value_line(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  // A fifth word is the unique number that only `gets` is told.
  if (words.size() != 4 || words[0] != "VALUE" || words[1].empty()) return std::nullopt;
  MemcachedValue value{std::string(words[1])};
  const std::string_view digits = words[3];
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value.size);
  if (error != std::errc() || end != digits.data() + digits.size() || value.size > value_cap) return std::nullopt;
  return value;
}

std::optional<std::pair<std::string, std::string>> read_stat_line(std::string_view line) {
  constexpr std::string_view lead = "STAT ";
  if (!line.starts_with(lead)) return std::nullopt;
  line.remove_prefix(lead.size());
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(line.substr(0, blank)), std::string(trim(line.substr(blank + 1))));
}

bool is_memcached_error(std::string_view line) {
  return line == "ERROR" || line.starts_with("CLIENT_ERROR ") || line.starts_with("SERVER_ERROR ");
}

std::string set_command(std::string_view key, int seconds, std::string_view value) {
  return fmt::format("set {} 0 {} {}\r\n{}\r\n", key, seconds, value.size(), value);
}

}  // namespace hale
