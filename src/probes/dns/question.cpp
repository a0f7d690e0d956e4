#include "probes/dns/question.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "probes/common/endpoint.hpp"

namespace hale {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

/// The name of an address in the reverse tree (RFC 1035, 3.5; RFC 3596, 2.5); nothing for any other name.
std::optional<std::string> reverse_name(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  std::string name;
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
    for (std::size_t i = 4; i-- > 0;) name += fmt::format("{}.", bytes[i]);
    return name + "in-addr.arpa";
  }
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  for (std::size_t i = bytes.size(); i-- > 0;) name += fmt::format("{:x}.{:x}.", bytes[i] & 0xfU, bytes[i] >> 4U);
  return name + "ip6.arpa";
}

/// The typed address as a URL: "NAME?type=MX" becomes "dns:///NAME?type=MX".
std::string to_url(const Target& target) {
  constexpr std::string_view scheme = "dns:";
  std::string_view address = target.typed_address;
  const bool has_scheme = url_scheme(address) == "dns";
  if (address.find("://") != std::string_view::npos) return target.typed_address;
  if (has_scheme) address.remove_prefix(scheme.size());  // dns:NAME is a URL of RFC 4501
  const std::string_view name = address.substr(0, address.find('?'));
  if (name.find('/') != std::string_view::npos)
    throw UsageError("a name cannot have a slash; use dns://SERVER/NAME, or %2F for a slash in the name");
  if (name.find(':') != std::string_view::npos && !reverse_name(std::string(name)))
    throw UsageError("a name cannot have a port; use dns://SERVER:PORT/NAME");
  return fmt::format("dns:///{}", address);
}

Url read_url(Target& target) {
  Url url = parse_url(to_url(target), "dns");
  if (url.scheme != "dns")
    throw UsageError(fmt::format("dns targets do not accept the scheme {}://; use {}", sanitize(url.scheme),
                                 syntax_of(*target.kind)));
  if (url.password) add_secret(target, url.password->reveal());
  if (url.user) throw UsageError("dns targets have no user; use dns://SERVER/NAME");
  if (url.path.size() < 2) {
    if (url.host.empty()) throw UsageError(fmt::format("no name to look up; use {}", syntax_of(*target.kind)));
    throw UsageError(
        fmt::format("no name to look up; use dns:///{0}, or dns://{0}/NAME to ask the server {0}", sanitize(url.host)));
  }
  return url;
}

/// The type from ?type= or --type, "A" without both. If both are given they must be the same.
std::string read_type(const Target& target, const Url& url) {
  std::optional<std::string> type;
  if (const auto value = target.value("type")) type = *value;
  if (url.query.empty()) return type.value_or("A");
  const std::size_t equals = url.query.find('=');
  if (lower(url.query.substr(0, equals)) != "type" || equals == std::string::npos)
    throw UsageError("expected a type after the ?; use ?type=MX");
  const std::string typed = upper(percent_decode(std::string_view(url.query).substr(equals + 1)));
  if (!dns_type(typed)) {
    throw UsageError(
        fmt::format("?type={}: use {}", truncate_bytes(sanitize(typed), 40), join_with_or(split(dns_types, '|'))));
  }
  if (type && *type != typed)
    throw UsageError(fmt::format("?type={} and --type {} differ; use one of them", typed, *type));
  return typed;
}

void check_name(const std::string& name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    throw UsageError("not an ASCII name; use its encoded form xn--...");
  if (!is_dns_name(name))
    throw UsageError("not a DNS name; use labels of 1 to 63 characters with dots between them, 253 characters in all");
}

}  // namespace

DnsTarget read_dns_target(Target& target) {
  const Url url = read_url(target);
  DnsTarget dns{url.host, url.port.value_or(dns_port)};
  dns.type = read_type(target, url);
  dns.name = percent_decode(std::string_view(url.path).substr(1));
  if (dns.name.size() > 1 && dns.name.ends_with('.')) dns.name.pop_back();
  const auto reverse = reverse_name(dns.name);
  if (reverse && dns.type != "PTR")
    throw UsageError(fmt::format("{} is an address; use --type PTR to look up its name", dns.name));
  check_name(dns.name);
  dns.question = DnsQuestion{reverse.value_or(dns.name), *dns_type(dns.type)};
  target.host = url.host;
  Url shown = url;
  shown.query.clear();
  target.address = fmt::format("{}{}", shown.shown(), dns.type == "A" ? "" : "?type=" + dns.type);
  return dns;
}

}  // namespace hale
