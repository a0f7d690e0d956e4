#include "probes/common/endpoint.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {

Url read_place(Target& target, std::uint16_t default_port) {
  Url url = parse_url(target.place, target.kind->schemes.front());
  if (std::find(target.kind->schemes.begin(), target.kind->schemes.end(), url.scheme) == target.kind->schemes.end()) {
    throw UsageError(fmt::format("{}:// is no scheme of {} targets; write {}", harmless(url.scheme), target.kind->name,
                                 target.kind->place));
  }
  if (url.password) keep_secret(target, url.password->reveal());
  if (url.host.empty()) {
    throw UsageError(fmt::format("no host; write {}", target.kind->place));
  }
  if (!url.port && default_port == 0) {
    throw UsageError(fmt::format("no port; write {}", target.kind->place));
  }
  target.host = url.host;
  return url;
}

bool is_socket_place(const Target& target, std::string_view scheme) {
  return target.place.starts_with('/') || url_scheme(target.place) == scheme;
}

Url read_socket_place(Target& target, std::string_view scheme) {
  if (target.place.starts_with('/')) target.place = fmt::format("{}://{}", scheme, target.place);
  Url url = parse_url(target.place, scheme);
  if (url.path.size() < 2 || !url.host.empty()) {
    throw UsageError(
        fmt::format("a unix socket is named by its whole path; write {}:///run/{}.sock", scheme, target.kind->name));
  }
  return url;
}

void keep_secret(Target& target, std::string_view text) {
  const std::string escaped = percent_encode(text);
  target.secrets.emplace_back(std::string(text));
  if (escaped != text) target.secrets.emplace_back(escaped);
}

}  // namespace hale
