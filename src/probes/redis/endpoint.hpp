#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.hpp"
#include "core/url.hpp"
#include "net/tls/config.hpp"

namespace hale {

struct Environment;
struct Target;

inline constexpr std::uint16_t redis_port = 6379;
inline constexpr std::uint16_t redis_sentinel_port = 26379;

/// The sentinels that monitor a service (redis.io, "High availability with Redis Sentinel").
struct RedisSentinels {
  struct Endpoint {
    std::string host;
    std::uint16_t port = redis_sentinel_port;
  };

  std::vector<Endpoint> endpoints{};  ///< in the order to ask them; empty: connect to RedisEndpoint::host directly
  std::string service{};              ///< the name of the master in the sentinels' settings
  Secret password{};                  ///< of the sentinels themselves; may be empty
};

/// Where a Redis server is and how to log in to it. Exactly one of `socket`, `host` and `sentinels.endpoints` is set.
struct RedisEndpoint {
  std::string socket{};  ///< path of a unix socket
  std::string host{};
  std::uint16_t port = 0;  ///< of `host`
  RedisSentinels sentinels{};
  std::optional<TlsConfig> tls{};  ///< set: connect to `host` with TLS
  std::string user{};              ///< of the data server, not of the sentinels; empty: the default user
  Secret password{};               ///< of the data server; empty: do not log in
  int database = 0;
};

inline constexpr std::string_view sentinel_password_option = "sentinel-password";

/// An address of Redis, parsed, in whatever form it was typed.
struct RedisAddress {
  Url url{};  ///< redis://, rediss://, redis+unix:///PATH or redis+sentinel://, whose path is /SERVICE[/DB]
  std::vector<RedisSentinels::Endpoint> sentinels{};  ///< of redis+sentinel://, instead of the host in `url`
};

/// Parses redis+sentinel://[[USER:]PASSWORD@]HOST[:PORT],.../SERVICE[/DB]. Throws UsageError.
RedisAddress parse_sentinel_address(std::string_view text);

/// Adds the login, the database and the target's options to `address`. Sets `target.address` and notes the target's
/// secrets. Throws UsageError.
RedisEndpoint make_redis_endpoint(RedisAddress address, Target& target, const Environment& environment);

/// Parses `target.typed_address` and the options of a redis target. Sets `target.address` (without the password),
/// `target.host` and `target.secrets`. Throws UsageError for an address, database or file that is not valid.
RedisEndpoint read_redis_endpoint(Target& target, const Environment& environment);

}  // namespace hale
