#include "probes/common/option_file.hpp"

#include <system_error>

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {

std::string read_option_file(std::string_view option, const std::string& path) {
  try {
    return read_file(path);
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("{}{}: {}", option, sanitize(path), error.code().message()));
  }
}

std::string text_or_file(std::string_view name, std::string_view text) {
  if (!text.starts_with('@')) return std::string(text);
  std::string content = read_option_file(fmt::format("--{} @", name), std::string(text.substr(1)));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return content;
}

}  // namespace hale
