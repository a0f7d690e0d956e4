#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations/django_graph.hpp"

namespace hale {

/// Migrations as Django's own loader sees them (django/db/migrations/loader.py): squashes stand for what they replace,
/// or step aside when only some of that is applied. A squash of squashes is taken as since Django 6.
class DjangoMigrations : public Migrations {
 public:
  /// `listed`: labels whose migrations came without their dependencies; of these leaves and order mean nothing.
  DjangoMigrations(std::vector<DjangoMigration> migrations, std::set<std::string> listed);

  /// A row is a label and a name, in the order in which they were applied.
  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override;

 private:
  std::vector<std::string> ahead_of(const std::vector<MigrationRow>& rows) const;

  std::vector<DjangoMigration> migrations_;
  std::set<std::string> listed_;
};

}  // namespace hale
