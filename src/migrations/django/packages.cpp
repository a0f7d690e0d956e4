#include "migrations/django/packages.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
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

/// Django loads migrations only from packages.
bool is_package(const std::vector<FolderEntry>& entries) {
  return has_file(entries, "__init__.py") || has_file(entries, "__init__.pyc");
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string strip_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// Folders of installed packages, which have migrations of other projects.
bool is_third_party(const std::string& name) {
  constexpr auto names =
      std::to_array<std::string_view>({"node_modules", "site-packages", "dist-packages", "__pycache__"});
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Searches folders for packages of migrations. Links are followed and may form cycles, so each folder, identified by
/// its device and inode, is visited once.
class PackageSearch {
 public:
  void search(const std::string& root) {
    stack_.push_back(root);
    while (!stack_.empty()) {
      const std::string path = stack_.back();
      stack_.pop_back();
      visit(path, path == root);
    }
    std::sort(packages.begin(), packages.end());
  }

  std::vector<std::string> packages;
  std::optional<std::string> not_a_package;  ///< a folder "migrations" without __init__.py

 private:
  void visit(const std::string& path, bool is_root) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !visited_.emplace(status.st_dev, status.st_ino).second) return;
    const std::vector<FolderEntry> entries = list_folder(path);
    if (!is_root && has_file(entries, "pyvenv.cfg")) return;
    if (base_name(path) == "migrations") {
      if (is_package(entries)) {
        if (!find_django_modules(path).empty()) packages.push_back(path);
        return;
      }
      if (!not_a_package) not_a_package = path;
    }
    for (const FolderEntry& entry : entries) {
      if (entry.is_folder && !is_third_party(entry.name)) stack_.push_back(join_path(path, entry.name));
    }
  }

  std::vector<std::string> stack_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

}  // namespace

std::vector<std::string> find_django_packages(const std::string& path) {
  const std::string folder = strip_trailing_slashes(path);
  PackageSearch search;
  search.search(folder);
  if (!search.packages.empty()) return search.packages;
  // The setting MIGRATION_MODULES can give the package another name.
  if (is_package(list_folder(folder)) && !find_django_modules(folder).empty()) return {folder};
  if (search.not_a_package) {
    throw UsageError(fmt::format("{} has no __init__.py: Django finds migrations only in packages",
                                 sanitize(*search.not_a_package)));
  }
  throw UsageError(
      fmt::format("{} contains no Django migrations; expected a package such as shop/migrations, "
                  "with __init__.py and files such as 0001_initial.py",
                  sanitize(path)));
}

std::vector<std::string> find_django_modules(const std::string& package) {
  std::set<std::string> sources;
  std::set<std::string> compiled;
  for (const FolderEntry& entry : list_folder(package)) {
    const std::size_t dot = entry.name.find('.');
    if (entry.is_folder || dot == std::string::npos || entry.name[0] == '_' || entry.name[0] == '~') continue;
    const std::string name = entry.name.substr(0, dot);
    // A module's name has no dot: 0001_a.old.py is not one.
    if (entry.name.substr(dot) == ".py") sources.insert(name);
    if (entry.name.substr(dot) == ".pyc" || entry.name.ends_with(".so")) compiled.insert(entry.name);
  }
  for (const std::string& file : compiled) {
    if (sources.contains(file.substr(0, file.find('.')))) continue;
    throw UsageError(
        fmt::format("{} is compiled, but hale reads only .py files; use a manifest instead, as described in hale(1)",
                    sanitize(join_path(package, file))));
  }
  return {sources.begin(), sources.end()};
}

std::string parent_folder_name(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    const std::string name = base_name(folder.substr(0, slash));
    if (!name.empty() && name != "." && name != "..") return name;
  }
  const std::unique_ptr<char, void (*)(void*)> absolute(realpath(folder.c_str(), nullptr), free);
  if (!absolute) throw UsageError(fmt::format("{}: {}", sanitize(folder), std::strerror(errno)));
  const std::string path = absolute.get();
  return base_name(path.substr(0, path.rfind('/')));
}

}  // namespace hale
