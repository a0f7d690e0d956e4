#include "migrations/django_migrations.hpp"

#include <map>

namespace hale {

DjangoMigrations::DjangoMigrations(std::vector<DjangoMigration> migrations, std::set<std::string> listed)
    : migrations_(std::move(migrations)), listed_(std::move(listed)) {}

MigrationFindings DjangoMigrations::compare(const std::vector<MigrationRow>& rows) const {
  DjangoGraph graph(migrations_, listed_);
  graph.apply(rows);
  graph.replace();
  // What is told first brings forth what would be told later.
  for (const auto find : {&DjangoGraph::find_missing, &DjangoGraph::find_circles, &DjangoGraph::find_inconsistencies,
                          &DjangoGraph::find_conflicts}) {
    if (graph.errors().empty()) (graph.*find)();
  }
  MigrationFindings findings;
  findings.pending = graph.plan();
  findings.applied = graph.applied();
  findings.ahead = ahead_of(rows);
  findings.errors = graph.errors();
  return findings;
}

/// Rows of the applications' that no file knows. Older ones than a known one are what a finished squash left behind.
std::vector<std::string> DjangoMigrations::ahead_of(const std::vector<MigrationRow>& rows) const {
  std::map<std::string, std::set<std::string>> known;
  std::map<std::string, std::set<std::string>> replaced;
  for (const DjangoMigration& one : migrations_) {
    known[one.id.label].insert(one.id.name);
    for (const DjangoId& id : one.replaces) replaced[id.label].insert(id.name);
  }
  std::map<std::string, std::vector<std::string>> unknown;
  for (const MigrationRow& row : rows) {
    const std::string label = row.at(0).value_or("");
    const std::string name = row.at(1).value_or("");
    if (!known.contains(label)) continue;
    if (known[label].contains(name)) {
      unknown[label].clear();
    } else if (!replaced[label].contains(name)) {
      unknown[label].push_back(name);
    }
  }
  std::vector<std::string> ahead;
  std::set<DjangoId> reported;
  for (const auto& [label, names] : unknown) {
    for (const std::string& name : names) {
      if (reported.insert({label, name}).second) ahead.push_back(DjangoId{label, name}.shown());
    }
  }
  return ahead;
}

}  // namespace hale
