#pragma once

#include <string>
#include <vector>

#include "migrations/alembic/graph.hpp"

namespace hale {

/// Appends the revisions on the `lines` of the manifest `path`: the output of `alembic history`, or one id per line,
/// the oldest first. Throws UsageError for other lines.
void add_alembic_manifest(const std::vector<std::string>& lines, const std::string& path,
                          std::vector<AlembicRevision>& revisions);

/// Throws UsageError when a revision from the file `manifest` depends on a branch label that none of `revisions`
/// declares: `alembic history` prints labels in depends_on without the revisions that declare them.
void check_branch_labels(const std::string& manifest, const std::vector<AlembicRevision>& revisions);

}  // namespace hale
