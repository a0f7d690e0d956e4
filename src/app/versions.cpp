#include "app/versions.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/Version.hpp>
#include <asio/version.hpp>
#include <nlohmann/json.hpp>

#include "core/pattern.hpp"
#include "net/tls/config.hpp"

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

namespace hale {
namespace {

std::string c_library() {
#ifdef __GLIBC__
  return fmt::format("glibc {}", gnu_get_libc_version());
#else
  return "musl";  // it has no version macro
#endif
}

std::string cpp_library() {
#ifdef _GLIBCXX_RELEASE
  return fmt::format("libstdc++ {}", _GLIBCXX_RELEASE);
#else
  return fmt::format("libc++ {}", _LIBCPP_VERSION);
#endif
}

}  // namespace

std::vector<std::string> library_versions(std::span<const Kind* const> kinds) {
  std::vector<std::string> versions;
  for (const Kind* kind : kinds) {
    if (kind->library == nullptr) continue;
    std::string library = kind->library();
    if (std::find(versions.begin(), versions.end(), library) == versions.end()) versions.push_back(std::move(library));
  }
  versions.push_back(tls_library());
  versions.push_back(pattern_library());
  versions.push_back(
      fmt::format("asio {}.{}.{}", ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000, ASIO_VERSION % 100));
  versions.push_back(fmt::format("CLI11 {}", CLI11_VERSION));
  versions.push_back(fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  versions.push_back(fmt::format("nlohmann_json {}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                 NLOHMANN_JSON_VERSION_PATCH));
  versions.push_back(cpp_library());
  versions.push_back(c_library());
  return versions;
}

}  // namespace hale
