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

/// The HTTP version to use. With https, HTTP/2 is negotiated by ALPN (RFC 9113, 3.2); with http it is used with prior
/// knowledge (RFC 9113, 3.3).
enum class HttpVersion : std::uint8_t {
  automatic,  ///< HTTP/2 when TLS negotiates it, else HTTP/1.1
  v1_1,
  v2,  ///< a response of another version is an error
};

/// Where to connect instead of the URL's host and port. The request and TLS still use the URL.
struct HttpRoute {
  std::string unix_socket{};            ///< the path of a unix socket; no name is resolved then
  std::string host{};                   ///< replaces the URL's host; empty for that one
  std::optional<std::uint16_t> port{};  ///< replaces the URL's port, if `host` is set
};

/// An HTTP request and how to send it. Each target has its own.
struct HttpRequest {
  Url url;
  std::string method{};                ///< empty for GET, or for POST when there is a body
  std::vector<std::string> headers{};  ///< as CURLOPT_HTTPHEADER takes them: "Name: value", or "Name;" for no value
  std::optional<std::string> body{};
  std::string user{};
  Secret password{};
  Secret bearer{};  ///< a token instead of user and password
  TlsConfig tls{};
  HttpVersion version = HttpVersion::automatic;
  HttpRoute route{};
  HttpProxies proxies{};

  /// The request that follows a redirect with `status` to `location` (RFC 9110, 15.4). Credentials, headers and the
  /// route are kept only for the host they were given for. A POST becomes a GET for 303, and as in browsers for 301 and
  /// 302. Throws Unhealthy for a location that is not a valid http or https URL.
  HttpRequest redirected(long status, const std::string& location) const;
};

/// The number of bytes of a body that are read.
inline constexpr std::size_t max_http_body = std::size_t{1} << 20;

/// An HTTP response. All text is as the server sent it.
struct HttpResponse {
  long status = 0;
  std::string version{};    ///< "1.0", "1.1" or "2"
  std::string address{};    ///< the endpoint connected to, or the path of the unix socket
  std::string proxy{};      ///< the proxy used, without its password; empty for none
  bool from_proxy = false;  ///< a forwarding proxy sent it, so an error status may be the proxy's own
  std::vector<std::pair<std::string, std::string>> headers{};  ///< names and values, followed by the trailers
  std::string body{};
  bool truncated = false;    ///< the body was longer than `max_http_body`
  double total_seconds = 0;  ///< from the start of the connection to the last byte
  std::optional<TlsSession> tls{};
  std::string redirect_url{};  ///< the absolute URL of a redirect's Location; empty for none

  /// The value of the header or trailer `name` in any case, several joined by ", " (RFC 9110, 5.3); nothing when it was
  /// not sent.
  std::optional<std::string> header(std::string_view name) const;
};

/// Sends the request over a new connection and reads the response. Enters the phases "dns", "connect", "tls", "first
/// byte" and "transfer". Throws Unhealthy with libcurl's or the system's message for a failed transfer, for a 407 of a
/// proxy, and for a response of another version than HttpVersion::v2 asks for. At the deadline the wait throws and the
/// connection is closed.
Task<HttpResponse> send_http_request(ProbeContext& context, HttpRequest request);

/// The URL's port, else 443 for https and 80 for http.
std::uint16_t port_of(const Url& url);

/// The URL for CURLOPT_URL, without user and password and with its port. Throws UsageError with libcurl's message when
/// libcurl rejects it.
std::string format_curl_url(const Url& url);

/// "libcurl 7.88.1", and on a second line "nghttp2 1.52.0" when libcurl supports HTTP/2.
std::string http_library();

}  // namespace hale
