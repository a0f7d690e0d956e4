#include "migrations/liquibase_files.hpp"

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

constexpr std::size_t most_includes_deep = 50;

/// The file's folder; empty for the root.
std::string folder_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

/// From the root of the file system on.
std::string whole_path(const std::string& path) {
  if (path.starts_with('/')) return "/" + normal_changelog_path(path);
  std::array<char, PATH_MAX> here{};
  if (getcwd(here.data(), here.size()) == nullptr) throw UsageError("the folder that hale runs in is gone");
  return "/" + normal_changelog_path(fmt::format("{}/{}", here.data(), path));
}

std::string both(std::string_view one, std::string_view other) {
  return fmt::format("{}{}{}", one, one.empty() || other.empty() ? "" : " and ", other);
}

/// The contexts and labels that an entry or a changelog names.
std::string filter_of(const ChangelogEntry& entry) {
  const std::string_view context = entry["contextFilter"].empty() ? entry["context"] : entry["contextFilter"];
  const std::string_view labels = entry["labels"];
  return lower(both(context, labels.empty() ? "" : fmt::format("labels {}", labels)));
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

bool ends_as_changelog(const std::string& file) {
  const std::string name = lower(file);
  return name.ends_with(".xml") || name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json") ||
         name.ends_with(".sql");
}

/// What stands in the file. Other SQL is one changeset for Liquibase.
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
    throw UsageError(
        fmt::format("{}: {}; where hale cannot read a changelog, write a manifest of lines PATH::ID::AUTHOR",
                    sanitize(file), error.what()));
  }
}

/// A root changelog and what it includes.
class Reader {
 public:
  /// `folder`: that of the root changelog.
  explicit Reader(std::string folder) : folder_(std::move(folder)) {}

  /// What an entry says for all that it includes.
  struct Frame {
    std::string filter{};
    std::string logical_path{};
    std::size_t depth = 0;
  };

  void read_file(const std::string& file, const Frame& frame) {
    if (!read_.insert(file).second) return;
    if (frame.depth > most_includes_deep) refuse(file, "is included by changelogs that include each other too deep");
    const Changelog changelog = read_changelog(file);
    const ChangelogEntry itself{"", changelog.attributes};
    Frame inner = within(frame, itself);
    ++inner.depth;
    for (const ChangelogEntry& entry : changelog.entries) {
      if (entry.name == "changeSet") {
        add(entry, itself, file, inner);
      } else if (!is_true(entry["ignore"])) {
        include(entry, file, within(inner, entry));
      }
    }
  }

  void read_folder(const std::string& folder, std::string_view ending, const Frame& frame) {
    std::vector<std::string> files = files_below(folder);
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      if (ends_as_changelog(file) && file.ends_with(ending)) read_file(path_in(folder, file), frame);
    }
  }

  /// The changesets, with their paths from the folder on in which Liquibase searches: known from an include that is not
  /// relative, else taken for the root changelog's own.
  std::vector<LiquibaseChangeset> take() {
    const std::string root = search_root_.value_or(folder_) + "/";
    for (LiquibaseChangeset& changeset : changesets_) {
      if (!changeset.path.empty()) continue;
      changeset.path = changeset.file.substr(changeset.file.starts_with(root) ? root.size() : 1);
    }
    return std::move(changesets_);
  }

 private:
  static Frame within(const Frame& frame, const ChangelogEntry& entry) {
    const std::string_view logical_path = entry["logicalFilePath"];
    return {both(frame.filter, filter_of(entry)),
            logical_path.empty() ? frame.logical_path : normal_changelog_path(logical_path), frame.depth};
  }

  [[noreturn]] static void refuse(const std::string& file, std::string_view why) {
    throw UsageError(fmt::format("{} {}", sanitize(file), why));
  }

  /// The attribute, in which hale does not put in values for placeholders.
  static std::string text_of(const ChangelogEntry& entry, std::string_view attribute, const std::string& file) {
    const std::string text(trim(entry[attribute]));
    if (text.find("${") != std::string::npos) {
      throw UsageError(
          fmt::format("{}: hale does not know the property in {} '{}'; write a manifest of lines PATH::ID::AUTHOR",
                      sanitize(file), attribute, truncate_bytes(sanitize(text), 60)));
    }
    return text;
  }

  void add(const ChangelogEntry& entry, const ChangelogEntry& changelog, const std::string& file, const Frame& frame) {
    LiquibaseChangeset changeset{"", text_of(entry, "id", file), text_of(entry, "author", file)};
    if (changeset.id.empty() || changeset.author.empty()) refuse(file, "has a changeSet without id or author");
    const std::string own = text_of(entry, "logicalFilePath", file);
    changeset.path = normal_changelog_path(own.empty() ? text_of(changelog, "logicalFilePath", file) : own);
    if (changeset.path.empty()) {
      changeset.file = file;
      changeset.inherited = frame.logical_path;
    }
    changeset.filter = both(frame.filter, filter_of(entry));
    changeset.runs = is_for_postgres(entry["dbms"]) && !is_true(entry["ignore"]);
    changesets_.push_back(std::move(changeset));
  }

  void include(const ChangelogEntry& entry, const std::string& file, const Frame& frame) {
    const bool all = entry.name == "includeAll";
    const std::string name = text_of(entry, all ? "path" : "file", file);
    if (name.empty()) refuse(file, fmt::format("has an {} without {}", entry.name, all ? "path" : "file"));
    for (const std::string_view attribute : {"filter", "resourceFilter", "minDepth", "maxDepth"}) {
      if (!entry[attribute].empty())
        refuse(file, fmt::format("has an includeAll with {}, which hale does not follow; write a manifest of lines "
                                 "PATH::ID::AUTHOR",
                                 attribute));
    }
    const auto found = is_true(entry["relativeToChangelogFile"]) ? beside(file, name) : search(name);
    if (!found) {
      const std::string_view must_be_there = entry[all ? "errorIfMissingOrEmpty" : "errorIfMissing"];
      if (must_be_there.empty() || is_true(must_be_there))
        refuse(file, fmt::format("includes {}, which is not there", sanitize(name)));
    } else if (all) {
      read_folder(*found, entry["endsWithFilter"], frame);
    } else if (!ends_as_changelog(*found)) {
      refuse(*found, "is no changelog: its name should end with .xml, .yaml, .yml, .json or .sql");
    } else {
      read_file(*found, frame);
    }
  }

  static std::optional<std::string> beside(const std::string& file, const std::string& name) {
    std::string path = "/" + normal_changelog_path(folder_of(file) + "/" + name);
    return is_there(path) ? std::optional(std::move(path)) : std::nullopt;
  }

  /// Looks for `name` in the root changelog's folder and those above it.
  std::optional<std::string> search(const std::string& name) {
    const std::string path = "/" + normal_changelog_path(name);
    for (std::string folder = folder_;; folder = folder_of(folder)) {
      if (is_there(folder + path)) {
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

/// PATH::ID::AUTHOR, and the heading that liquibase status --verbose prints above such lines.
std::vector<LiquibaseChangeset> read_changeset_manifest(const std::string& path) {
  constexpr std::string_view sign = "::";
  std::vector<LiquibaseChangeset> changesets;
  for (const std::string& line : read_manifest(path)) {
    if (line.find(" not been applied to ") != std::string::npos) continue;
    const std::size_t first = line.find(sign);
    const std::size_t last = line.rfind(sign);
    if (first == last || first == 0 || last + sign.size() == line.size() || last < first + sign.size()) {
      throw UsageError(
          fmt::format("{}: '{}' is no changeset; write lines PATH::ID::AUTHOR, as liquibase status --verbose prints "
                      "them for an empty database",
                      sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    const std::string id = line.substr(first + sign.size(), last - first - sign.size());
    changesets.push_back({normal_changelog_path(line.substr(0, first)), id, line.substr(last + sign.size())});
  }
  return changesets;
}

std::vector<LiquibaseChangeset> read_source(const std::string& path) {
  const bool folder = is_folder(path);
  if (!folder && !ends_as_changelog(path)) return read_changeset_manifest(path);
  const std::string whole = whole_path(path);
  Reader reader(folder ? whole : folder_of(whole));
  if (folder) {
    reader.read_folder(whole, "", {});
  } else {
    reader.read_file(whole, {});
  }
  std::vector<LiquibaseChangeset> changesets = reader.take();
  if (changesets.empty()) {
    throw UsageError(
        fmt::format("{} holds no changeset; there should be a changelog such as "
                    "db.changelog-master.yaml, or a manifest of lines PATH::ID::AUTHOR",
                    sanitize(path)));
  }
  return changesets;
}

}  // namespace

std::string normal_changelog_path(std::string_view path) {
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
