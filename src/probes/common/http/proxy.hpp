#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/url.hpp"

namespace hale {

struct Environment;
struct Target;

/// Which requests go through a proxy, and through which one. A proxy is a URL of the scheme http, https, socks5 (which
/// is told the server's address) or socks5h (which is told its name), with its port.
struct HttpProxies {
  std::optional<Url> for_http{};
  std::optional<Url> for_https{};
  bool always = false;   ///< the user's own word; else loopback addresses and `exempt` go without
  std::string exempt{};  ///< what the variable no_proxy holds

  /// The proxy for a request to `url`; null when it goes straight.
  const Url* of(const Url& url) const;
};

/// What --proxy says, else the environment, which is read as curl does: http_proxy (never HTTP_PROXY, which a CGI
/// server fills with what its client sends), https_proxy, all_proxy and no_proxy, these in capitals too. `url` is what
/// is asked for. Notes the proxies' passwords. Throws UsageError for what names no proxy.
HttpProxies read_proxies(Target& target, const Url& url, const Environment& environment);

/// Reads HOST:PORT or a URL; without a port it is 1080, for https 443. Throws UsageError that shows no secret.
Url parse_proxy(std::string_view text);

/// True when `host` is among `list`, names (with all names below them), addresses and networks (10.0.0.0/8) split by
/// commas or blanks; "*" is every host.
bool is_exempt(std::string_view host, std::string_view list);

/// localhost, the names below it, and the addresses 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

}  // namespace hale
