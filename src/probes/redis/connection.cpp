#include "probes/redis/connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/stream.hpp"

namespace hale {
namespace {

/// The user typed the name of a service and never saw the master's address, so a failure has to name it.
Task<Stream> dial_master(ProbeContext& context, RedisMaster master) {
  try {
    co_return co_await dial(context, master.host, master.port);
  } catch (const Unhealthy& unhealthy) {
    throw Unhealthy(fmt::format("{} (master {} reported by sentinel {})", unhealthy.what(),
                                host_and_port(master.host, master.port), master.sentinel));
  }
}

Task<Stream> connect(ProbeContext& context, const RedisEndpoint& endpoint, const std::optional<RedisMaster>& master) {
  if (!endpoint.socket.empty()) co_return co_await dial_unix(context, endpoint.socket);
  if (master) co_return co_await dial_master(context, *master);
  Stream stream = co_await dial(context, endpoint.host, endpoint.port);
  if (endpoint.tls) co_await stream.start_tls(context, *endpoint.tls);
  co_return stream;
}

Task<void> log_in(ProbeContext& context, const RedisEndpoint& endpoint, RedisClient& redis) {
  if (endpoint.password.empty() && endpoint.database == 0) co_return;  // no "login" phase in the report
  context.enter("login");
  if (!endpoint.password.empty()) {
    // AUTH with a user needs Redis 6; without one, older servers understand it too.
    RedisCommand command = parse_command("AUTH");
    if (!endpoint.user.empty()) command.push_back(endpoint.user);
    command.push_back(endpoint.password.reveal());
    const RedisReply reply = co_await redis.call(command);
    if (reply.is_error()) throw Unhealthy(describe_error(reply));
  }
  if (endpoint.database != 0) {
    const RedisReply reply = co_await redis.call(parse_command(fmt::format("SELECT {}", endpoint.database)));
    if (reply.is_error()) throw Unhealthy(describe_error(reply));
  }
}

}  // namespace

Task<RedisConnection> connect_redis(ProbeContext& context, RedisEndpoint endpoint) {
  std::optional<RedisMaster> master;
  if (!endpoint.sentinels.endpoints.empty()) master = co_await find_master(context, endpoint.sentinels);
  Stream stream = co_await connect(context, endpoint, master);
  RedisConnection connection{RedisClient(std::move(stream)), std::move(master)};
  co_await log_in(context, endpoint, connection.redis);
  co_return connection;
}

}  // namespace hale
