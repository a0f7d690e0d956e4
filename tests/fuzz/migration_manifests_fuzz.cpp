#include "base/text.hpp"
#include "migrations/alembic_manifest.hpp"
#include "migrations/django_manifest.hpp"
#include "migrations/django_migrations.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace hale;

/// Each migration is pending or applied, once; without a row none is applied. Unless they contradict each other.
void hold_true(const Migrations& migrations, const std::vector<MigrationRow>& rows, std::size_t count) {
  const MigrationFindings without = migrations.compare({});
  const MigrationFindings with = migrations.compare(rows);
  if (without.errors.empty()) fuzz::hold(without.pending.size() <= count && without.applied == 0);
  if (with.errors.empty()) fuzz::hold(with.pending.size() + with.applied <= count);
  fuzz::hold(with.ahead.size() <= rows.size());
}

}  // namespace

void hale::fuzz::look_at(std::string_view text) {
  // The first line says which migrations have a row.
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
    refuse_branch_labels("manifest", revisions);
    hold_true(AlembicRevisions(revisions), ids, revisions.size());
  } catch (const UsageError& error) {
    hold(*error.what() != '\0');
  }
  std::vector<DjangoMigration> migrations;
  std::set<std::string> listed;
  add_django_manifest(lines, "manifest", migrations, listed);
  hold_true(DjangoMigrations(migrations, listed), pairs, migrations.size());
}
