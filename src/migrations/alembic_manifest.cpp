#include "migrations/alembic_manifest.hpp"

#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Ids = std::vector<std::string>;

/// "a1, b2": nothing unless each is the id of a revision or a label, which holds neither blanks nor brackets.
std::optional<Ids> ids_of(std::string_view list) {
  Ids ids;
  for (const std::string_view piece : split(list, ',')) {
    const std::string_view id = trim(piece);
    if (id.empty() || id.find_first_of(" \t()<>") != std::string_view::npos) return std::nullopt;
    ids.emplace_back(id);
  }
  return ids;
}

/// A line of `alembic history`: "DOWN, DOWN (DEPENDS_ON) -> ID (LABEL) (head), words". Nothing for other words.
std::optional<AlembicRevision> history_line(std::string_view line) {
  constexpr std::string_view arrow = " -> ";
  const std::size_t at = line.find(arrow);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view before = line.substr(0, at);
  const std::string_view after = line.substr(at + arrow.size());
  AlembicRevision revision;
  revision.id = after.substr(0, after.find_first_of(" ,"));
  if (const std::size_t bracket = before.find(" ("); bracket != std::string_view::npos && before.ends_with(')')) {
    auto depends_on = ids_of(before.substr(bracket + 2, before.size() - bracket - 3));
    if (!depends_on) return std::nullopt;
    revision.depends_on = std::move(*depends_on);
    before = before.substr(0, bracket);
  }
  if (before != "<base>") {
    auto down = ids_of(before);
    if (!down) return std::nullopt;
    revision.down = std::move(*down);
  }
  return revision.id.empty() ? std::nullopt : std::optional(std::move(revision));
}

}  // namespace

void add_alembic_manifest(const std::vector<std::string>& lines, const std::string& path,
                          std::vector<AlembicRevision>& revisions) {
  const bool is_history = !lines.empty() && history_line(lines.front()).has_value();
  const std::size_t begin = revisions.size();
  for (const std::string& line : lines) {
    auto revision = is_history ? history_line(line) : std::optional(AlembicRevision{line});
    // The words on a revision may go on over lines.
    if (!revision) continue;
    if (!is_history && !ids_of(line)) {
      throw UsageError(
          fmt::format("{}: \"{}\" is no revision; write one id a line, the oldest first, or what alembic "
                      "history prints",
                      sanitize(path), sanitize(truncate_bytes(line, 60))));
    }
    if (!is_history && revisions.size() > begin) revision->down = {revisions.back().id};
    revision->source = path;
    revisions.push_back(std::move(*revision));
  }
}

void refuse_branch_labels(const std::string& manifest, const std::vector<AlembicRevision>& revisions) {
  std::set<std::string_view> names;
  for (const AlembicRevision& one : revisions) {
    names.insert(one.id);
    names.insert(one.branch_labels.begin(), one.branch_labels.end());
  }
  for (const AlembicRevision& one : revisions) {
    for (const std::string& id : one.depends_on) {
      if (one.source != manifest || names.contains(id)) continue;
      throw UsageError(fmt::format("{}: {} depends on {}, which is no revision in it; name the folder instead",
                                   sanitize(manifest), sanitize(one.id), sanitize(id)));
    }
  }
}

}  // namespace hale
