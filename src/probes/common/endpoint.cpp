#include "probes/common/endpoint.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {

Url read_target_url(Target& target) {
  const Kind& kind = *target.kind;
  Url url = parse_url(target.typed_address, kind.schemes.front().name);
  if (find_scheme(kind, url.scheme) == nullptr) {
    throw UsageError(fmt::format("{} targets do not accept the scheme {}://; use {}", kind.name, sanitize(url.scheme),
                                 syntax_of(kind)));
  }
  if (url.password) add_secret(target, url.password->reveal());
  if (url.host.empty()) throw UsageError(fmt::format("no host; use {}", syntax_of(kind)));
  if (port_of(url, kind) == 0) throw UsageError(fmt::format("no port; use {}", syntax_of(kind)));
  target.host = url.host;
  return url;
}

std::uint16_t port_of(const Url& url, const Kind& kind) {
  if (url.port) return *url.port;
  const SchemeSpec* scheme = find_scheme(kind, url.scheme);
  return scheme == nullptr ? 0 : scheme->default_port;
}

bool is_unix_socket(const Target& target, std::string_view scheme) {
  return target.typed_address.starts_with('/') || url_scheme(target.typed_address) == scheme;
}

Url read_socket_url(Target& target, std::string_view scheme) {
  if (target.typed_address.starts_with('/'))
    target.typed_address = fmt::format("{}://{}", scheme, target.typed_address);
  Url url = parse_url(target.typed_address, scheme);
  if (url.path.size() < 2 || !url.host.empty()) {
    throw UsageError(
        fmt::format("a unix socket needs an absolute path; use {}:///run/{}.sock", scheme, target.kind->name));
  }
  return url;
}

void add_secret(Target& target, std::string_view text) {
  const std::string escaped = percent_encode(text);
  target.secrets.emplace_back(std::string(text));
  if (escaped != text) target.secrets.emplace_back(escaped);
}

}  // namespace hale
