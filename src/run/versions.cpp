#include "run/versions.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <asio/version.hpp>
#include <nlohmann/json.hpp>

#include "core/pattern.hpp"
#include "net/tls.hpp"

namespace hale {

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
  versions.push_back(fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  versions.push_back(fmt::format("nlohmann_json {}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                 NLOHMANN_JSON_VERSION_PATCH));
  return versions;
}

}  // namespace hale
