#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.hpp"
#include "net/tls/config.hpp"

namespace hale {

struct Environment;
struct Target;

/// Sentinels that know where the master of a service is (redis.io, "Guidelines for Redis clients with support for Redis
/// Sentinel").
struct RedisSentinels {
  struct Endpoint {
    std::string host;
    std::uint16_t port = 26379;
  };

  std::vector<Endpoint> endpoints{};  ///< in the order to ask them; empty when no sentinel is asked
  std::string service{};
  Secret password{};
};

/// Where a Redis server is and how to log in to it.
struct RedisEndpoint {
  std::string socket{};  ///< the path of a unix socket; empty for TCP
  std::string host{};    ///< of TCP; empty when the sentinels tell it
  std::uint16_t port = 0;
  RedisSentinels sentinels{};
  std::optional<TlsConfig> tls{};
  std::string user{};  ///< of the data server, as the password
  Secret password{};
  int database = 0;
};

inline constexpr std::string_view sentinel_password_option = "sentinel-password";

/// Reads `target.typed_address` and the options, sets `target.address` and notes its secrets. Throws UsageError.
RedisEndpoint read_redis_endpoint(Target& target, const Environment& environment);

}  // namespace hale
