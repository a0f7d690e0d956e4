#include "probes/common/http/proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "probes/common/http/login.hpp"

namespace hale {
namespace {

/// An IP address in network byte order.
struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string host(text);
  Address address;
  // inet_aton also reads short forms such as 127.1, which getaddrinfo() accepts too.
  if (in_addr ipv4{}; inet_aton(host.c_str(), &ipv4) == 1) {
    std::memcpy(address.bytes.data(), &ipv4, sizeof ipv4);
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, host.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

bool same_prefix(const Address& a, const Address& b, std::size_t bits) {
  if (a.bits != b.bits) return false;
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned difference = static_cast<unsigned>(a.bytes[i / 8]) ^ b.bytes[i / 8];
    if ((difference >> (7 - i % 8) & 1U) != 0) return false;
  }
  return true;
}

/// True when `address` is in `network`, which is ADDRESS or ADDRESS/BITS.
bool covers(std::string_view network, const Address& address) {
  const std::size_t slash = network.find('/');
  std::string_view text = network.substr(0, slash);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto base = parse_address(text);
  if (!base) return false;
  std::size_t bits = base->bits;
  if (slash != std::string_view::npos) {
    const auto prefix = parse_integer<std::size_t>(network.substr(slash + 1));
    if (!prefix || *prefix > base->bits) return false;
    bits = *prefix;
  }
  return same_prefix(*base, address, bits);
}

std::string_view without_dots(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// True when `host` is `name` or a subdomain of it.
bool is_within(std::string_view host, std::string_view name) {
  if (name.empty() || !host.ends_with(name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// The name and value of the first variable that is set.
std::optional<std::pair<const char*, std::string>> first_set(const Environment& environment,
                                                             std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto text = environment.variable(name)) return std::pair(name, std::move(*text));
  }
  return std::nullopt;
}

Url read_proxy(Target& target, std::string_view source, std::string_view text) {
  try {
    Url proxy = parse_proxy(text);
    if (proxy.password) add_login_secrets(target, proxy.user.value_or(""), *proxy.password);
    return proxy;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", source, error.what()));
  }
}

std::optional<Url> read_variable(Target& target, const Environment& environment,
                                 std::initializer_list<const char*> names) {
  const auto set = first_set(environment, names);
  if (!set) return std::nullopt;
  return read_proxy(target, set->first, set->second);
}

bool bypasses_proxy(std::string_view host, std::string_view no_proxy) {
  return is_loopback(host) || is_exempt(host, no_proxy);
}

}  // namespace

const Url* HttpProxies::find(const Url& url) const {
  const std::optional<Url>& proxy = url.scheme == "https" ? for_https : for_http;
  if (!proxy) return nullptr;
  return always || !bypasses_proxy(url.host, no_proxy) ? &*proxy : nullptr;
}

HttpProxies read_proxies(Target& target, const Url& url, const Environment& environment) {
  HttpProxies proxies;
  if (const auto value = target.value("proxy")) {
    if (*value == "none") return proxies;
    proxies.for_http = proxies.for_https = read_proxy(target, "--proxy", *value);
    proxies.always = true;
    return proxies;
  }
  if (const auto no_proxy = first_set(environment, {"no_proxy", "NO_PROXY"})) proxies.no_proxy = no_proxy->second;
  // A variable that no request can use is not read, so an error in it is ignored. A redirect may need either one.
  const bool follows = target.has("follow");
  if (!follows && bypasses_proxy(url.host, proxies.no_proxy)) return proxies;
  if (follows || url.scheme == "http")
    proxies.for_http = read_variable(target, environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  if (follows || url.scheme == "https")
    proxies.for_https = read_variable(target, environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  return proxies;
}

Url parse_proxy(std::string_view text) {
  Url proxy = parse_url(text, "http");
  constexpr auto schemes = std::to_array<std::string_view>({"http", "https", "socks5", "socks5h"});
  if (std::find(schemes.begin(), schemes.end(), proxy.scheme) == schemes.end())
    throw UsageError(fmt::format("{}:// proxies are not supported; use http://, https://, socks5:// or socks5h://",
                                 sanitize(proxy.scheme)));
  if (proxy.host.empty()) throw UsageError("no host; use http://HOST:PORT");
  if ((!proxy.path.empty() && proxy.path != "/") || !proxy.query.empty())
    throw UsageError("a proxy URL has no path; use http://HOST:PORT");
  proxy.path.clear();
  constexpr std::uint16_t default_port = 1080;
  constexpr std::uint16_t https_port = 443;
  if (!proxy.port) proxy.port = proxy.scheme == "https" ? https_port : default_port;
  return proxy;
}

bool is_exempt(std::string_view host, std::string_view list) {
  if (trim(list) == "*") return true;
  const std::string name = lower(without_dots(host));
  const auto address = parse_address(host);
  std::string entries(list);
  std::replace_if(
      entries.begin(), entries.end(), [](char c) { return c == ' ' || c == '\t'; }, ',');
  for (const std::string_view entry : split(entries, ',')) {
    if (address ? covers(entry, *address) : is_within(name, lower(without_dots(entry)))) return true;
  }
  return false;
}

bool is_loopback(std::string_view host) { return is_exempt(host, "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104"); }

}  // namespace hale
