#pragma once

#include <array>
#include <string_view>

#include "base/concat.hpp"
#include "core/kind.hpp"
#include "core/option.hpp"
#include "probes/common/http/login.hpp"
#include "probes/common/http/request.hpp"
#include "probes/common/tls_options.hpp"

namespace hale {

struct Environment;
struct Target;

// The options of every kind that uses HTTP, in addition to login.hpp's and tls_options.
inline constexpr OptionSpec header_option{
    .name = "header", .value = "'NAME: VALUE'", .meaning = "send this header too", .repeatable = true, .secret = true};
inline constexpr OptionSpec unix_socket_option{
    .name = "unix-socket",
    .value = "PATH",
    .meaning = "connect to the unix socket PATH without a name lookup; the request is still for the URL's host"};
inline constexpr OptionSpec connect_to_option{
    .name = "connect-to",
    .value = "HOST[:PORT]",
    .meaning = "connect to HOST instead; Host header, server name and certificate check still use the URL's host"};
inline constexpr OptionSpec proxy_option{
    .name = "proxy",
    .value = "URL",
    .meaning = "use this proxy (http, https, socks5 or socks5h) instead of the environment's, or no proxy with 'none'",
    .secret = true};

/// How to log in and what to connect to: the options of http and grpc, in the order of the manual.
inline constexpr std::array http_connection_options{user_option,        bearer_option,     netrc_option,
                                                    unix_socket_option, connect_to_option, proxy_option};

inline constexpr NameSpec proxy_fact{.name = "proxy", .meaning = "the proxy used, if any"};

/// The environment variables that read_http_request() reads.
inline constexpr auto http_environment = concat(
    std::to_array<VariableSpec>({
        {.name = "http_proxy", .meaning = "the proxy for http:// and grpc:// URLs, as for curl(1)"},
        {.name = "https_proxy", .meaning = "the proxy for https:// and grpcs:// URLs; HTTPS_PROXY works too"},
        {.name = "all_proxy", .meaning = "the proxy when the variable above is not set; ALL_PROXY works too"},
        {.name = "no_proxy",
         .meaning =
             "hosts, addresses and networks to reach without a proxy, or * for all; NO_PROXY works too; loopback "
             "addresses never use a proxy"},
    }),
    tls_environment);

/// The request to `url` (http or https) with the target's options and the environment applied. Adds credentials to the
/// target's secrets, and clears `target.host` when hale does not resolve the server's name. Sends nothing. Throws
/// UsageError.
HttpRequest read_http_request(Target& target, Url url, const Environment& environment);

/// True for a token, the form of methods and header names (RFC 9110, 5.6.2).
bool is_http_token(std::string_view text);

}  // namespace hale
