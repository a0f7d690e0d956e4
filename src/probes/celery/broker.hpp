#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/option.hpp"
#include "probes/amqp/endpoint.hpp"
#include "probes/redis/endpoint.hpp"

namespace hale {

struct Environment;
struct Target;

/// What to ask the Celery workers and their broker, whatever its protocol.
struct CeleryRequest {
  std::vector<std::string> workers{};          ///< names of nodes, without duplicates; empty for all workers
  std::vector<std::string> required_queues{};  ///< which a worker must consume
  std::vector<std::string> counted_queues{};   ///< to count even if no worker consumes them
  double min_workers = 0;                      ///< the lowest number of workers that the user's conditions accept
};

/// A broker that speaks the Redis protocol, and the names that Celery uses there (kombu/transport/redis.py).
struct CeleryRedis {
  RedisEndpoint endpoint{};
  std::string key_prefix{};        ///< of every key and channel: `global_keyprefix`
  std::string channel{};           ///< on which workers receive control commands, with all prefixes
  std::string control_exchange{};  ///< "celery.pidbox" (kombu/pidbox.py)
  int key_seconds = 0;             ///< the time to live of the list for replies, in case hale is killed
};

/// A broker that speaks AMQP 0-9-1.
struct CeleryAmqp {
  AmqpEndpoint endpoint{};
  std::string control_exchange{};  ///< "celery.pidbox"
};

/// A broker and what to ask there.
struct CeleryTarget {
  std::variant<CeleryRedis, CeleryAmqp> broker{};
  CeleryRequest request{};
};

/// The family of metrics with the length of a queue: "queue:celery".
inline constexpr std::string_view queue_family = "queue:";

/// Reads `target.typed_address`, a broker URL of Celery with or without the prefix "celery+", and the options. Sets
/// `target.address` and `target.host`, adds to `target.secrets`, and adds the options for TLS that such a URL may hold.
/// Throws UsageError.
CeleryTarget read_celery_target(Target& target, const Environment& environment);

}  // namespace hale
