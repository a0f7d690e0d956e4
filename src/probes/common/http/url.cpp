#include <curl/curl.h>

#include <memory>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/common/http/request.hpp"

namespace hale {
namespace {

struct CurlUrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// Where a redirect leads. Throws Unhealthy when nobody can go there.
Url redirect_url(const std::string& location) {
  try {
    const Url url = parse_url(location, "");
    if (url.scheme != "http" && url.scheme != "https")
      throw Unhealthy(
          fmt::format("redirected to {}, which is neither http nor https", truncate_bytes(url.shown(), 80)));
    request_url(url);
    if (!url.host.empty()) return url;
  } catch (const UsageError&) {  // the mistake is the server's, and its words are not for the user
  }
  throw Unhealthy("redirected to an address that is none");
}

}  // namespace

HttpRequest HttpRequest::redirected(long status, const std::string& location) const {
  HttpRequest next = *this;
  next.url = redirect_url(location);
  // libcurl knows the host by the name that its certificate has.
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
  const bool any_port = route.unix_socket.empty() && !route.port;
  if (!same_endpoint && !(same_host && any_port)) next.route = HttpRoute();
  return next;
}

std::uint16_t port_of(const Url& url) { return url.port.value_or(url.scheme == "https" ? 443 : 80); }

std::string request_url(const Url& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : fmt::format("[{}]", url.host);
  std::string text = fmt::format("{}://{}:{}{}{}{}{}", url.scheme, host, port_of(url), url.path.empty() ? "/" : "",
                                 url.path, url.query.empty() ? "" : "?", url.query);
  const std::unique_ptr<CURLU, CurlUrlFree> parsed(curl_url());
  if (const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0); code != CURLUE_OK) {
    throw UsageError(curl_url_strerror(code));
  }
  return text;
}

}  // namespace hale
