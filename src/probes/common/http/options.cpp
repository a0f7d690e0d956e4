#include "probes/common/http/options.hpp"

#include <sys/un.h>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/login.hpp"
#include "probes/common/http/proxy.hpp"

namespace hale {
namespace {

/// Reads 'NAME: VALUE'. When the name suggests a credential, adds the value to the target's secrets: whole, and without
/// the scheme before it ("Bearer").
std::string read_header(std::string_view text, Target& target) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trim(text.substr(0, colon));
  // The message does not repeat the text: without a valid name, all of it may be a secret.
  if (colon == std::string_view::npos || !is_http_token(name))
    throw UsageError("--header: not a header; use 'NAME: VALUE'");
  const std::string_view value = trim(text.substr(colon + 1));
  if (value.find_first_of("\r\n") != std::string_view::npos)
    throw UsageError(fmt::format("--header {}: the value must be one line", sanitize(name)));
  for (const std::string_view hint : {"auth", "cookie", "token", "key", "secret", "password"}) {
    if (lower(name).find(hint) == std::string::npos) continue;
    add_secret(target, value);
    add_secret(target, value.substr(value.rfind(' ') + 1));
  }
  // libcurl takes "Name;" for a header without a value, and "Name:" for one not to be sent.
  return value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
}

std::string read_unix_socket(std::string_view path) {
  constexpr std::size_t max_bytes = sizeof(sockaddr_un::sun_path) - 1;
  if (!path.starts_with('/'))
    throw UsageError("--unix-socket: a unix socket needs an absolute path; use /run/app.sock");
  if (path.size() > max_bytes)
    throw UsageError(fmt::format("--unix-socket: the path is longer than {} bytes", max_bytes));
  return std::string(path);
}

/// Reads HOST[:PORT].
Url read_connect_to(std::string_view endpoint) {
  try {
    const Url url = parse_url(endpoint, "http");
    if (endpoint.find_first_of("/?#@") == std::string_view::npos && !url.host.empty()) return url;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--connect-to: {}", error.what()));
  }
  throw UsageError("--connect-to: use HOST, HOST:PORT or [IPV6]:PORT");
}

/// --unix-socket, --connect-to and --proxy exclude each other.
void refuse_two_routes(const Target& target) {
  std::string_view first;
  for (const std::string_view option : {"unix-socket", "connect-to", "proxy"}) {
    if (!target.has(option) || target.value(option) == "none") continue;
    if (!first.empty()) throw UsageError(fmt::format("--{} and --{} cannot be used together", first, option));
    first = option;
  }
}

/// An explicit route also disables the environment's proxies.
void read_route(Target& target, const Environment& environment, HttpRequest& request) {
  refuse_two_routes(target);
  if (const auto path = target.value("unix-socket")) {
    request.route.unix_socket = read_unix_socket(*path);
    target.host.clear();
  } else if (const auto endpoint = target.value("connect-to")) {
    const Url url = read_connect_to(*endpoint);
    request.route.host = url.host;
    request.route.port = url.port;
    target.host = url.host;
  } else {
    request.proxies = read_proxies(target, request.url, environment);
    if (request.proxies.find(request.url) != nullptr) target.host.clear();
  }
}

}  // namespace

bool is_http_token(std::string_view text) {
  constexpr std::string_view characters =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

HttpRequest read_http_request(Target& target, Url url, const Environment& environment) {
  HttpRequest request{std::move(url)};
  for (const std::string_view header : target.values("header")) request.headers.push_back(read_header(header, target));
  read_login(target, request);
  format_curl_url(request.url);  // for its UsageError
  request.tls = read_tls_options(target, environment);
  // CURLOPT_RESOLVE does not take an IPv6 address as the name.
  if (request.tls.server_name.find(':') != std::string::npos)
    throw UsageError(fmt::format("--server-name {}: {} targets need a host name, not an address",
                                 request.tls.server_name, target.kind->name));
  read_route(target, environment, request);
  return request;
}

}  // namespace hale
