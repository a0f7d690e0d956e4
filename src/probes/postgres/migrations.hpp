#pragma once

#include <vector>

#include "migrations/history.hpp"
#include "probes/postgres/connection.hpp"

namespace hale {

/// Looks into the history's table, if there is one: one question to the catalog, which makes no error in the server's
/// log when the table is missing, and one SELECT. Nothing is locked, created or written. A refusal by the server is an
/// error among the findings. Throws Unhealthy when the connection ends by it.
Task<MigrationFindings> look_into_history(ProbeContext& context, PostgresConnection& postgres,
                                          const MigrationHistory& history);

/// Adds to `observation` what was found for each of `histories`: measures, the fact, and a claim unless all is well.
void record_migrations(const std::vector<MigrationHistory>& histories, const std::vector<MigrationFindings>& findings,
                       Observation& observation);

}  // namespace hale
