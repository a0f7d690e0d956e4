#pragma once

#include <cstdint>
#include <string_view>

#include "core/option.hpp"
#include "core/target.hpp"
#include "core/url.hpp"

namespace hale {

/// Reads `target.place` as a URL of one of the kind's schemes (the first one when it has none), notes its secrets and
/// its host.
/// Throws UsageError; when `default_port` is 0 the port must be given.
Url read_place(Target& target, std::uint16_t default_port);

/// True for a unix socket: a path, or a URL of `scheme`.
bool is_socket_place(const Target& target, std::string_view scheme);

/// Reads `target.place`, for which that is true, as a URL of `scheme` whose path is the socket's. Throws UsageError for
/// one that names a host, or no path.
Url read_socket_place(Target& target, std::string_view scheme);

/// Notes `text` among the secrets that no report may show, as it is and as it stands in a URL.
void keep_secret(Target& target, std::string_view text);

// The options that every kind with TLS has.
inline constexpr OptionSpec cacert_option{"cacert", '\0', "FILE",
                                          "trust the issuers in FILE (PEM) instead of the system's"};
inline constexpr OptionSpec insecure_option{"insecure", '\0', "", "do not verify the server's certificate"};
inline constexpr OptionSpec cert_option{"cert", '\0', "FILE",
                                        "show the client certificate in FILE (PEM, its chain behind it)"};
inline constexpr OptionSpec key_option{"key", '\0', "FILE",
                                       "the private key of --cert (PEM), unless it stands in the same file"};
inline constexpr OptionSpec tls_min_option{"tls-min",     '\0',  "VERSION", "the oldest version of TLS to take (1.2)",
                                           Scope::target, false, "1.2|1.3"};
inline constexpr OptionSpec server_name_option{
    "server-name", '\0', "NAME", "the name to ask for (SNI) and to find in the certificate, instead of the host"};

}  // namespace hale
