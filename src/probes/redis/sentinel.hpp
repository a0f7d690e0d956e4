#pragma once

#include <cstdint>
#include <string>

#include "core/observation.hpp"
#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/redis/endpoint.hpp"

namespace hale {

/// What sentinels say of a service.
struct RedisMaster {
  std::string host;
  std::uint16_t port = 0;
  std::string sentinel{};  ///< who said it: "HOST:PORT"
  std::string failures{};  ///< of the sentinels that were asked before: "HOST:PORT: connect: Connection refused"
};

/// Asks one sentinel after the other where the master of the service is, each for a share of the time left, and leaves
/// a share for the master itself. Enters the phase "sentinel". Throws Unhealthy with the words of all when none knows.
Task<RedisMaster> find_master(ProbeContext& context, RedisSentinels sentinels);

/// Adds where the sentinels sent us, by whom and past whom: to the summary, and as facts.
void record_master(const RedisMaster& master, Observation& observation);

}  // namespace hale
