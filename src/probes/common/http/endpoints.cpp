#include "probes/common/http/endpoints.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "net/resolve.hpp"
#include "net/stream.hpp"

namespace hale {
namespace {

struct Endpoint {
  std::string host;
  std::uint16_t port;
  std::string curl_name;  ///< the host name that libcurl looks for in CURLOPT_RESOLVE
  bool is_proxy = false;
};

/// The endpoints whose addresses the connection needs.
std::vector<Endpoint> endpoints_of(const HttpRequest& request) {
  const HttpRoute& route = request.route;
  const std::string& host = request.url.host;
  const std::uint16_t port = port_of(request.url);
  if (!route.unix_socket.empty()) return {};
  if (!route.host.empty()) return {{route.host, route.port.value_or(port), route.host}};
  const Url* proxy = request.proxies.find(request.url);
  if (proxy == nullptr) return {{host, port, url_with_server_name(request).host}};
  // A socks5 proxy gets the server's address; all others get its name and resolve it themselves.
  if (proxy->scheme == "socks5") return {{proxy->host, *proxy->port, proxy->host, true}, {host, port, host}};
  return {{proxy->host, *proxy->port, proxy->host, true}};
}

Task<std::vector<std::string>> resolve_endpoint(ProbeContext& context, const Endpoint& endpoint) {
  try {
    co_return co_await resolve(context, endpoint.host);
  } catch (const Unhealthy& error) {
    throw Unhealthy(fmt::format("{}{}", endpoint.is_proxy ? "the proxy " : "", error.what()), error.state());
  }
}

/// The server, when the connection goes to it without a proxy or a unix socket.
std::optional<Endpoint> direct_endpoint(const HttpRequest& request) {
  const std::vector<Endpoint> endpoints = endpoints_of(request);
  if (endpoints.size() != 1 || endpoints.front().is_proxy) return std::nullopt;
  return endpoints.front();
}

}  // namespace

Url url_with_server_name(const HttpRequest& request) {
  Url url = request.url;
  if (!request.tls.server_name.empty() && url.scheme == "https") url.host = request.tls.server_name;
  return url;
}

Task<std::vector<std::string>> resolve_all(ProbeContext& context, const HttpRequest& request) {
  std::vector<std::string> entries;
  for (const Endpoint& endpoint : endpoints_of(request)) {
    const std::vector<std::string> addresses = co_await resolve_endpoint(context, endpoint);
    // libcurl cannot read an IPv6 literal as a name here, and does not need to resolve one.
    if (endpoint.curl_name.find(':') == std::string::npos)
      entries.push_back(fmt::format("{}:{}:{}", endpoint.curl_name, endpoint.port, fmt::join(addresses, ",")));
  }
  co_return entries;
}

void record_fallback(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& tried,
                     const std::string& connected) {
  const std::optional<Endpoint> direct = direct_endpoint(request);
  if (!direct) return;
  for (const std::string& address : tried) {
    const std::string endpoint = host_and_port(address, direct->port);
    if (endpoint != connected) context.note_failed_address(endpoint, "no answer");
  }
  context.note_connected(connected);
}

Task<std::string> describe_addresses(ProbeContext& context, HttpRequest request, std::vector<std::string> tried) {
  const std::optional<Endpoint> direct = direct_endpoint(request);
  if (!direct) co_return "";
  std::string text;
  for (const std::string& address : tried) {
    if (tried.size() > 1) text += fmt::format("{}{}", text.empty() ? " (" : ", ", host_and_port(address, direct->port));
  }
  if (!text.empty()) text += ")";
  const std::string hint = co_await loopback_hint(context, direct->host, tried, direct->port);
  co_return text + hint;
}

}  // namespace hale
