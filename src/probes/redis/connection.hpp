#pragma once

#include <optional>

#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/redis/endpoint.hpp"
#include "probes/redis/resp.hpp"
#include "probes/redis/sentinel.hpp"

namespace hale {

/// A Redis server that has let us in.
struct RedisConnection {
  RedisConversation redis;
  std::optional<RedisMaster> master{};  ///< what the sentinels said, where they were asked
};

/// Asks the sentinels where there are any, connects, speaks TLS where that is asked for, logs in and selects the
/// database. Enters the phases "sentinel", "dns", "connect", "tls" and "login", as far as they are needed. Throws
/// Unhealthy with the server's words.
Task<RedisConnection> connect_redis(ProbeContext& context, RedisEndpoint endpoint);

}  // namespace hale
