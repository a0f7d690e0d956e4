#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/url.hpp"

namespace hale {

struct Environment;
struct Target;

/// Which requests go through a proxy, and through which one. A proxy is a URL with a port, of one of the schemes http
/// and https (RFC 9110, 3.7 and 9.3.6), socks5 (RFC 1928; hale resolves the server's name) or socks5h (the proxy does).
struct HttpProxies {
  std::optional<Url> for_http{};
  std::optional<Url> for_https{};
  bool always = false;     ///< from --proxy; else loopback addresses and those in `no_proxy` bypass the proxy
  std::string no_proxy{};  ///< the value of the variable no_proxy

  /// The proxy for a request to `url`, owned by this object; null for a direct connection.
  const Url* find(const Url& url) const;
};

/// Reads --proxy, else the environment as curl does: http_proxy, https_proxy, all_proxy and no_proxy, all but the first
/// in capitals too. HTTP_PROXY is never read: a CGI server sets it to the client's Proxy header. `url` is the target's.
/// Adds the proxies' passwords to the target's secrets. Throws UsageError for an invalid proxy.
HttpProxies read_proxies(Target& target, const Url& url, const Environment& environment);

/// Reads HOST[:PORT] or a URL. The default port is 443 for https and 1080, as in curl, for the others. Throws
/// UsageError; its message shows no secret.
Url parse_proxy(std::string_view text);

/// True when `host` matches `list`, the value of no_proxy: names (which include their subdomains), addresses and
/// networks (10.0.0.0/8), separated by commas or blanks. "*" matches every host.
bool is_exempt(std::string_view host, std::string_view list);

/// True for localhost and its subdomains (RFC 6761, 6.3), 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

}  // namespace hale
