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

// What a Redis server tells of itself by INFO and by what else is asked.
inline constexpr auto redis_metrics = concat(
    std::to_array<NameSpec>({
        {"used_memory", "memory that the server has allocated", Unit::bytes},
        {"connected_clients", "clients that are connected"},
        {"connected_slaves", "replicas that are connected"},
        {"lag",
         "on a master, what the worst of its replicas has not acknowledged; on a replica, what it has received of its "
         "master and not applied; left out while no link is up",
         Unit::bytes},
        {"rdb_last_save_age",
         "since the last save to disk, or since the start when there was none, by the server's clock", Unit::seconds},
        {"llen:", "entries of the list KEY, such as a queue; 0 without the key", Unit::none, Absence::failed, "KEY"},
        {"ttl:",
         "time that KEY has yet to live; without the key, and for a key that lives for ever, every demand fails",
         Unit::seconds, Absence::failed, "KEY"},
        {"blocked_clients", "clients that wait in a blocking command"},
        {"maxclients", "clients that may connect"},
        {"used_memory_rss", "memory that the system has given the server", Unit::bytes},
        {"used_memory_peak", "the most that used_memory ever was", Unit::bytes},
        {"maxmemory", "what used_memory may reach; 0 for no limit", Unit::bytes},
        {"mem_fragmentation_ratio", "used_memory_rss by used_memory"},
        {"rdb_changes_since_last_save", "changes that no save to disk holds yet"},
        {"instantaneous_ops_per_sec", "commands a second"},
        {"total_connections_received", "connections so far", Unit::counter},
        {"total_commands_processed", "commands so far", Unit::counter},
        {"rejected_connections", "connections refused because of maxclients so far", Unit::counter},
        {"expired_keys", "keys that lived out their time so far", Unit::counter},
        {"evicted_keys", "keys thrown out because of maxmemory so far", Unit::counter},
        {"keyspace_hits", "look-ups that found their key so far", Unit::counter},
        {"keyspace_misses", "look-ups that did not so far", Unit::counter},
        {"uptime_in_seconds", "since the server's start", Unit::seconds},
        {"info:", "any other number that INFO tells, by its name there", Unit::none, Absence::unknown, "NAME"},
    }),
    tls_metrics);

/// The value in the line "name:value" of an answer to INFO or CLUSTER INFO.
std::optional<std::string_view> info_field(std::string_view info, std::string_view name);

/// Adds what INFO tells: role, link, version and mode with their words for the summary, the measures that are always
/// told and those among `asked`. A replica whose link to its master is down claims to be critical, about `link`.
void record_info(std::string_view info, std::span<const std::string> requested, Observation& observation);

/// Adds the fact `cluster` of an answer to CLUSTER INFO. Any state but ok claims to be critical.
void record_cluster(std::string_view cluster_info, Observation& observation);

}  // namespace hale
