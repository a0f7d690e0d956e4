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
  std::string name;  ///< by which libcurl knows it
  bool is_proxy = false;
};

/// What the request's connection needs the addresses of.
std::vector<Endpoint> endpoints_of(const HttpRequest& request) {
  const HttpRoute& route = request.route;
  const std::string& host = request.url.host;
  const std::uint16_t port = port_of(request.url);
  if (!route.unix_socket.empty()) return {};
  if (!route.host.empty()) return {{route.host, route.port.value_or(port), route.host}};
  const Url* proxy = request.proxies.of(request.url);
  if (proxy == nullptr) return {{host, port, asked_url(request).host}};
  // Only socks5 is told the server's address; else its name is the proxy's business.
  if (proxy->scheme == "socks5") return {{proxy->host, *proxy->port, proxy->host, true}, {host, port, host}};
  return {{proxy->host, *proxy->port, proxy->host, true}};
}

Task<std::vector<std::string>> look_up(ProbeContext& context, const Endpoint& endpoint) {
  try {
    co_return co_await resolve(context, endpoint.host);
  } catch (const Unhealthy& trouble) {
    throw Unhealthy(fmt::format("{}{}", endpoint.is_proxy ? "the proxy " : "", trouble.what()), trouble.state());
  }
}

/// What is connected to when there is no proxy and no unix socket; nothing otherwise.
std::optional<Endpoint> direct_endpoint(const HttpRequest& request) {
  const std::vector<Endpoint> endpoints = endpoints_of(request);
  if (endpoints.size() != 1 || endpoints.front().is_proxy) return std::nullopt;
  return endpoints.front();
}

}  // namespace

Url asked_url(const HttpRequest& request) {
  Url url = request.url;
  if (!request.tls.server_name.empty() && url.scheme == "https") url.host = request.tls.server_name;
  return url;
}

Task<std::vector<std::string>> resolve_all(ProbeContext& context, const HttpRequest& request) {
  std::vector<std::string> known;
  for (const Endpoint& endpoint : endpoints_of(request)) {
    const std::vector<std::string> addresses = co_await look_up(context, endpoint);
    // libcurl cannot read an IPv6 address there, which needs no look-up.
    if (endpoint.name.find(':') == std::string::npos)
      known.push_back(fmt::format("{}:{}:{}", endpoint.name, endpoint.port, fmt::join(addresses, ",")));
  }
  co_return known;
}

void record_detour(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& tried,
                   const std::string& answered) {
  const std::optional<Endpoint> direct = direct_endpoint(request);
  if (!direct) return;
  for (const std::string& address : tried) {
    const std::string endpoint = host_and_port(address, direct->port);
    if (endpoint != answered) context.note_failed_address(endpoint, "no answer");
  }
  context.note_connected(answered);
}

Task<std::string> words_on_addresses(ProbeContext& context, HttpRequest request, std::vector<std::string> tried) {
  const std::optional<Endpoint> direct = direct_endpoint(request);
  if (!direct) co_return "";
  std::string words;
  for (const std::string& address : tried) {
    if (tried.size() > 1)
      words += fmt::format("{}{}", words.empty() ? " (" : ", ", host_and_port(address, direct->port));
  }
  if (!words.empty()) words += ")";
  const std::string hint = co_await hint_at_loopback(context, direct->host, tried, direct->port);
  co_return words + hint;
}

}  // namespace hale
