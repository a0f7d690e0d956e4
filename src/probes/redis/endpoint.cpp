#include "probes/redis/endpoint.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/option_file.hpp"
#include "probes/common/tls_options.hpp"

namespace hale {

extern const Kind redis_kind;

namespace {

constexpr std::string_view socket_scheme = "redis+unix";
constexpr std::string_view sentinel_scheme = "redis+sentinel";
constexpr std::string_view sentinel_syntax = "redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]";

int parse_database(std::string_view text) {
  const auto number = parse_integer<int>(text);
  if (!number || *number < 0) {
    throw UsageError(fmt::format("{}: a Redis database is a number from 0; use redis://HOST/0", sanitize(text)));
  }
  return *number;
}

/// The database in redis://HOST/3 (`path` is "3") or in ?db=3, which wins; else 0.
int find_database(const Url& url, std::string_view path) {
  if (const auto parameter = url.parameter("db")) return parse_database(*parameter);
  return path.empty() ? 0 : parse_database(path);
}

/// redis-cli and most clients read redis://SECRET@HOST as a password without a user, unlike RFC 3986. So a user alone
/// is a secret here.
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

/// Reads redis+unix:///PATH?db=1.
void read_socket(Url url, Target& target, RedisEndpoint& endpoint) {
  endpoint.socket = percent_decode(url.path);
  endpoint.database = find_database(url, "");
  if (!url.password) url.user.reset();
  url.query.clear();
  target.address = url.shown();
}

/// Reads redis[s]://HOST:PORT/DB.
void read_server(Url url, Target& target, RedisEndpoint& endpoint) {
  endpoint.host = url.host;
  endpoint.port = port_of(url, redis_kind);
  endpoint.database = find_database(url, url.path.empty() ? "" : std::string_view(url.path).substr(1));
  if (!url.password) url.user.reset();
  target.address = url.shown(endpoint.port);
}

/// Reads the path of redis+sentinel://HOSTS/SERVICE/DB.
void read_service(const Url& url, RedisEndpoint& endpoint) {
  const std::vector<std::string_view> parts = split(url.path, '/');
  if (parts.size() > 1) endpoint.sentinels.service = percent_decode(parts[1]);
  if (parts.size() > 3 || endpoint.sentinels.service.empty())
    throw UsageError(fmt::format("no service name; use {}", sentinel_syntax));
  endpoint.database = find_database(url, parts.size() > 2 ? parts[2] : "");
}

/// Reads redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],HOST[:PORT].../SERVICE[/DB].
void read_sentinels(RedisAddress address, Target& target, RedisEndpoint& endpoint) {
  std::string shown_hosts;
  for (const RedisSentinels::Endpoint& sentinel : address.sentinels)
    shown_hosts += (shown_hosts.empty() ? "" : ",") + host_and_port(sentinel.host, sentinel.port);
  endpoint.sentinels.endpoints = std::move(address.sentinels);
  read_service(address.url, endpoint);
  endpoint.sentinels.password =
      Secret(text_or_file(sentinel_password_option, target.value(sentinel_password_option).value_or("")));
  add_secret(target, endpoint.sentinels.password.reveal());
  const std::string user = address.url.password && !endpoint.user.empty() ? endpoint.user + "@" : "";
  target.address = fmt::format("{}://{}{}{}", sentinel_scheme, user, shown_hosts, address.url.path);
}

RedisAddress read_address(Target& target) {
  if (is_unix_socket(target, socket_scheme)) return {read_socket_url(target, socket_scheme)};
  if (url_scheme(target.typed_address) == sentinel_scheme) return parse_sentinel_address(target.typed_address);
  return {read_target_url(target)};
}

}  // namespace

RedisAddress parse_sentinel_address(std::string_view text) {
  // RFC 3986 knows no list of hosts. So the list is cut out and parsed host by host; what is left is parsed as a URL
  // with a placeholder for the host.
  const std::size_t slashes = text.find("//");
  const std::size_t begin = slashes == std::string_view::npos ? text.size() : slashes + 2;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  const std::size_t hosts = at == std::string_view::npos ? begin : at + 1;
  RedisAddress address;
  for (const std::string_view host : split(text.substr(hosts, end - hosts), ',')) {
    const Url sentinel = parse_url(fmt::format("{}://{}", sentinel_scheme, host), sentinel_scheme);
    if (sentinel.host.empty()) throw UsageError(fmt::format("a sentinel has no host; use {}", sentinel_syntax));
    address.sentinels.push_back({sentinel.host, sentinel.port.value_or(redis_sentinel_port)});
  }
  address.url = parse_url(fmt::format("{}sentinels{}", text.substr(0, hosts), text.substr(end)), sentinel_scheme);
  return address;
}

RedisEndpoint make_redis_endpoint(RedisAddress address, Target& target, const Environment& environment) {
  RedisEndpoint endpoint;
  // Read even without TLS, for its checks: --cacert with a missing file is an error for every redis target.
  TlsConfig tls = read_tls_options(target, environment);
  read_login(target, address.url, environment, endpoint);
  const std::string& scheme = address.url.scheme;
  if (scheme == "rediss") {
    if (tls.server_name.empty()) tls.server_name = address.url.host;
    endpoint.tls = std::move(tls);
  }
  if (scheme == socket_scheme) {
    read_socket(std::move(address.url), target, endpoint);
  } else if (scheme == sentinel_scheme) {
    read_sentinels(std::move(address), target, endpoint);
  } else {
    read_server(std::move(address.url), target, endpoint);
  }
  return endpoint;
}

RedisEndpoint read_redis_endpoint(Target& target, const Environment& environment) {
  return make_redis_endpoint(read_address(target), target, environment);
}

}  // namespace hale
