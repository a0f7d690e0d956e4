#pragma once

#include <cstdint>
#include <string>

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/redis/endpoint.hpp"

namespace hale {

/// The master of a service, as a sentinel reported it.
struct RedisMaster {
  std::string host;
  std::uint16_t port = 0;
  std::string sentinel{};  ///< the sentinel that reported it: "HOST:PORT"
  std::string failures{};  ///< why earlier sentinels gave no answer: "HOST:PORT: connect: Connection refused; ..."
};

/// Asks the sentinels in turn for the master of `sentinels.service` (redis.io, "Guidelines for Redis clients with
/// support for Redis Sentinel") and returns the first answer. Each sentinel gets an equal share of the time left, and
/// one share is kept for the master itself. Enters the phase "sentinel". Throws Unhealthy with every sentinel's failure
/// when all of them fail, and std::system_error when the probe's own deadline passes.
Task<RedisMaster> find_master(ProbeContext& context, RedisSentinels sentinels);

/// Adds `master` to the observation: its address, the sentinel that reported it and the sentinels that failed go to the
/// summary, the first two also become the facts `master_address` and `sentinel_address`.
void record_master(const RedisMaster& master, Observation& observation);

}  // namespace hale
