#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/django/manifest.hpp"
#include "migrations/django/migrations.hpp"
#include "migrations/django/packages.hpp"
#include "migrations/files.hpp"
#include "migrations/python/python.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;

constexpr std::string_view manifest_hint = "use a manifest instead, as described in hale(1)";

/// Reads ("shop", "0001_initial"); nullopt for other expressions.
std::optional<DjangoId> read_id(const PythonValue& value) {
  const auto is_text = [](const PythonValue& one) { return one.kind == Kind::text || one.kind == Kind::bytes; };
  if (!value.is_sequence() || value.items.size() != 2) return std::nullopt;
  if (!is_text(value.items[0]) || !is_text(value.items[1])) return std::nullopt;
  return DjangoId{value.items[0].text, value.items[1].text};
}

/// The ids that the class assigns to `name`. Skips swappable_dependency(), which depends on a setting. Elements that
/// are added by an expression are skipped too, unless `complete`: then they are an error.
std::vector<DjangoId> read_ids(const PythonModule& module, std::string_view name, bool complete) {
  const auto value = module.value("Migration", name);
  if (!value) return {};
  const auto fail = [&](const PythonValue& one) {
    throw UsageError(
        fmt::format("{}:{}: {} is not a literal list; {}", sanitize(module.where()), one.line, name, manifest_hint));
  };
  if (!value->is_sequence() || (complete && value->incomplete)) fail(*value);
  std::vector<DjangoId> ids;
  for (const PythonValue& item : value->items) {
    if (item.kind == Kind::call && item.text.ends_with("swappable_dependency")) continue;
    auto id = read_id(item);
    if (!id) fail(item);
    ids.push_back(std::move(*id));
  }
  return ids;
}

DjangoMigration read_migration(const std::string& path, const std::string& name) {
  const PythonModule module(read_text(path), path);
  if (!module.has_class("Migration")) {
    throw UsageError(
        fmt::format("{}: not a Django migration: it has no class Migration; {}", sanitize(path), manifest_hint));
  }
  return {.id = {"", name},
          .dependencies = read_ids(module, "dependencies", false),
          .run_before = read_ids(module, "run_before", false),
          .replaces = read_ids(module, "replaces", true)};
}

/// How many migrations of a package refer to others in the same package, by the label that they use.
std::map<std::string, std::size_t> count_labels(const std::vector<DjangoMigration>& migrations) {
  std::set<std::string> names;
  for (const DjangoMigration& one : migrations) names.insert(one.id.name);
  std::map<std::string, std::size_t> labels;
  std::set<std::string> foreign;
  for (const DjangoMigration& one : migrations) {
    std::set<std::string> mentioned;
    for (const DjangoId& id : one.replaces) mentioned.insert(id.label);
    for (const DjangoId& id : one.dependencies) {
      if (names.contains(id.name)) mentioned.insert(id.label);
      // If 0001_initial depends on 0001_initial, that one is in another application.
      if (id.name == one.id.name) foreign.insert(id.label);
    }
    for (const std::string& label : mentioned) ++labels[label];
  }
  for (const std::string& label : foreign) labels.erase(label);
  return labels;
}

/// The label of a package: the one that its files use for each other, else the name of the folder that contains it,
/// which is Django's default. The files count more, because AppConfig.label can be anything.
std::string find_label(const std::string& folder, const std::vector<DjangoMigration>& migrations) {
  const std::map<std::string, std::size_t> labels = count_labels(migrations);
  std::string default_label = parent_folder_name(folder);
  if (labels.empty() || labels.contains(default_label)) return default_label;
  std::vector<std::string> candidates;
  std::size_t max_count = 0;
  for (const auto& [label, count] : labels) {
    if (count > max_count) candidates.clear();
    if (count >= max_count) candidates.push_back(label);
    max_count = std::max(max_count, count);
  }
  if (candidates.size() > 1) {
    throw UsageError(fmt::format("{}: the label could be {}; put it before the path: django:{}={}", sanitize(folder),
                                 sanitize(fmt::format("{}", fmt::join(candidates, " or "))), sanitize(candidates[0]),
                                 sanitize(folder)));
  }
  return candidates[0];
}

void add_package(const std::string& folder, const std::string& label, std::map<std::string, std::string>& folders,
                 std::vector<DjangoMigration>& migrations) {
  std::vector<DjangoMigration> package;
  for (const std::string& name : find_django_modules(folder))
    package.push_back(read_migration(join_path(folder, name + ".py"), name));
  const std::string package_label = label.empty() ? find_label(folder, package) : label;
  const auto [other, is_new] = folders.emplace(package_label, folder);
  if (!is_new) {
    throw UsageError(fmt::format("{} and {} both have the label {}; use django:LABEL=PATH for one of them",
                                 sanitize(other->second), sanitize(folder), sanitize(package_label)));
  }
  for (DjangoMigration& one : package) {
    one.id.label = package_label;
    migrations.push_back(std::move(one));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<DjangoMigration> migrations;
  std::set<std::string> labels_without_dependencies;
  std::map<std::string, std::string> folders;
  for (const MigrationSource& source : sources) {
    if (!is_folder(source.path)) {
      if (!source.label.empty()) {
        throw UsageError(fmt::format("{}: a manifest contains the labels itself; use django:{}", sanitize(source.path),
                                     sanitize(source.path)));
      }
      add_django_manifest(read_manifest(source.path), source.path, migrations, labels_without_dependencies);
      continue;
    }
    const std::vector<std::string> packages = find_django_packages(source.path);
    if (packages.size() > 1 && !source.label.empty()) {
      throw UsageError(
          fmt::format("{} has migrations of {} applications, but the label {} is for one; use its folder, such as {}",
                      sanitize(source.path), packages.size(), source.label, sanitize(packages[0])));
    }
    for (const std::string& folder : packages) add_package(folder, source.label, folders, migrations);
  }
  return std::make_unique<DjangoMigrations>(std::move(migrations), std::move(labels_without_dependencies));
}

constexpr std::string_view manifest =
    R"(DJANGO_SETTINGS_MODULE=project.settings python3 -c '
import django
from django.db.migrations.loader import MigrationLoader
django.setup()
for id, one in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()):
    print(".".join(id), "after", *map(".".join, one.dependencies), "before", *map(".".join, one.run_before),
          "replaces", *map(".".join, one.replaces))
')";

constexpr auto columns = std::to_array<std::string_view>({"app", "name"});

}  // namespace

extern const MigrationTool django_tool;
const MigrationTool django_tool{
    .name = "django",
    .path = "shop/migrations",
    .files =
        "*.py, read and never executed. The id is LABEL.NAME. PATH is the package of one application, or a folder "
        "that contains such packages; hidden folders, virtual environments, site-packages and node_modules are "
        "skipped. The label comes from the files, or else from the name of the folder above; django:LABEL=PATH sets "
        "it. Applications that PATH does not contain are ignored. A manifest has one id per line, optionally followed "
        "by after, before or replaces, each with other ids",
    .manifest = manifest,
    .table = "django_migrations",
    .columns = columns,
    .order = "id",
    .table_is_fixed = true,
    .has_labels = true,
    .read = read,
};

}  // namespace hale
