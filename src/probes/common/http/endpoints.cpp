#include "probes/common/http/endpoints.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "net/resolve.hpp"
#include "net/stream.hpp"

namespace hale {
namespace {

struct Place {
  std::string host;
  std::uint16_t port;
  std::string name;  ///< by which libcurl knows it
  bool is_proxy = false;
};

/// What the request's connection needs the addresses of.
std::vector<Place> places_of(const HttpRequest& request) {
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

Task<std::vector<std::string>> look_up(Net& net, const Place& place) {
  try {
    co_return co_await resolve(net, place.host);
  } catch (const Unhealthy& trouble) {
    throw Unhealthy(fmt::format("{}{}", place.is_proxy ? "the proxy " : "", trouble.what()), trouble.state());
  }
}

/// What is connected to when there is no proxy and no unix socket; nothing otherwise.
std::optional<Place> direct_place(const HttpRequest& request) {
  const std::vector<Place> places = places_of(request);
  if (places.size() != 1 || places.front().is_proxy) return std::nullopt;
  return places.front();
}

}  // namespace

Url asked_url(const HttpRequest& request) {
  Url url = request.url;
  if (!request.tls.server_name.empty() && url.scheme == "https") url.host = request.tls.server_name;
  return url;
}

Task<std::vector<std::string>> look_up_all(Net& net, const HttpRequest& request) {
  std::vector<std::string> known;
  for (const Place& place : places_of(request)) {
    const std::vector<std::string> addresses = co_await look_up(net, place);
    // libcurl cannot read an IPv6 address there, which needs no look-up.
    if (place.name.find(':') == std::string::npos)
      known.push_back(fmt::format("{}:{}:{}", place.name, place.port, fmt::join(addresses, ",")));
  }
  co_return known;
}

void tell_detour(Net& net, const HttpRequest& request, const std::vector<std::string>& tried,
                 const std::string& answered) {
  const std::optional<Place> direct = direct_place(request);
  if (!direct) return;
  for (const std::string& address : tried) {
    const std::string place = host_and_port(address, direct->port);
    if (place != answered) net.missed(place, "no answer");
  }
  net.reached(answered);
}

Task<std::string> words_on_addresses(Net& net, HttpRequest request, std::vector<std::string> tried) {
  const std::optional<Place> direct = direct_place(request);
  if (!direct) co_return "";
  std::string words;
  for (const std::string& address : tried) {
    if (tried.size() > 1)
      words += fmt::format("{}{}", words.empty() ? " (" : ", ", host_and_port(address, direct->port));
  }
  if (!words.empty()) words += ")";
  const std::string hint = co_await hint_at_loopback(net, direct->host, tried, direct->port);
  co_return words + hint;
}

}  // namespace hale
