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

/// What is asked of Celery workers, whatever carries the question.
struct CeleryQuestion {
  std::vector<std::string> workers{};  ///< by their node names, each once; empty for all
  std::vector<std::string> queues{};   ///< that a worker has to consume
  std::vector<std::string> depths{};   ///< queues whose depth is told though no worker may consume them
  double least_workers = 0;            ///< that the demands on `workers` want, where that can be read from them
};

/// A broker that speaks Redis' protocol, and the names that Celery has there (kombu/transport/redis.py).
struct CeleryRedis {
  RedisEndpoint endpoint{};
  std::string key_prefix{};        ///< before every key and channel: `global_keyprefix`
  std::string channel{};           ///< at which workers hear control commands, prefix and all
  std::string control_exchange{};  ///< "celery.pidbox"
  int key_seconds = 0;             ///< that the list for the replies lives, should nobody be left to remove it
};

/// A broker that speaks AMQP 0-9-1.
struct CeleryAmqp {
  AmqpEndpoint endpoint{};
  std::string control_exchange{};  ///< likewise
};

/// Where a Celery broker is, and what to ask there.
struct CeleryTarget {
  std::variant<CeleryRedis, CeleryAmqp> broker{};
  CeleryQuestion question{};
};

inline constexpr std::string_view depth_family = "queue:";

/// Reads `target.typed_address`, a broker URL as Celery writes it with or without "celery+" before it, and the options.
/// Sets `target.address` and `target.host`, notes the secrets. Throws UsageError.
CeleryTarget read_celery_target(Target& target, const Environment& environment);

}  // namespace hale
