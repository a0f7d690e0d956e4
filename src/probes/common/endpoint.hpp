#pragma once

#include <cstdint>
#include <string_view>

#include "core/option.hpp"
#include "core/target.hpp"
#include "core/url.hpp"

namespace hale {

/// Parses `target.typed_address` as a URL of one of the kind's schemes (the first one when it has no scheme). Sets
/// `target.host` and adds the password to the target's secrets. The port of the result is the typed one; see port_of().
/// Throws UsageError for another scheme, for a missing host, and for a missing port when the scheme has no default
/// port.
Url read_target_url(Target& target);

/// The port of `url`, else the default port of its scheme in `kind`; 0 when it has neither.
std::uint16_t port_of(const Url& url, const Kind& kind);

/// True when the typed address is a unix socket: an absolute path, or a URL of `scheme`.
bool is_unix_socket(const Target& target, std::string_view scheme);

/// Parses the typed address of a target for which is_unix_socket() is true. The path of the result is the socket's,
/// still percent-encoded. Throws UsageError for a URL with a host or without a path.
Url read_socket_url(Target& target, std::string_view scheme);

/// Adds `text` to the secrets that no report may show, both as it is and percent-encoded as in a URL.
void add_secret(Target& target, std::string_view text);

}  // namespace hale
