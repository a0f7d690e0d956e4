#pragma once

#include <string>
#include <vector>

#include "migrations/alembic_graph.hpp"

namespace hale {

/// Adds what the lines of the manifest `path` say: those that `alembic history` prints, or one id a line, the oldest
/// first. Throws UsageError for other lines.
void add_alembic_manifest(const std::vector<std::string>& lines, const std::string& path,
                          std::vector<AlembicRevision>& revisions);

/// Throws UsageError when a revision of `manifest` depends on the label of a branch, which `alembic history` does not
/// say the meaning of, unless one of `revisions` declares it.
void refuse_branch_labels(const std::string& manifest, const std::vector<AlembicRevision>& revisions);

}  // namespace hale
