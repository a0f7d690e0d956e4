#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations/django/graph.hpp"

namespace hale {

/// The migrations of Django applications, compared as Django's own loader does: see DjangoGraph.
class DjangoMigrations : public Migrations {
 public:
  /// `labels_without_dependencies`: as for DjangoGraph.
  DjangoMigrations(std::vector<DjangoMigration> migrations, std::set<std::string> labels_without_dependencies);

  /// The columns of a row are a label and a name; rows are in the order in which they were applied.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<std::string> find_ahead(const std::vector<MigrationRow>& rows) const;

  std::vector<DjangoMigration> migrations_;
  std::set<std::string> labels_without_dependencies_;
};

}  // namespace hale
