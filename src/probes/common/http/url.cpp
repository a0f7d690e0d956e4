#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/common/http/curl_handle.hpp"
#include "probes/common/http/request.hpp"

namespace hale {
namespace {

/// Throws Unhealthy when hale cannot request the URL.
Url parse_redirect(const std::string& location) {
  try {
    const Url url = parse_url(location, "");
    if (url.scheme != "http" && url.scheme != "https")
      throw Unhealthy(
          fmt::format("redirected to {}, which is neither http nor https", truncate_bytes(url.shown(), 80)));
    format_curl_url(url);
    if (!url.host.empty()) return url;
  } catch (const UsageError&) {  // The message tells a user how to fix the URL, but this one is the server's.
  }
  throw Unhealthy("redirected to an invalid URL");
}

}  // namespace

HttpRequest HttpRequest::redirected(long status, const std::string& location) const {
  HttpRequest next = *this;
  next.url = parse_redirect(location);
  // libcurl resolves a relative location against the URL it was given, whose host is then --server-name.
  if (!tls.server_name.empty() && next.url.host == tls.server_name) next.url.host = url.host;
  const bool becomes_get =
      status == 303 || ((status == 301 || status == 302) && (method == "POST" || (method.empty() && body)));
  if (becomes_get) {
    next.method = method == "HEAD" ? method : std::string();
    next.body.reset();
  }
  const bool same_endpoint =
      next.url.host == url.host && next.url.scheme == url.scheme && port_of(next.url) == port_of(url);
  if (!same_endpoint) {
    next.headers.clear();
    next.user.clear();
    next.password = Secret();
    next.bearer = Secret();
    next.tls.server_name.clear();
    next.tls.cert_file.clear();
    next.tls.key_file.clear();
  }
  const bool same_host = next.url.host == url.host;
  const bool is_route_for_any_port = route.unix_socket.empty() && !route.port;
  if (!same_endpoint && !(same_host && is_route_for_any_port)) next.route = HttpRoute();
  return next;
}

std::uint16_t port_of(const Url& url) { return url.port.value_or(url.scheme == "https" ? 443 : 80); }

std::string format_curl_url(const Url& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : fmt::format("[{}]", url.host);
  std::string text = fmt::format("{}://{}:{}{}{}{}{}", url.scheme, host, port_of(url), url.path.empty() ? "/" : "",
                                 url.path, url.query.empty() ? "" : "?", url.query);
  const CurlUrl parsed(curl_url());
  if (const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0); code != CURLUE_OK) {
    throw UsageError(curl_url_strerror(code));
  }
  return text;
}

}  // namespace hale
