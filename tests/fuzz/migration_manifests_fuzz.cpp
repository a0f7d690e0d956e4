#include "base/text.hpp"
#include "migrations/alembic/manifest.hpp"
#include "migrations/django/manifest.hpp"
#include "migrations/django/migrations.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace hale;

/// Unless there are errors: each migration is pending or applied, not both, and nothing is applied without rows.
void check_findings(const Migrations& migrations, const std::vector<MigrationRow>& rows, std::size_t count) {
  const MigrationFindings without = migrations.compare({});
  const MigrationFindings with = migrations.compare(rows);
  if (without.errors.empty()) fuzz::check(without.pending.size() <= count && without.applied == 0);
  if (with.errors.empty()) fuzz::check(with.pending.size() + with.applied <= count);
  fuzz::check(with.ahead.size() <= rows.size());
}

}  // namespace

void hale::fuzz::fuzz_one(std::string_view text) {
  // The first line lists the migrations that have a row.
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  if (lines.empty()) return;
  const std::string applied = lines.front();
  lines.erase(lines.begin());
  if (lines.empty()) return;
  std::vector<MigrationRow> ids;
  std::vector<MigrationRow> pairs;
  for (const std::string_view id : split(applied, ' ')) {
    ids.push_back({std::string(id)});
    const std::size_t dot = id.find('.');
    if (dot != std::string_view::npos)
      pairs.push_back({std::string(id.substr(0, dot)), std::string(id.substr(dot + 1))});
  }
  try {
    std::vector<AlembicRevision> revisions;
    add_alembic_manifest(lines, "manifest", revisions);
    check_branch_labels("manifest", revisions);
    check_findings(AlembicRevisions(revisions), ids, revisions.size());
  } catch (const UsageError& error) {
    check(*error.what() != '\0');
  }
  std::vector<DjangoMigration> migrations;
  std::set<std::string> labels_without_dependencies;
  add_django_manifest(lines, "manifest", migrations, labels_without_dependencies);
  check_findings(DjangoMigrations(migrations, labels_without_dependencies), pairs, migrations.size());
}
