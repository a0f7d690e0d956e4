#pragma once

#include <cstddef>
#include <limits>
#include <string>

namespace hale {

/// The contents of the file `path`. Blocks, so it is for local files only; a pipe is read until its writers close it.
/// Throws std::system_error when the file cannot be read, with std::errc::file_too_large when it is longer than
/// `max_bytes`; its code().message() does not repeat the path.
std::string read_file(const std::string& path, std::size_t max_bytes = std::numeric_limits<std::size_t>::max());

}  // namespace hale
