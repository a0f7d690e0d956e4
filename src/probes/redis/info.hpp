#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/concat.hpp"
#include "core/kind.hpp"
#include "core/observation.hpp"
#include "probes/common/tls_metadata.hpp"

namespace hale {

// The metrics of a Redis server: from INFO (redis.io, "INFO"), from LLEN and PTTL on keys, and from TLS.
inline constexpr auto redis_metrics = concat(
    std::to_array<NameSpec>({
        {.name = "used_memory", .meaning = "memory allocated by the server", .unit = Unit::bytes},
        {.name = "connected_clients", .meaning = "connected clients"},
        {.name = "connected_slaves", .meaning = "connected replicas"},
        {.name = "lag",
         .meaning = "on a master, bytes that its slowest replica has not acknowledged; on a replica, bytes received "
                    "from its master and not yet applied; absent while the link is down",
         .unit = Unit::bytes},
        {.name = "rdb_last_save_age",
         .meaning = "time since the last save to disk, or since the start if there was none, by the server's clock",
         .unit = Unit::seconds},
        {.name = "llen:",
         .meaning = "length of the list KEY, such as a queue; 0 if KEY does not exist",
         .absence = Absence::failed,
         .example = "KEY"},
        {.name = "ttl:",
         .meaning = "time to live of KEY; every condition fails if KEY does not exist or never expires",
         .unit = Unit::seconds,
         .absence = Absence::failed,
         .example = "KEY"},
        {.name = "blocked_clients", .meaning = "clients waiting in a blocking command"},
        {.name = "maxclients", .meaning = "maximum number of clients"},
        {.name = "used_memory_rss", .meaning = "memory the system has given the server", .unit = Unit::bytes},
        {.name = "used_memory_peak", .meaning = "highest used_memory so far", .unit = Unit::bytes},
        {.name = "maxmemory", .meaning = "limit of used_memory; 0 for no limit", .unit = Unit::bytes},
        {.name = "mem_fragmentation_ratio", .meaning = "used_memory_rss divided by used_memory"},
        {.name = "rdb_changes_since_last_save", .meaning = "changes since the last save to disk"},
        {.name = "instantaneous_ops_per_sec", .meaning = "commands per second"},
        {.name = "total_connections_received", .meaning = "connections accepted so far", .unit = Unit::counter},
        {.name = "total_commands_processed", .meaning = "commands processed so far", .unit = Unit::counter},
        {.name = "rejected_connections",
         .meaning = "connections refused so far because of maxclients",
         .unit = Unit::counter},
        {.name = "expired_keys", .meaning = "keys expired so far", .unit = Unit::counter},
        {.name = "evicted_keys", .meaning = "keys evicted so far because of maxmemory", .unit = Unit::counter},
        {.name = "keyspace_hits", .meaning = "lookups so far that found their key", .unit = Unit::counter},
        {.name = "keyspace_misses", .meaning = "lookups so far that did not", .unit = Unit::counter},
        {.name = "uptime_in_seconds", .meaning = "time since the server started", .unit = Unit::seconds},
        {.name = "info:", .meaning = "any other number in INFO, by its name there", .example = "NAME"},
    }),
    tls_metrics);

/// The value of the line "name:value" in a reply to INFO or CLUSTER INFO, trimmed; empty when there is no such line.
/// Points into `info`.
std::optional<std::string_view> info_field(std::string_view info, std::string_view name);

/// Adds what the reply `info` to INFO reports: the role and version (to the summary too), link, mode, the metrics that
/// are always reported, and those of the names `requested` that INFO has. A replica whose link to its master is down
/// gets a critical claim about `link`. Fields that are missing or malformed are left out.
void record_info(std::string_view info, std::span<const std::string> requested, Observation& observation);

/// Adds the fact `cluster` from a reply to CLUSTER INFO, and a critical claim about it for every state but "ok".
void record_cluster(std::string_view cluster_info, Observation& observation);

}  // namespace hale
