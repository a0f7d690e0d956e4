#include "probes/redis/connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/url.hpp"
#include "net/stream.hpp"

namespace hale {
namespace {

/// The user knows the service, not the address: a failure names it.
Task<Stream> dial_master(Net& net, RedisMaster master) {
  try {
    co_return co_await dial(net, master.host, master.port);
  } catch (const Unhealthy& unhealthy) {
    throw Unhealthy(fmt::format("{} (master {} by sentinel {})", unhealthy.what(),
                                host_and_port(master.host, master.port), master.sentinel));
  }
}

Task<Stream> connect(Net& net, const RedisPlace& place, const std::optional<RedisMaster>& master) {
  if (!place.socket.empty()) co_return co_await dial_unix(net, place.socket);
  if (master) co_return co_await dial_master(net, *master);
  Stream stream = co_await dial(net, place.host, place.port);
  if (place.tls) co_await stream.start_tls(net, *place.tls);
  co_return stream;
}

Task<void> log_in(Net& net, const RedisPlace& place, RedisConversation& redis) {
  if (place.password.empty() && place.database == 0) co_return;
  net.enter("login");
  if (!place.password.empty()) {
    RedisCommand command = command_of("AUTH");
    if (!place.user.empty()) command.push_back(place.user);
    command.push_back(place.password.reveal());
    const RedisReply reply = co_await redis.ask(command);
    if (reply.is_error()) throw Unhealthy(explain(reply));
  }
  if (place.database != 0) {
    const RedisReply reply = co_await redis.ask(command_of(fmt::format("SELECT {}", place.database)));
    if (reply.is_error()) throw Unhealthy(explain(reply));
  }
}

}  // namespace

Task<RedisConnection> connect_redis(Net& net, RedisPlace place) {
  std::optional<RedisMaster> master;
  if (!place.sentinels.places.empty()) master = co_await find_master(net, place.sentinels);
  Stream stream = co_await connect(net, place, master);
  RedisConnection connection{RedisConversation(std::move(stream)), std::move(master)};
  co_await log_in(net, place, connection.redis);
  co_return connection;
}

}  // namespace hale
