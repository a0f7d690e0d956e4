#include "base/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace hale {

std::string read_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t count = file < 0 ? -1 : 1;
  while (count > 0 && (count = read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  const int error = errno;
  if (file >= 0) close(file);
  if (count < 0) throw std::system_error(error, std::generic_category());
  return text;
}

}  // namespace hale
