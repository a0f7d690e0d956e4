#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/secret.hpp"
#include "core/url.hpp"
#include "net/context.hpp"
#include "net/tls/config.hpp"
#include "net/tls/session.hpp"
#include "probes/common/http/proxy.hpp"

namespace hale {

/// Which version of HTTP is spoken. Version 2 is agreed on by ALPN for https and spoken at once for http (RFC
/// 9113, 3.3).
enum class HttpVersion : std::uint8_t {
  automatic,  ///< 2 where TLS agrees on it, else 1.1
  v1_1,
  v2,  ///< an answer by another one is no answer
};

/// Another way to the server than to the URL's own host and port. What is said there is as the URL says.
struct HttpRoute {
  std::string unix_socket{};            ///< the path of one; then no name is looked up
  std::string host{};                   ///< instead of the URL's; empty: the URL's
  std::optional<std::uint16_t> port{};  ///< at `host`, instead of the URL's
};

/// What is asked of an HTTP server. Each target has its own, bodies and headers included.
struct HttpRequest {
  Url url;
  std::string method{};  ///< empty: GET, or POST when there is a body
  std::vector<std::string> headers{};
  std::optional<std::string> body{};
  std::string user{};
  Secret password{};
  Secret bearer{};  ///< a token, instead of user and password
  TlsConfig tls{};
  HttpVersion version = HttpVersion::automatic;
  HttpRoute route{};
  HttpProxies proxies{};

  /// The request that follows a redirect with `status` to `location` (RFC 9110, 15.4): what is secret and the route
  /// stay with the host they were meant for, and a POST becomes a GET where browsers and the RFC have it so. Throws
  /// Unhealthy for an address where nobody can go.
  HttpRequest redirected(long status, const std::string& location) const;
};

inline constexpr std::size_t http_body_cap = std::size_t{1} << 20;

/// What an HTTP server answered.
struct HttpAnswer {
  long status = 0;
  std::string version{};  ///< "1.1" or "2"
  std::string address{};  ///< that answered, with its port
  std::string proxy{};    ///< that was asked, without its password; empty without one
  bool by_proxy = false;  ///< the proxy asked for us, so that what is wrong may be its own trouble
  /// And behind them the trailers.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  bool cut = false;  ///< the body was longer than `http_body_cap`
  double total_seconds = 0;
  std::optional<TlsSession> tls{};
  std::string redirect{};  ///< where a 3xx points to, whole; empty without one

  /// The text of the header or trailer `name` in any case, several joined by ", " (RFC 9110, 5.3); nothing when it was
  /// not sent.
  std::optional<std::string> header(std::string_view name) const;
};

/// Sends the request over a fresh connection and hears the answer. Enters the phases "dns", "connect", "tls", "first
/// byte" and "transfer". Throws Unhealthy in libcurl's or the system's words, and for an answer by another version of
/// HTTP than the one demanded.
Task<HttpAnswer> ask_http(ProbeContext& context, HttpRequest request);

/// The URL's port: its own, else 443 for https and 80 for http.
std::uint16_t port_of(const Url& url);

/// The URL as libcurl gets it: without user and password. Throws UsageError when libcurl would not take it.
std::string request_url(const Url& url);

/// "libcurl 7.88.1".
std::string http_library();

}  // namespace hale
