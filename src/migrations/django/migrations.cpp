#include "migrations/django/migrations.hpp"

#include <map>

namespace hale {

DjangoMigrations::DjangoMigrations(std::vector<DjangoMigration> migrations,
                                   std::set<std::string> labels_without_dependencies)
    : migrations_(std::move(migrations)), labels_without_dependencies_(std::move(labels_without_dependencies)) {}

MigrationFindings DjangoMigrations::compare(const std::vector<MigrationRow>& rows) const {
  DjangoGraph graph(migrations_, labels_without_dependencies_);
  graph.apply(rows);
  graph.resolve_squashes();
  // As in Django, the first kind of error ends the checks: a missing parent, for example, makes leaves of others.
  for (const auto find : {&DjangoGraph::find_missing, &DjangoGraph::find_cycles, &DjangoGraph::find_inconsistencies,
                          &DjangoGraph::find_conflicts}) {
    if (graph.errors().empty()) (graph.*find)();
  }
  MigrationFindings findings;
  findings.pending = graph.plan();
  findings.applied = graph.applied();
  findings.ahead = find_ahead(rows);
  findings.errors = graph.errors();
  return findings;
}

/// Rows of these applications without a file. Rows before a known one do not count: when all databases have a squashed
/// migration, its `replaces` and the replaced files are deleted, but their rows stay ("Squashing migrations" in
/// Django's documentation). Only rows after the last known one can be from a newer release.
std::vector<std::string> DjangoMigrations::find_ahead(const std::vector<MigrationRow>& rows) const {
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
  std::set<DjangoId> unique;
  for (const auto& [label, names] : unknown) {
    for (const std::string& name : names) {
      if (unique.insert({label, name}).second) ahead.push_back(DjangoId{label, name}.to_string());
    }
  }
  return ahead;
}

}  // namespace hale
