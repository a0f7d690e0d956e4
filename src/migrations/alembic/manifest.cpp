#include "migrations/alembic/manifest.hpp"

#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Ids = std::vector<std::string>;

/// Parses "a1, b2". Returns nullopt unless each part can be a revision id or a label: these contain neither blanks nor
/// brackets.
std::optional<Ids> parse_ids(std::string_view list) {
  Ids ids;
  for (const std::string_view piece : split(list, ',')) {
    const std::string_view id = trim(piece);
    if (id.empty() || id.find_first_of(" \t()<>") != std::string_view::npos) return std::nullopt;
    ids.emplace_back(id);
  }
  return ids;
}

/// Parses a line of `alembic history`: "DOWN, DOWN (DEPENDS_ON) -> ID (LABEL) (head), message". Returns nullopt for
/// other text.
std::optional<AlembicRevision> parse_history_line(std::string_view line) {
  constexpr std::string_view arrow = " -> ";
  const std::size_t offset = line.find(arrow);
  if (offset == std::string_view::npos) return std::nullopt;
  std::string_view parents = line.substr(0, offset);
  const std::string_view rest = line.substr(offset + arrow.size());
  AlembicRevision revision;
  revision.id = rest.substr(0, rest.find_first_of(" ,"));
  if (const std::size_t bracket = parents.find(" ("); bracket != std::string_view::npos && parents.ends_with(')')) {
    auto depends_on = parse_ids(parents.substr(bracket + 2, parents.size() - bracket - 3));
    if (!depends_on) return std::nullopt;
    revision.depends_on = std::move(*depends_on);
    parents = parents.substr(0, bracket);
  }
  if (parents != "<base>") {
    auto down = parse_ids(parents);
    if (!down) return std::nullopt;
    revision.down = std::move(*down);
  }
  return revision.id.empty() ? std::nullopt : std::optional(std::move(revision));
}

}  // namespace

void add_alembic_manifest(const std::vector<std::string>& lines, const std::string& path,
                          std::vector<AlembicRevision>& revisions) {
  const bool is_history = !lines.empty() && parse_history_line(lines.front()).has_value();
  const std::size_t begin = revisions.size();
  for (const std::string& line : lines) {
    auto revision = is_history ? parse_history_line(line) : std::optional(AlembicRevision{line});
    // A revision's message may continue on further lines.
    if (!revision) continue;
    if (!is_history && !parse_ids(line)) {
      throw UsageError(fmt::format(
          "{}: \"{}\" is not a revision; use one id per line, the oldest first, or the output of alembic history",
          sanitize(path), sanitize(truncate_bytes(line, 60))));
    }
    if (!is_history && revisions.size() > begin) revision->down = {revisions.back().id};
    revision->source = path;
    revisions.push_back(std::move(*revision));
  }
}

void check_branch_labels(const std::string& manifest, const std::vector<AlembicRevision>& revisions) {
  std::set<std::string_view> names;
  for (const AlembicRevision& one : revisions) {
    names.insert(one.id);
    names.insert(one.branch_labels.begin(), one.branch_labels.end());
  }
  for (const AlembicRevision& one : revisions) {
    for (const std::string& id : one.depends_on) {
      if (one.source != manifest || names.contains(id)) continue;
      throw UsageError(fmt::format("{}: {} depends on {}, which the manifest does not contain; use the folder instead",
                                   sanitize(manifest), sanitize(one.id), sanitize(id)));
    }
  }
}

}  // namespace hale
