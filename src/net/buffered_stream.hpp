#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "net/stream.hpp"

namespace hale {

/// Reads lines and blocks of bytes from a Stream. What came beyond them is kept for the next call.
class BufferedStream {
 public:
  /// Reads at most `chunk_size` bytes at once from `stream`, which has to outlive this. Use 1 when other code reads
  /// the bytes after the last line: then nothing is left in the buffer.
  explicit BufferedStream(Stream& stream, std::size_t chunk_size = 16384) : stream_(stream), chunk_size_(chunk_size) {}

  /// The next line without its "\n" or "\r\n". Nothing when it is longer than `max_bytes`. Throws Unhealthy when the
  /// peer hangs up before its end.
  Task<std::optional<std::string>> read_line(std::size_t max_bytes);

  /// What the peer sends first: up to a line end, which is left out, the end of the stream, or `max_bytes`. Throws
  /// Unhealthy when the peer hangs up without a byte.
  Task<std::string> read_first_line(std::size_t max_bytes);

  /// The next `count` bytes. Throws Unhealthy when the peer hangs up before the last of them.
  Task<std::string> read_exactly(std::size_t count);

 private:
  /// Removes the first `count` bytes of the buffer, and `skipped` bytes after them.
  std::string take(std::size_t count, std::size_t skipped = 0);

  Stream& stream_;
  std::size_t chunk_size_;
  std::string buffer_;
};

}  // namespace hale
