#include "migrations/django_folders.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/files.hpp"

namespace hale {
namespace {

bool has_file(const std::vector<FolderEntry>& entries, std::string_view name) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const FolderEntry& entry) { return !entry.is_folder && entry.name == name; });
}

/// Django takes no migrations from a folder that is no package.
bool is_package(const std::vector<FolderEntry>& entries) {
  return has_file(entries, "__init__.py") || has_file(entries, "__init__.pyc");
}

std::string last_part(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string without_last_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool is_foreign(const std::string& name) {
  constexpr std::array<std::string_view, 4> foreign{"node_modules", "site-packages", "dist-packages", "__pycache__"};
  return std::find(foreign.begin(), foreign.end(), name) != foreign.end();
}

/// Links may lead in a circle: each folder is looked at once.
class Search {
 public:
  /// Adds the packages in `folder` and below it, by a list of its own instead of recursion.
  void below(const std::string& folder) {
    waiting_.push_back(folder);
    while (!waiting_.empty()) {
      const std::string path = waiting_.back();
      waiting_.pop_back();
      look_into(path, path == folder);
    }
    std::sort(found.begin(), found.end());
  }

  std::vector<std::string> found;
  std::string no_package;  ///< a folder "migrations" that Django would not take

 private:
  void look_into(const std::string& path, bool first) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !seen_.emplace(status.st_dev, status.st_ino).second) return;
    const std::vector<FolderEntry> entries = list_folder(path);
    if (!first && has_file(entries, "pyvenv.cfg")) return;
    if (last_part(path) == "migrations") {
      if (is_package(entries)) {
        if (!django_modules(path).empty()) found.push_back(path);
        return;
      }
      if (no_package.empty()) no_package = path;
    }
    for (const FolderEntry& entry : entries) {
      if (entry.is_folder && !is_foreign(entry.name)) waiting_.push_back(path_in(path, entry.name));
    }
  }

  std::vector<std::string> waiting_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

std::vector<std::string> django_packages(const std::string& path) {
  const std::string folder = without_last_slashes(path);
  Search search;
  search.below(folder);
  if (!search.found.empty()) return search.found;
  // MIGRATION_MODULES may give the package any name.
  if (is_package(list_folder(folder)) && !django_modules(folder).empty()) return {folder};
  if (!search.no_package.empty()) {
    throw UsageError(fmt::format("{} has no __init__.py: Django finds no migrations in a folder that is no package",
                                 sanitize(search.no_package)));
  }
  throw UsageError(
      fmt::format("{} holds no migrations of Django's; there should be a package such as shop/migrations, "
                  "with __init__.py and files such as 0001_initial.py",
                  sanitize(path)));
}

std::vector<std::string> django_modules(const std::string& package) {
  std::set<std::string> written;
  std::set<std::string> compiled;
  for (const FolderEntry& entry : list_folder(package)) {
    const std::size_t dot = entry.name.find('.');
    if (entry.is_folder || dot == std::string::npos || entry.name[0] == '_' || entry.name[0] == '~') continue;
    const std::string name = entry.name.substr(0, dot);
    // A module's name has no dot.
    if (entry.name.substr(dot) == ".py") written.insert(name);
    if (entry.name.substr(dot) == ".pyc" || entry.name.ends_with(".so")) compiled.insert(entry.name);
  }
  for (const std::string& file : compiled) {
    if (written.contains(file.substr(0, file.find('.')))) continue;
    throw UsageError(
        fmt::format("{} is compiled, and hale reads only .py files; name a manifest instead, as the manual "
                    "says",
                    sanitize(path_in(package, file))));
  }
  return {written.begin(), written.end()};
}

std::string folder_around(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    const std::string name = last_part(folder.substr(0, slash));
    if (!name.empty() && name != "." && name != "..") return name;
  }
  const std::unique_ptr<char, void (*)(void*)> whole(realpath(folder.c_str(), nullptr), free);
  if (!whole) return "";
  const std::string path = whole.get();
  return last_part(path.substr(0, path.rfind('/')));
}

}  // namespace hale
