#pragma once

#include <string_view>

#include "core/kind.hpp"
#include "core/option.hpp"
#include "probes/common/http/login.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

struct Environment;
struct Target;

// The options of every kind that asks by HTTP, beside those of every kind with TLS.
inline constexpr OptionSpec header_option{
    "header", '\0', "'NAME: VALUE'", "send this header too", Scope::target, true, "", "", true};
inline constexpr OptionSpec unix_socket_option{
    "unix-socket", '\0', "PATH",
    "connect to the unix socket PATH; what is said there is as the URL says, and no name is looked up"};
inline constexpr OptionSpec connect_to_option{
    "connect-to", '\0', "HOST[:PORT]",
    "connect to HOST instead; the Host header, the server name and the certificate are as the URL says"};

inline constexpr OptionSpec proxy_option{
    "proxy",
    '\0',
    "URL",
    "ask through this proxy (http, https, socks5 or socks5h) instead of the environment's; none: through none",
    Scope::target,
    false,
    "",
    "",
    true};

/// A fact that those kinds tell when there is one.
inline constexpr NameSpec proxy_fact{"proxy", "the proxy that was asked, when there is one"};

/// A request to `url` (http or https) as those options among the target's ask for it; notes what is secret. Throws
/// UsageError.
HttpRequest read_http_request(Target& target, Url url, const Environment& environment);

/// True for what may name a method or a header (RFC 9110, 5.6.2).
bool is_http_token(std::string_view text);

}  // namespace hale
