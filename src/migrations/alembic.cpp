#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/alembic_graph.hpp"
#include "migrations/alembic_manifest.hpp"
#include "migrations/files.hpp"
#include "migrations/python/python.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;
using Ids = std::vector<std::string>;

/// None, "a" or ("a", "b"), as Alembic takes them.
Ids ids_in(const PythonModule& module, std::string_view name) {
  const auto value = module.value(name);
  if (!value || value->kind == Kind::none) return {};
  const auto is_text = [](const PythonValue& one) { return one.kind == Kind::text; };
  // "" is None, too.
  if (is_text(*value)) return value->text.empty() ? Ids{} : Ids{value->text};
  if (!value->is_sequence() || value->open || !std::all_of(value->items.begin(), value->items.end(), is_text)) {
    throw UsageError(fmt::format("{}:{}: {} is not written out; name a manifest instead, made by alembic history",
                                 sanitize(module.where()), value->line, name));
  }
  Ids ids;
  for (const PythonValue& item : value->items) ids.push_back(item.text);
  return ids;
}

AlembicRevision read_revision(const std::string& path) {
  const PythonModule module(read_text(path), path);
  const auto id = module.value("revision");
  const bool whole = id && id->kind == Kind::text && !id->text.empty();
  if (!whole || !module.value("down_revision")) {
    throw UsageError(fmt::format("{}{}: no revision of Alembic's, for it does not say {}", sanitize(path),
                                 id && !whole ? fmt::format(":{}", id->line) : "",
                                 whole ? "down_revision = ..." : "revision = '...'"));
  }
  return {id->text, ids_in(module, "down_revision"), ids_in(module, "depends_on"), ids_in(module, "branch_labels"),
          path};
}

void add_folder(const std::string& path, std::vector<AlembicRevision>& revisions) {
  std::vector<FolderEntry> entries = list_folder(path);
  const bool is_script_location = std::any_of(
      entries.begin(), entries.end(), [](const FolderEntry& one) { return one.is_folder && one.name == "versions"; });
  const std::string folder = is_script_location ? path_in(path, "versions") : path;
  if (is_script_location) entries = list_folder(folder);
  const std::size_t before = revisions.size();
  for (const FolderEntry& entry : entries) {
    if (entry.is_folder || !entry.name.ends_with(".py") || entry.name.starts_with("__init__")) continue;
    revisions.push_back(read_revision(path_in(folder, entry.name)));
  }
  if (revisions.size() == before) {
    throw UsageError(
        fmt::format("{} holds no revision; there should be files such as 1975ea83b712_add_users.py, each "
                    "with revision = '...'",
                    sanitize(folder)));
  }
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<AlembicRevision> revisions;
  for (const MigrationSource& source : sources) {
    if (is_folder(source.path)) {
      add_folder(source.path, revisions);
    } else {
      add_alembic_manifest(read_manifest(source.path), source.path, revisions);
    }
  }
  for (const MigrationSource& source : sources) refuse_branch_labels(source.path, revisions);
  return std::make_unique<AlembicRevisions>(std::move(revisions));
}

constexpr std::array<std::string_view, 1> columns{"version_num"};

}  // namespace

extern const MigrationTool alembic_tool;
const MigrationTool alembic_tool{
    .name = "alembic",
    .path = "migrations",
    .files =
        "*.py in the folder, or in the folder versions in it, read and never executed; the id is what each file says "
        "by revision. Folders further down are not read; several sources make one history. A row that is unknown "
        "stands where others were: then only what comes after a known row is pending. A manifest is what alembic "
        "history prints, or has an id a line, the oldest first",
    .manifest = "alembic history",
    .table = "alembic_version",
    .columns = columns,
    .read = read,
};

}  // namespace hale
