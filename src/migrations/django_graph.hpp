#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

struct DjangoId {
  std::string label;  ///< of the application
  std::string name;   ///< of the file, without .py

  auto operator<=>(const DjangoId&) const = default;

  /// "shop.0001_initial", as Django shows it.
  std::string shown() const { return label + "." + name; }
};

/// What a migration says of others. Those of applications that hale was not told of may be among them; a name may be
/// __first__ or __latest__.
struct DjangoMigration {
  DjangoId id;
  std::vector<DjangoId> dependencies{};
  std::vector<DjangoId> run_before{};
  std::vector<DjangoId> replaces{};  ///< those that it squashes
};

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
