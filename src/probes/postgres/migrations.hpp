#pragma once

#include <vector>

#include "migrations/history.hpp"
#include "probes/postgres/connection.hpp"

namespace hale {

/// Reads the history table and compares it with what the code expects. Sends one query to the catalog, which avoids an
/// error in the server's log when the table does not exist, and one SELECT. Locks, creates and writes nothing. When the
/// server refuses a query, that is an error in the findings. Throws Unhealthy when the connection breaks or the answer
/// is malformed.
Task<MigrationFindings> query_history(ProbeContext& context, PostgresConnection& postgres,
                                      const MigrationHistory& history);

/// Adds the findings, one for each of `histories`, to the observation: the metrics, the fact `migrations`, a component
/// each when there are several, and a claim about `migrations` unless every state is ok or ahead.
void record_migrations(const std::vector<MigrationHistory>& histories, const std::vector<MigrationFindings>& findings,
                       Observation& observation);

}  // namespace hale
