#pragma once

#include <optional>

#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/redis/endpoint.hpp"
#include "probes/redis/resp.hpp"
#include "probes/redis/sentinel.hpp"

namespace hale {

/// A connection to a Redis server, logged in and with its database selected.
struct RedisConnection {
  RedisClient redis;
  std::optional<RedisMaster> master{};  ///< the sentinels' answer; empty without sentinels
};

/// Connects to `endpoint`: asks its sentinels for the master if it has any, then dials, starts TLS if `endpoint.tls` is
/// set, sends AUTH if there is a password and SELECT if the database is not 0. Enters the phases "sentinel", "dns",
/// "connect", "tls" and "login", each only when needed. Throws Unhealthy when a step fails, with the server's own error
/// where it sent one, and std::system_error when the connection breaks or the deadline passes.
Task<RedisConnection> connect_redis(ProbeContext& context, RedisEndpoint endpoint);

}  // namespace hale
