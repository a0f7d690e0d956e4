#pragma once

#include <string>

namespace hale {

/// The whole file. Throws std::system_error when it cannot be read. For small local files: it blocks.
std::string read_file(const std::string& path);

}  // namespace hale
