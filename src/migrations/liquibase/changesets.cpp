#include "migrations/liquibase/changesets.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"
#include "migrations/files.hpp"

namespace hale {
namespace {

constexpr std::size_t max_include_depth = 50;

/// The folder of an absolute path; empty for the root.
std::string folder_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

std::string absolute_path(const std::string& path) {
  if (path.starts_with('/')) return "/" + normalize_changelog_path(path);
  std::array<char, PATH_MAX> current{};
  if (getcwd(current.data(), current.size()) == nullptr) throw UsageError("the current folder no longer exists");
  return "/" + normalize_changelog_path(fmt::format("{}/{}", current.data(), path));
}

std::string join_filters(std::string_view one, std::string_view other) {
  return fmt::format("{}{}{}", one, one.empty() || other.empty() ? "" : " and ", other);
}

/// The contexts and labels of an entry or a changelog.
std::string filter_of(const ChangelogEntry& entry) {
  const std::string_view context = entry["contextFilter"].empty() ? entry["context"] : entry["contextFilter"];
  const std::string_view labels = entry["labels"];
  return lower(join_filters(context, labels.empty() ? "" : fmt::format("labels {}", labels)));
}

/// Whether a changeset with this `dbms`, "postgresql, h2" or "!oracle", is for PostgreSQL.
bool is_for_postgres(std::string_view dbms) {
  if (trim(dbms).empty()) return true;
  bool any_other = false;
  for (const std::string_view piece : split(dbms, ',')) {
    const std::string name = lower(trim(piece));
    if (name == "postgresql" || name == "all") return true;
    if (name == "!postgresql" || name == "none") return false;
    any_other = any_other || name.starts_with('!');
  }
  return any_other;
}

bool is_true(std::string_view text) { return lower(trim(text)) == "true"; }

bool is_changelog_file(const std::string& file) {
  const std::string name = lower(file);
  return name.ends_with(".xml") || name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json") ||
         name.ends_with(".sql");
}

/// Reads a changelog in the format that its extension gives. Liquibase treats SQL without its header as one changeset.
Changelog read_changelog(const std::string& file) {
  const std::string text = read_text(file);
  const std::string name = lower(file);
  try {
    if (name.ends_with(".xml")) return read_xml_changelog(text);
    if (!name.ends_with(".sql")) return read_yaml_changelog(text);
    if (auto formatted = read_sql_changelog(text)) return std::move(*formatted);
    Changelog raw;
    if (!trim(text).empty()) raw.entries.push_back({"changeSet", {{"id", "raw"}, {"author", "includeAll"}}});
    return raw;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}; if hale cannot read a changelog, use a manifest with lines PATH::ID::AUTHOR",
                                 sanitize(file), error.what()));
  }
}

/// Reads a root changelog and everything that it includes.
class ChangelogReader {
 public:
  /// `folder` contains the root changelog.
  explicit ChangelogReader(std::string folder) : folder_(std::move(folder)) {}

  /// What included changesets inherit from the entries that include them.
  struct Inherited {
    std::string filter{};
    std::string logical_path{};
    std::size_t depth = 0;
  };

  void read_file(const std::string& file, const Inherited& inherited) {
    if (!read_.insert(file).second) return;
    if (inherited.depth > max_include_depth) fail(file, "is included too deeply");
    const Changelog changelog = read_changelog(file);
    const ChangelogEntry itself{"", changelog.attributes};
    Inherited inner = extend(inherited, itself);
    ++inner.depth;
    for (const ChangelogEntry& entry : changelog.entries) {
      if (entry.name == "changeSet") {
        add_changeset(entry, itself, file, inner);
      } else if (!is_true(entry["ignore"])) {
        include(entry, file, extend(inner, entry));
      }
    }
  }

  void read_folder(const std::string& folder, std::string_view suffix, const Inherited& inherited) {
    std::vector<std::string> files = files_under(folder);
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      if (is_changelog_file(file) && file.ends_with(suffix)) read_file(join_path(folder, file), inherited);
    }
  }

  /// The changesets that were read. DATABASECHANGELOG has the path of a changelog relative to Liquibase's search path,
  /// which is not in the files: it is the folder in which an include without relativeToChangelogFile was found, or,
  /// without such an include, taken to be that of the root changelog. The comparison allows for a different one.
  std::vector<LiquibaseChangeset> finish() {
    const std::string root = search_root_.value_or(folder_) + "/";
    for (LiquibaseChangeset& changeset : changesets_) {
      if (!changeset.path.empty()) continue;
      changeset.path = changeset.file.substr(changeset.file.starts_with(root) ? root.size() : 1);
    }
    return std::move(changesets_);
  }

 private:
  static Inherited extend(const Inherited& inherited, const ChangelogEntry& entry) {
    const std::string_view logical_path = entry["logicalFilePath"];
    return {join_filters(inherited.filter, filter_of(entry)),
            logical_path.empty() ? inherited.logical_path : normalize_changelog_path(logical_path), inherited.depth};
  }

  [[noreturn]] static void fail(const std::string& file, std::string_view why) {
    throw UsageError(fmt::format("{} {}", sanitize(file), why));
  }

  /// The value of an attribute. Throws UsageError when it contains a property, ${NAME}, which hale does not resolve.
  static std::string attribute_of(const ChangelogEntry& entry, std::string_view attribute, const std::string& file) {
    const std::string text(trim(entry[attribute]));
    if (text.find("${") != std::string::npos) {
      throw UsageError(
          fmt::format("{}: hale does not resolve the property in {} '{}'; use a manifest with lines PATH::ID::AUTHOR",
                      sanitize(file), attribute, truncate_bytes(sanitize(text), 60)));
    }
    return text;
  }

  void add_changeset(const ChangelogEntry& entry, const ChangelogEntry& changelog, const std::string& file,
                     const Inherited& inherited) {
    LiquibaseChangeset changeset{
        .path = "", .id = attribute_of(entry, "id", file), .author = attribute_of(entry, "author", file)};
    if (changeset.id.empty() || changeset.author.empty()) fail(file, "has a changeSet without id or author");
    const std::string own_path = attribute_of(entry, "logicalFilePath", file);
    changeset.path =
        normalize_changelog_path(own_path.empty() ? attribute_of(changelog, "logicalFilePath", file) : own_path);
    if (changeset.path.empty()) {
      changeset.file = file;
      changeset.inherited = inherited.logical_path;
    }
    changeset.filter = join_filters(inherited.filter, filter_of(entry));
    changeset.runs = is_for_postgres(entry["dbms"]) && !is_true(entry["ignore"]);
    changesets_.push_back(std::move(changeset));
  }

  void include(const ChangelogEntry& entry, const std::string& file, const Inherited& inherited) {
    const bool all = entry.name == "includeAll";
    const std::string name = attribute_of(entry, all ? "path" : "file", file);
    if (name.empty()) fail(file, fmt::format("has an {} without {}", entry.name, all ? "path" : "file"));
    for (const std::string_view attribute : {"filter", "resourceFilter", "minDepth", "maxDepth"}) {
      if (!entry[attribute].empty())
        fail(file, fmt::format("has an includeAll with {}, which hale does not support; use a manifest with lines "
                               "PATH::ID::AUTHOR",
                               attribute));
    }
    const auto found =
        is_true(entry["relativeToChangelogFile"]) ? find_relative(file, name) : find_in_search_path(name);
    if (!found) {
      const std::string_view required = entry[all ? "errorIfMissingOrEmpty" : "errorIfMissing"];
      if (required.empty() || is_true(required))
        fail(file, fmt::format("includes {}, which does not exist", sanitize(name)));
    } else if (all) {
      read_folder(*found, entry["endsWithFilter"], inherited);
    } else if (!is_changelog_file(*found)) {
      fail(*found, "is not a changelog: its name must end with .xml, .yaml, .yml, .json or .sql");
    } else {
      read_file(*found, inherited);
    }
  }

  static std::optional<std::string> find_relative(const std::string& file, const std::string& name) {
    std::string path = "/" + normalize_changelog_path(folder_of(file) + "/" + name);
    return path_exists(path) ? std::optional(std::move(path)) : std::nullopt;
  }

  /// Finds `name` in the folder of the root changelog or one above it.
  std::optional<std::string> find_in_search_path(const std::string& name) {
    const std::string path = "/" + normalize_changelog_path(name);
    for (std::string folder = folder_;; folder = folder_of(folder)) {
      if (path_exists(folder + path)) {
        if (!search_root_) search_root_ = folder;
        return folder + path;
      }
      if (folder.empty()) return std::nullopt;
    }
  }

  std::string folder_;
  std::optional<std::string> search_root_{};
  std::set<std::string> read_{};
  std::vector<LiquibaseChangeset> changesets_{};
};

/// Reads lines PATH::ID::AUTHOR, and skips the heading that `liquibase status --verbose` prints above them.
std::vector<LiquibaseChangeset> read_changeset_manifest(const std::string& path) {
  constexpr std::string_view separator = "::";
  std::vector<LiquibaseChangeset> changesets;
  for (const std::string& line : read_manifest(path)) {
    if (line.find(" not been applied to ") != std::string::npos) continue;
    const std::size_t first = line.find(separator);
    const std::size_t last = line.rfind(separator);
    if (first == last || first == 0 || last + separator.size() == line.size() || last < first + separator.size()) {
      throw UsageError(
          fmt::format("{}: '{}' is not a changeset; use lines PATH::ID::AUTHOR, as liquibase status --verbose prints "
                      "them for an empty database",
                      sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    const std::string id = line.substr(first + separator.size(), last - first - separator.size());
    changesets.push_back({normalize_changelog_path(line.substr(0, first)), id, line.substr(last + separator.size())});
  }
  return changesets;
}

std::vector<LiquibaseChangeset> read_source(const std::string& path) {
  const bool is_root_folder = is_folder(path);
  if (!is_root_folder && !is_changelog_file(path)) return read_changeset_manifest(path);
  const std::string root = absolute_path(path);
  ChangelogReader reader(is_root_folder ? root : folder_of(root));
  if (is_root_folder) {
    reader.read_folder(root, "", {});
  } else {
    reader.read_file(root, {});
  }
  std::vector<LiquibaseChangeset> changesets = reader.finish();
  if (changesets.empty()) {
    throw UsageError(
        fmt::format("{} contains no changeset; expected a changelog such as "
                    "db.changelog-master.yaml, or a manifest with lines PATH::ID::AUTHOR",
                    sanitize(path)));
  }
  return changesets;
}

}  // namespace

std::string normalize_changelog_path(std::string_view path) {
  for (const std::string_view scheme : {"classpath:", "classpath*:"}) {
    if (path.starts_with(scheme)) path.remove_prefix(scheme.size());
  }
  std::string slashed(path);
  std::replace(slashed.begin(), slashed.end(), '\\', '/');
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(slashed, '/')) {
    if (part == ".." && !parts.empty()) {
      parts.pop_back();
    } else if (!part.empty() && part != "." && part != "..") {
      parts.push_back(part);
    }
  }
  return fmt::format("{}", fmt::join(parts, "/"));
}

std::vector<LiquibaseChangeset> read_liquibase_changesets(const std::vector<MigrationSource>& sources) {
  std::vector<LiquibaseChangeset> changesets;
  for (const MigrationSource& source : sources) {
    std::vector<LiquibaseChangeset> more = read_source(source.path);
    std::move(more.begin(), more.end(), std::back_inserter(changesets));
  }
  return changesets;
}

}  // namespace hale
