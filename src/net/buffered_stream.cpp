#include "net/buffered_stream.hpp"

#include <algorithm>

namespace hale {

Task<std::optional<std::string>> BufferedStream::read_line(std::size_t max_bytes) {
  for (std::size_t searched = 0;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (std::min(end, buffer_.size()) > max_bytes) co_return std::nullopt;
    if (end != std::string::npos) {
      std::string line = take(end, 1);
      if (line.ends_with('\r')) line.pop_back();
      co_return line;
    }
    searched = buffer_.size();
    buffer_ += co_await stream_.read_some(chunk_size_);
  }
}

Task<std::string> BufferedStream::read_first_line(std::size_t max_bytes) {
  if (buffer_.empty()) buffer_ = co_await stream_.read_some(chunk_size_);
  while (buffer_.find('\n') == std::string::npos && buffer_.size() < max_bytes) {
    const std::string bytes = co_await stream_.read(chunk_size_);
    if (bytes.empty()) break;
    buffer_ += bytes;
  }
  const std::size_t end = std::min(buffer_.find('\n'), std::min(buffer_.size(), max_bytes));
  co_return take(end, 1);
}

Task<std::string> BufferedStream::read_exactly(std::size_t count) {
  while (buffer_.size() < count) buffer_ += co_await stream_.read_some(chunk_size_);
  co_return take(count);
}

std::string BufferedStream::take(std::size_t count, std::size_t skipped) {
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count + skipped);
  return bytes;
}

}  // namespace hale
