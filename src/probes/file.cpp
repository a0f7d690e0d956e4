#include "probes/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace hale {

std::string read_file(std::string_view option, const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t count = file < 0 ? -1 : 1;
  while (count > 0 && (count = read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  const int error = errno;
  if (file >= 0) close(file);
  if (count < 0) throw UsageError(fmt::format("{}{}: {}", option, harmless(path), std::strerror(error)));
  return text;
}

std::string text_or_file(std::string_view name, std::string_view text) {
  if (!text.starts_with('@')) return std::string(text);
  std::string content = read_file(fmt::format("--{} @", name), std::string(text.substr(1)));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return content;
}

}  // namespace hale
