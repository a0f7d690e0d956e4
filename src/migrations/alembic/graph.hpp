#pragma once

#include <string>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A revision and its references to others.
struct AlembicRevision {
  std::string id;
  std::vector<std::string> down{};           ///< down_revision: the ids of its parents; empty for a base
  std::vector<std::string> depends_on{};     ///< ids or branch labels
  std::vector<std::string> branch_labels{};  ///< the labels that it declares
  std::string source{};                      ///< the file that it was read from, for error messages
};

/// The revisions of Alembic. See graph.cpp for the rules.
class AlembicRevisions : public Migrations {
 public:
  explicit AlembicRevisions(std::vector<AlembicRevision> revisions) : revisions_(std::move(revisions)) {}

  /// The only column of a row is the id of a revision.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<AlembicRevision> revisions_;
};

}  // namespace hale
