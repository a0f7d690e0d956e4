#include "probes/http_options.hpp"

#include <sys/un.h>

#include <fmt/format.h>

#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "core/text.hpp"
#include "probes/place.hpp"

namespace hale {
namespace {

/// 'Name: value'. A header that by its name carries a secret is never shown.
std::string read_header(std::string_view text, Target& target) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trim(text.substr(0, colon));
  // What should have been a name may be a secret.
  if (colon == std::string_view::npos || !is_http_token(name))
    throw UsageError("--header: no header; write 'Name: value'");
  const std::string_view value = trim(text.substr(colon + 1));
  if (value.find_first_of("\r\n") != std::string_view::npos)
    throw UsageError(fmt::format("--header {}: a header is one line", harmless(name)));
  for (const std::string_view sign : {"auth", "cookie", "token", "key", "secret", "password"}) {
    if (lower(name).find(sign) == std::string::npos) continue;
    keep_secret(target, value);
    keep_secret(target, value.substr(value.rfind(' ') + 1));
  }
  // libcurl takes "Name;" for a header without a value, and "Name:" for one not to be sent.
  return value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U; };
    const unsigned three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (unsigned digit = 0; digit < 4; ++digit)
      text += i + digit > bytes.size() ? '=' : digits[three >> (18 - 6 * digit) & 63U];
  }
  return text;
}

/// --user USER:PASSWORD, else what stands in the URL.
void read_login(Target& target, HttpRequest& request) {
  if (const auto given = target.value("user")) {
    const std::size_t colon = given->find(':');
    request.user = given->substr(0, colon);
    if (colon != std::string_view::npos) request.password = Secret(std::string(given->substr(colon + 1)));
  } else {
    request.user = request.url.user.value_or("");
    request.password = request.url.password.value_or(Secret());
  }
  if (request.password.empty()) return;
  keep_secret(target, request.password.reveal());
  keep_secret(target, base64(fmt::format("{}:{}", request.user, request.password.reveal())));
}

std::string read_unix_socket(std::string_view path) {
  constexpr std::size_t most = sizeof(sockaddr_un::sun_path) - 1;
  if (!path.starts_with('/'))
    throw UsageError("--unix-socket: a unix socket is named by its whole path; write /run/app.sock");
  if (path.size() > most)
    throw UsageError(fmt::format("--unix-socket: the path of a unix socket has at most {} bytes", most));
  return std::string(path);
}

HttpRoute read_route(const Target& target) {
  HttpRoute route;
  if (const auto path = target.value("unix-socket")) route.unix_socket = read_unix_socket(*path);
  const auto place = target.value("connect-to");
  if (!place) return route;
  if (!route.unix_socket.empty())
    throw UsageError("--unix-socket and --connect-to are two ways to the server; write one of them");
  const UsageError no_place("--connect-to: write HOST, HOST:PORT or [IPV6]:PORT");
  if (place->find_first_of("/?#@") != std::string_view::npos) throw no_place;
  const Url url = parse_url(*place, "http");
  if (url.host.empty()) throw no_place;
  route.host = url.host;
  route.port = url.port;
  return route;
}

}  // namespace

bool is_http_token(std::string_view text) {
  constexpr std::string_view characters =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

HttpRequest read_http_request(Target& target, Url url, const Environment& environment) {
  HttpRequest request{std::move(url)};
  read_login(target, request);
  request_url(request.url);
  for (const std::string_view header : target.values("header")) request.headers.push_back(read_header(header, target));
  request.tls = tls_options(target, environment);
  // libcurl takes no addresses for one (CURLOPT_RESOLVE).
  if (request.tls.server_name.find(':') != std::string::npos)
    throw UsageError(
        fmt::format("--server-name {}: for {} targets write a name", request.tls.server_name, target.kind->name));
  request.route = read_route(target);
  return request;
}

}  // namespace hale
