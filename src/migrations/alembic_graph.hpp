#pragma once

#include <string>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A revision and what it says of others, by their ids.
struct AlembicRevision {
  std::string id;
  std::vector<std::string> down{};           ///< down_revision: those that it follows; none at a base
  std::vector<std::string> depends_on{};     ///< ids, or labels of branches
  std::vector<std::string> branch_labels{};  ///< that it declares
  std::string source{};                      ///< the file that it comes from, to be named in errors
};

/// Alembic's revisions. Its table has a row for each head that the database is at, and none for what lies before:
/// applied is whatever a row descends from, by down_revision or depends_on.
///
/// A row that is unknown here was written by other code, and the rows that it took the place of are gone. Then nothing
/// is known of the revisions that no known row says anything of, and they are not pending; the row is ahead.
class AlembicRevisions : public Migrations {
 public:
  explicit AlembicRevisions(std::vector<AlembicRevision> revisions) : revisions_(std::move(revisions)) {}

  /// A row is an id.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<AlembicRevision> revisions_;
};

}  // namespace hale
