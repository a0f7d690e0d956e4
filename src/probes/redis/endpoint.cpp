#include "probes/redis/endpoint.hpp"
#include "probes/common/tls_options.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/option_file.hpp"

namespace hale {
namespace {

constexpr std::uint16_t sentinel_port = 26379;
constexpr std::string_view socket_scheme = "redis+unix";
constexpr std::string_view sentinel_scheme = "redis+sentinel";

int parse_database(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw UsageError(fmt::format("{}: a Redis database is a number from 0; write redis://HOST/0", sanitize(text)));
  }
  return number;
}

/// redis://HOST/3 or ?db=3
int database_of(const Url& url, std::string_view path) {
  if (const auto parameter = url.parameter("db")) return parse_database(*parameter);
  return path.empty() ? 0 : parse_database(path);
}

/// redis-cli and most clients read redis://SECRET@HOST as a password without a user.
void read_login(Target& target, const Url& url, const Environment& environment, RedisEndpoint& endpoint) {
  if (url.password) {
    endpoint.user = url.user.value_or("");
    endpoint.password = *url.password;
  } else if (url.user) {
    endpoint.password = Secret(*url.user);
  } else {
    endpoint.password = Secret(environment.variable("REDISCLI_AUTH").value_or(""));
  }
  add_secret(target, endpoint.password.reveal());
}

/// redis+unix:///PATH?db=1, or the path alone.
void read_socket(Target& target, const Environment& environment, RedisEndpoint& endpoint) {
  Url url = read_socket_url(target, socket_scheme);
  read_login(target, url, environment, endpoint);
  endpoint.socket = percent_decode(url.path);
  endpoint.database = database_of(url, "");
  if (!url.password) url.user.reset();
  url.query.clear();
  target.address = url.shown();
}

/// redis[s]://HOST:PORT/DB
void read_server(Target& target, const Environment& environment, RedisEndpoint& endpoint) {
  Url url = read_target_url(target);
  read_login(target, url, environment, endpoint);
  endpoint.host = url.host;
  endpoint.port = port_of(url, *target.kind);
  endpoint.database = database_of(url, url.path.empty() ? "" : std::string_view(url.path).substr(1));
  if (url.scheme == "rediss") {
    endpoint.tls = read_tls_options(target, environment);
    if (endpoint.tls->server_name.empty()) endpoint.tls->server_name = url.host;
  }
  if (!url.password) url.user.reset();
  target.address = url.shown(endpoint.port);
}

/// The path of redis+sentinel://HOSTS/SERVICE/DB.
void read_service(const Url& url, RedisEndpoint& endpoint) {
  const std::vector<std::string_view> parts = split(url.path, '/');
  if (parts.size() > 1) endpoint.sentinels.service = percent_decode(parts[1]);
  if (parts.size() > 3 || endpoint.sentinels.service.empty())
    throw UsageError("sentinels are asked for a service; write redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]");
  endpoint.database = database_of(url, parts.size() > 2 ? parts[2] : "");
}

/// redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],HOST[:PORT].../SERVICE[/DB]
void read_sentinels(Target& target, const Environment& environment, RedisEndpoint& endpoint) {
  const std::string_view text = target.typed_address;
  const std::size_t slashes = text.find("//");
  const std::size_t begin = slashes == std::string_view::npos ? text.size() : slashes + 2;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  const std::size_t hosts = at == std::string_view::npos ? begin : at + 1;
  std::string shown_hosts;
  for (const std::string_view one : split(text.substr(hosts, end - hosts), ',')) {
    const Url sentinel = parse_url(fmt::format("{}://{}", sentinel_scheme, one), sentinel_scheme);
    if (sentinel.host.empty())
      throw UsageError("a sentinel has no host; write redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]");
    const std::uint16_t port = sentinel.port.value_or(sentinel_port);
    endpoint.sentinels.endpoints.push_back({sentinel.host, port});
    shown_hosts += (shown_hosts.empty() ? "" : ",") + host_and_port(sentinel.host, port);
  }
  const Url url = parse_url(fmt::format("{}sentinels{}", text.substr(0, hosts), text.substr(end)), sentinel_scheme);
  read_service(url, endpoint);
  read_login(target, url, environment, endpoint);
  endpoint.sentinels.password =
      Secret(text_or_file(sentinel_password_option, target.value(sentinel_password_option).value_or("")));
  add_secret(target, endpoint.sentinels.password.reveal());
  const std::string user = url.password && !endpoint.user.empty() ? endpoint.user + "@" : "";
  target.address = fmt::format("{}://{}{}{}", sentinel_scheme, user, shown_hosts, url.path);
}

}  // namespace

RedisEndpoint read_redis_endpoint(Target& target, const Environment& environment) {
  RedisEndpoint endpoint;
  // Also where there is no TLS to speak: a file that is not there is a mistake.
  read_tls_options(target, environment);
  if (is_unix_socket(target, socket_scheme)) {
    read_socket(target, environment, endpoint);
  } else if (url_scheme(target.typed_address) == sentinel_scheme) {
    read_sentinels(target, environment, endpoint);
  } else {
    read_server(target, environment, endpoint);
  }
  return endpoint;
}

}  // namespace hale
