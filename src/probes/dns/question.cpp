#include "probes/dns/question.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

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

/// The name under which an address is found (RFC 1035, 3.5; RFC 3596, 2.5); nothing for any other name.
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

/// A bare name, with or without ?type=, as the URL that it stands for.
std::string url_of(const Target& target) {
  constexpr std::string_view scheme = "dns:";
  std::string_view endpoint = target.typed_address;
  const bool has_scheme = url_scheme(endpoint) == "dns";
  if (endpoint.find("://") != std::string_view::npos) return target.typed_address;
  if (has_scheme) endpoint.remove_prefix(scheme.size());  // dns:NAME is a URL of RFC 4501
  const std::string_view name = endpoint.substr(0, endpoint.find('?'));
  if (name.find('/') != std::string_view::npos)
    throw UsageError("a bare name has no slash; write dns://SERVER/NAME, and %2F for a slash within a name");
  if (name.find(':') != std::string_view::npos && !reverse_name(std::string(name)))
    throw UsageError("a bare name has no port; write dns://SERVER:PORT/NAME");
  return fmt::format("dns:///{}", endpoint);
}

Url read_url(Target& target) {
  Url url = parse_url(url_of(target), "dns");
  if (url.scheme != "dns")
    throw UsageError(fmt::format("dns targets do not accept the scheme {}://; use {}", sanitize(url.scheme),
                                 syntax_of(*target.kind)));
  if (url.password) add_secret(target, url.password->reveal());
  if (url.user) throw UsageError("a name server knows no users; write dns://SERVER/NAME");
  if (url.path.size() < 2) {
    if (url.host.empty()) throw UsageError(fmt::format("no name to ask for; use {}", syntax_of(*target.kind)));
    throw UsageError(fmt::format("no name to ask for; write dns:///{0}, or dns://{0}/NAME to ask the server {0}",
                                 sanitize(url.host)));
  }
  return url;
}

/// What ?type= and --type say, which must be the same.
std::string type_of(const Target& target, const Url& url) {
  std::optional<std::string> type;
  if (const auto given = target.value("type")) type = *given;
  if (url.query.empty()) return type.value_or("A");
  const std::size_t equals = url.query.find('=');
  if (lower(url.query.substr(0, equals)) != "type" || equals == std::string::npos)
    throw UsageError("behind the ? of a dns target stands its type; write ?type=MX");
  const std::string typed = upper(percent_decode(std::string_view(url.query).substr(equals + 1)));
  if (!dns_type(typed)) {
    std::vector<std::string_view> words;
    for (const OptionSpec& option : target.kind->options) words = split(option.choices, '|');
    throw UsageError(fmt::format("?type={}: choose {}", truncate_bytes(sanitize(typed), 40), join_with_or(words)));
  }
  if (type && *type != typed)
    throw UsageError(fmt::format("?type={} and --type {} differ; leave one of them out", typed, *type));
  return typed;
}

void check_name(const std::string& name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    throw UsageError("a name with letters beyond ASCII is asked for in its coded form; write xn--...");
  if (!is_dns_name(name))
    throw UsageError(
        "no name server is asked for this name; write labels of 1 to 63 characters with dots between them, 253 in all");
}

}  // namespace

DnsTarget read_dns_target(Target& target) {
  const Url url = read_url(target);
  DnsTarget endpoint{url.host, url.port.value_or(dns_port)};
  endpoint.type = type_of(target, url);
  endpoint.name = percent_decode(std::string_view(url.path).substr(1));
  if (endpoint.name.size() > 1 && endpoint.name.ends_with('.')) endpoint.name.pop_back();
  const auto reverse = reverse_name(endpoint.name);
  if (reverse && endpoint.type != "PTR")
    throw UsageError(fmt::format("{} is an address; write --type PTR to ask for its name", endpoint.name));
  check_name(endpoint.name);
  endpoint.question = DnsQuestion{reverse.value_or(endpoint.name), *dns_type(endpoint.type)};
  target.host = url.host;
  Url shown = url;
  shown.query.clear();
  target.address = fmt::format("{}{}", shown.shown(), endpoint.type == "A" ? "" : "?type=" + endpoint.type);
  return endpoint;
}

}  // namespace hale
