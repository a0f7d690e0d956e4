#include "probes/redis/endpoint.hpp"

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

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr std::string_view socket_scheme = "redis+unix";
constexpr std::string_view sentinel_scheme = "redis+sentinel";

int parse_database(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw UsageError(fmt::format("{}: a Redis database is a number from 0; write redis://HOST/0", harmless(text)));
  }
  return number;
}

/// redis://HOST/3 or ?db=3
int database_of(const Url& url, std::string_view path) {
  if (const auto parameter = url.parameter("db")) return parse_database(*parameter);
  return path.empty() ? 0 : parse_database(path);
}

/// redis-cli and most clients read redis://SECRET@HOST as a password without a user.
void read_login(Target& target, const Url& url, const Environment& environment, RedisPlace& place) {
  if (url.password) {
    place.user = url.user.value_or("");
    place.password = *url.password;
  } else if (url.user) {
    place.password = Secret(*url.user);
  } else {
    place.password = Secret(environment.variable("REDISCLI_AUTH").value_or(""));
  }
  keep_secret(target, place.password.reveal());
}

/// redis+unix:///PATH?db=1, or the path alone.
void read_socket(Target& target, const Environment& environment, RedisPlace& place) {
  Url url = read_socket_place(target, socket_scheme);
  read_login(target, url, environment, place);
  place.socket = percent_decode(url.path);
  place.database = database_of(url, "");
  if (!url.password) url.user.reset();
  url.query.clear();
  target.address = url.shown();
}

/// redis[s]://HOST:PORT/DB
void read_server(Target& target, const Environment& environment, RedisPlace& place) {
  Url url = read_place(target, redis_port);
  read_login(target, url, environment, place);
  place.host = url.host;
  place.port = url.port.value_or(redis_port);
  place.database = database_of(url, url.path.empty() ? "" : std::string_view(url.path).substr(1));
  if (url.scheme == "rediss") {
    place.tls = tls_options(target, environment);
    if (place.tls->server_name.empty()) place.tls->server_name = url.host;
  }
  if (!url.password) url.user.reset();
  target.address = url.shown(redis_port);
}

/// The path of redis+sentinel://HOSTS/SERVICE/DB.
void read_service(const Url& url, RedisPlace& place) {
  const std::vector<std::string_view> parts = split(url.path, '/');
  if (parts.size() > 1) place.sentinels.service = percent_decode(parts[1]);
  if (parts.size() > 3 || place.sentinels.service.empty())
    throw UsageError("sentinels are asked for a service; write redis+sentinel://HOST[:PORT][,HOST...]/SERVICE[/DB]");
  place.database = database_of(url, parts.size() > 2 ? parts[2] : "");
}

/// redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],HOST[:PORT].../SERVICE[/DB]
void read_sentinels(Target& target, const Environment& environment, RedisPlace& place) {
  const std::string_view text = target.place;
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
    place.sentinels.places.push_back({sentinel.host, port});
    shown_hosts += (shown_hosts.empty() ? "" : ",") + host_and_port(sentinel.host, port);
  }
  const Url url = parse_url(fmt::format("{}sentinels{}", text.substr(0, hosts), text.substr(end)), sentinel_scheme);
  read_service(url, place);
  read_login(target, url, environment, place);
  place.sentinels.password =
      Secret(text_or_file(sentinel_password_option, target.value(sentinel_password_option).value_or("")));
  keep_secret(target, place.sentinels.password.reveal());
  const std::string user = url.password && !place.user.empty() ? place.user + "@" : "";
  target.address = fmt::format("{}://{}{}{}", sentinel_scheme, user, shown_hosts, url.path);
}

}  // namespace

RedisPlace read_redis_place(Target& target, const Environment& environment) {
  RedisPlace place;
  // Also where there is no TLS to speak: a file that is not there is a mistake.
  tls_options(target, environment);
  if (is_socket_place(target, socket_scheme)) {
    read_socket(target, environment, place);
  } else if (url_scheme(target.place) == sentinel_scheme) {
    read_sentinels(target, environment, place);
  } else {
    read_server(target, environment, place);
  }
  return place;
}

}  // namespace hale
