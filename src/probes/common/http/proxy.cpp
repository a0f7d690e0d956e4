#include "probes/common/http/proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <initializer_list>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "probes/common/http/login.hpp"

namespace hale {
namespace {

/// An address in network order.
struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string host(text);
  Address address;
  // 127.1 is the name of an address too.
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

bool share_bits(const Address& a, const Address& b, std::size_t bits) {
  if (a.bits != b.bits) return false;
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned difference = static_cast<unsigned>(a.bytes[i / 8]) ^ b.bytes[i / 8];
    if ((difference >> (7 - i % 8) & 1U) != 0) return false;
  }
  return true;
}

/// ADDRESS or ADDRESS/BITS
bool covers(std::string_view network, const Address& address) {
  const std::size_t slash = network.find('/');
  std::string_view text = network.substr(0, slash);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto base = parse_address(text);
  if (!base) return false;
  std::size_t bits = base->bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = network.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > base->bits) return false;
  }
  return share_bits(*base, address, bits);
}

std::string_view without_dots(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// True for `name` itself and for every name below it.
bool is_within(std::string_view host, std::string_view name) {
  if (name.empty() || !host.ends_with(name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// The first of the variables that is set, with its name.
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
    if (proxy.password) keep_login(target, proxy.user.value_or(""), *proxy.password);
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

bool goes_straight(std::string_view host, std::string_view exempt) {
  return is_loopback(host) || is_exempt(host, exempt);
}

}  // namespace

const Url* HttpProxies::of(const Url& url) const {
  const std::optional<Url>& proxy = url.scheme == "https" ? for_https : for_http;
  if (!proxy) return nullptr;
  return always || !goes_straight(url.host, exempt) ? &*proxy : nullptr;
}

HttpProxies read_proxies(Target& target, const Url& url, const Environment& environment) {
  HttpProxies proxies;
  if (const auto given = target.value("proxy")) {
    if (*given == "none") return proxies;
    proxies.for_http = proxies.for_https = read_proxy(target, "--proxy", *given);
    proxies.always = true;
    return proxies;
  }
  if (const auto exempt = first_set(environment, {"no_proxy", "NO_PROXY"})) proxies.exempt = exempt->second;
  // A variable that no request can need may hold anything.
  const bool follows = target.has("follow");
  if (!follows && goes_straight(url.host, proxies.exempt)) return proxies;
  if (follows || url.scheme == "http")
    proxies.for_http = read_variable(target, environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  if (follows || url.scheme == "https")
    proxies.for_https = read_variable(target, environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  return proxies;
}

Url parse_proxy(std::string_view text) {
  Url proxy = parse_url(text, "http");
  constexpr std::array<std::string_view, 4> schemes{"http", "https", "socks5", "socks5h"};
  if (std::find(schemes.begin(), schemes.end(), proxy.scheme) == schemes.end())
    throw UsageError(
        fmt::format("{}:// is no proxy that hale speaks to; write http://, https://, socks5:// or socks5h://",
                    sanitize(proxy.scheme)));
  if (proxy.host.empty()) throw UsageError("no host; write http://HOST:PORT");
  if ((!proxy.path.empty() && proxy.path != "/") || !proxy.query.empty())
    throw UsageError("a proxy has no path; write http://HOST:PORT");
  proxy.path.clear();
  constexpr std::uint16_t usual_port = 1080;
  constexpr std::uint16_t https_port = 443;
  if (!proxy.port) proxy.port = proxy.scheme == "https" ? https_port : usual_port;
  return proxy;
}

bool is_exempt(std::string_view host, std::string_view list) {
  if (trim(list) == "*") return true;
  const std::string name = lower(without_dots(host));
  const auto address = parse_address(host);
  std::string pieces(list);
  std::replace_if(
      pieces.begin(), pieces.end(), [](char c) { return c == ' ' || c == '\t'; }, ',');
  for (const std::string_view piece : split(pieces, ',')) {
    if (address ? covers(piece, *address) : is_within(name, lower(without_dots(piece)))) return true;
  }
  return false;
}

bool is_loopback(std::string_view host) { return is_exempt(host, "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104"); }

}  // namespace hale
