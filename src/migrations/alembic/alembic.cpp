#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/alembic/graph.hpp"
#include "migrations/alembic/manifest.hpp"
#include "migrations/files.hpp"
#include "migrations/python/python.hpp"

namespace hale {
namespace {

using Kind = PythonValue::Kind;
using Ids = std::vector<std::string>;

/// Reads None, "a" or ("a", "b"). Throws UsageError for other expressions.
Ids read_ids(const PythonModule& module, std::string_view name) {
  const auto value = module.value(name);
  if (!value || value->kind == Kind::none) return {};
  const auto is_text = [](const PythonValue& one) { return one.kind == Kind::text; };
  // Alembic treats "" as None.
  if (is_text(*value)) return value->text.empty() ? Ids{} : Ids{value->text};
  if (!value->is_sequence() || value->incomplete || !std::all_of(value->items.begin(), value->items.end(), is_text)) {
    throw UsageError(fmt::format("{}:{}: {} is not a literal; use a manifest made by alembic history instead",
                                 sanitize(module.where()), value->line, name));
  }
  Ids ids;
  for (const PythonValue& item : value->items) ids.push_back(item.text);
  return ids;
}

AlembicRevision read_revision(const std::string& path) {
  const PythonModule module(read_text(path), path);
  const auto id = module.value("revision");
  const bool has_id = id && id->kind == Kind::text && !id->text.empty();
  if (!has_id || !module.value("down_revision")) {
    throw UsageError(fmt::format("{}{}: not an Alembic revision: {} is missing", sanitize(path),
                                 id && !has_id ? fmt::format(":{}", id->line) : "",
                                 has_id ? "down_revision = ..." : "revision = '...'"));
  }
  return {.id = id->text,
          .down = read_ids(module, "down_revision"),
          .depends_on = read_ids(module, "depends_on"),
          .branch_labels = read_ids(module, "branch_labels"),
          .source = path};
}

void add_folder(const std::string& path, std::vector<AlembicRevision>& revisions) {
  std::vector<FolderEntry> entries = list_folder(path);
  // `alembic init` creates the script location, which has env.py and the folder versions.
  const bool is_script_location = std::any_of(
      entries.begin(), entries.end(), [](const FolderEntry& one) { return one.is_folder && one.name == "versions"; });
  const std::string folder = is_script_location ? join_path(path, "versions") : path;
  if (is_script_location) entries = list_folder(folder);
  const std::size_t before = revisions.size();
  for (const FolderEntry& entry : entries) {
    if (entry.is_folder || !entry.name.ends_with(".py") || entry.name.starts_with("__init__")) continue;
    revisions.push_back(read_revision(join_path(folder, entry.name)));
  }
  if (revisions.size() == before) {
    throw UsageError(
        fmt::format("{} contains no revision; expected files such as 1975ea83b712_add_users.py, each "
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
  for (const MigrationSource& source : sources) check_branch_labels(source.path, revisions);
  return std::make_unique<AlembicRevisions>(std::move(revisions));
}

constexpr auto columns = std::to_array<std::string_view>({"version_num"});

}  // namespace

extern const MigrationTool alembic_tool;
const MigrationTool alembic_tool{
    .name = "alembic",
    .path = "migrations",
    .files =
        "*.py in the folder or in its folder versions, without further subfolders. The files are read and never "
        "executed. The id is the value of revision. Several sources form one history. An unknown row has replaced "
        "other rows; then only descendants of known rows are pending. A manifest is the output of alembic history, or "
        "one id per line, the oldest first",
    .manifest = "alembic history",
    .table = "alembic_version",
    .columns = columns,
    .read = read,
};

}  // namespace hale
