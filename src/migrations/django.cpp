#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/django_folders.hpp"
#include "migrations/django_manifest.hpp"
#include "migrations/django_migrations.hpp"
#include "migrations/files.hpp"
#include "migrations/python/python.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;

constexpr std::string_view instead = "name a manifest instead, as the manual says";

/// ("shop", "0001_initial"); nothing for what is not written out.
std::optional<DjangoId> id_in(const PythonValue& value) {
  const auto is_text = [](const PythonValue& one) { return one.kind == Kind::text || one.kind == Kind::bytes; };
  if (!value.is_sequence() || value.items.size() != 2) return std::nullopt;
  if (!is_text(value.items[0]) || !is_text(value.items[1])) return std::nullopt;
  return DjangoId{value.items[0].text, value.items[1].text};
}

/// The ids that the class assigns to `name`. What depends on a setting (swappable_dependency) is left out, and so is
/// what is added to a list by an expression, unless `whole`.
std::vector<DjangoId> ids_in(const PythonModule& module, std::string_view name, bool whole) {
  const auto value = module.value("Migration", name);
  if (!value) return {};
  const auto refuse = [&](const PythonValue& one) {
    throw UsageError(
        fmt::format("{}:{}: {} is not written out in full; {}", sanitize(module.where()), one.line, name, instead));
  };
  if (!value->is_sequence() || (whole && value->open)) refuse(*value);
  std::vector<DjangoId> ids;
  for (const PythonValue& item : value->items) {
    if (item.kind == Kind::call && item.text.ends_with("swappable_dependency")) continue;
    auto id = id_in(item);
    if (!id) refuse(item);
    ids.push_back(std::move(*id));
  }
  return ids;
}

DjangoMigration read_migration(const std::string& path, const std::string& name) {
  const PythonModule module(read_text(path), path);
  if (!module.has_class("Migration")) {
    throw UsageError(
        fmt::format("{}: no migration of Django's, for it has no class Migration; {}", sanitize(path), instead));
  }
  return {{"", name},
          ids_in(module, "dependencies", false),
          ids_in(module, "run_before", false),
          ids_in(module, "replaces", true)};
}

/// How many migrations of a package speak of others in it by a label.
std::map<std::string, std::size_t> labels_in(const std::vector<DjangoMigration>& migrations) {
  std::set<std::string> names;
  for (const DjangoMigration& one : migrations) names.insert(one.id.name);
  std::map<std::string, std::size_t> labels;
  std::set<std::string> impossible;
  for (const DjangoMigration& one : migrations) {
    std::set<std::string> unit_noun;
    for (const DjangoId& id : one.replaces) unit_noun.insert(id.label);
    for (const DjangoId& id : one.dependencies) {
      if (names.contains(id.name)) unit_noun.insert(id.label);
      // 0001_initial that depends on 0001_initial means another application's.
      if (id.name == one.id.name) impossible.insert(id.label);
    }
    for (const std::string& label : unit_noun) ++labels[label];
  }
  for (const std::string& label : impossible) labels.erase(label);
  return labels;
}

/// The label that a package's files are of: as they say, else the name of the folder around it.
std::string label_of(const std::string& folder, const std::vector<DjangoMigration>& migrations) {
  const std::map<std::string, std::size_t> labels = labels_in(migrations);
  std::string around = folder_around(folder);
  if (labels.empty() || labels.contains(around)) return around;
  std::vector<std::string> likeliest;
  std::size_t most = 0;
  for (const auto& [label, count] : labels) {
    if (count > most) likeliest.clear();
    if (count >= most) likeliest.push_back(label);
    most = std::max(most, count);
  }
  if (likeliest.size() > 1) {
    throw UsageError(fmt::format("{}: the label may be {}; write it before the path: django:{}={}", sanitize(folder),
                                 sanitize(fmt::format("{}", fmt::join(likeliest, " or "))), sanitize(likeliest[0]),
                                 sanitize(folder)));
  }
  return likeliest[0];
}

void add_package(const std::string& folder, const std::string& label, std::map<std::string, std::string>& folders,
                 std::vector<DjangoMigration>& migrations) {
  std::vector<DjangoMigration> package;
  for (const std::string& name : django_modules(folder))
    package.push_back(read_migration(path_in(folder, name + ".py"), name));
  const std::string own = label.empty() ? label_of(folder, package) : label;
  const auto [other, is_new] = folders.emplace(own, folder);
  if (!is_new) {
    throw UsageError(fmt::format("{} and {} both have the label {}; write one as django:LABEL=PATH",
                                 sanitize(other->second), sanitize(folder), sanitize(own)));
  }
  for (DjangoMigration& one : package) {
    one.id.label = own;
    migrations.push_back(std::move(one));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<DjangoMigration> migrations;
  std::set<std::string> listed;
  std::map<std::string, std::string> folders;
  for (const MigrationSource& source : sources) {
    if (!is_folder(source.path)) {
      if (!source.label.empty()) {
        throw UsageError(fmt::format("{}: a manifest names the labels itself; write django:{}", sanitize(source.path),
                                     sanitize(source.path)));
      }
      add_django_manifest(read_manifest(source.path), source.path, migrations, listed);
      continue;
    }
    const std::vector<std::string> packages = django_packages(source.path);
    if (packages.size() > 1 && !source.label.empty()) {
      throw UsageError(
          fmt::format("{} has migrations of {} applications below it; the label {} is of one: name its "
                      "folder, such as {}",
                      sanitize(source.path), packages.size(), source.label, sanitize(packages[0])));
    }
    for (const std::string& folder : packages) add_package(folder, source.label, folders, migrations);
  }
  return std::make_unique<DjangoMigrations>(std::move(migrations), std::move(listed));
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

constexpr std::array<std::string_view, 2> columns{"app", "name"};

}  // namespace

extern const MigrationTool django_tool;
const MigrationTool django_tool{
    .name = "django",
    .path = "shop/migrations",
    .files =
        "*.py, read and never executed; the id is LABEL.NAME. PATH is the package of one application, or a folder "
        "with such packages below it; hidden folders, virtual environments, site-packages and node_modules are passed "
        "over. The label is read off the files, else it is the name of the folder above: django:LABEL=PATH says "
        "another. Applications that are not named are not looked at. A manifest has an id a line; behind it may stand "
        "after, before or replaces, each with other ids",
    .manifest = manifest,
    .table = "django_migrations",
    .columns = columns,
    .order = "id",
    .table_is_fixed = true,
    .has_labels = true,
    .read = read,
};

}  // namespace hale
