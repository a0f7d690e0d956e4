#pragma once

#include <cstdint>
#include <string_view>

#include "core/option.hpp"
#include "core/target.hpp"
#include "core/url.hpp"

namespace hale {

/// Reads `target.typed_address` as a URL of one of the kind's schemes (the first one when it has none), and sets the
/// target's secrets and host. Throws UsageError for another scheme, and for a missing port when the scheme has no
/// default port.
Url read_target_url(Target& target);

/// The port of `url`, else the default port of its scheme; 0 when it has neither.
std::uint16_t port_of(const Url& url, const Kind& kind);

/// True for a unix socket: a path, or a URL of `scheme`.
bool is_unix_socket(const Target& target, std::string_view scheme);

/// Reads `target.typed_address`, for which that is true, as a URL of `scheme` whose path is the socket's. Throws
/// UsageError for one that names a host, or no path.
Url read_socket_url(Target& target, std::string_view scheme);

/// Notes `text` among the secrets that no report may show, as it is and as it stands in a URL.
void add_secret(Target& target, std::string_view text);

}  // namespace hale
