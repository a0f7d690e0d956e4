#pragma once

#include <string>
#include <vector>

namespace hale {

/// The packages of migrations in `path`: every package named "migrations" in it or its subfolders, sorted, or else
/// `path` itself. Skips hidden folders, node_modules, site-packages, dist-packages, __pycache__ and virtual
/// environments (folders with pyvenv.cfg). Blocks. Throws UsageError when there is none.
std::vector<std::string> find_django_packages(const std::string& path);

/// The names, without ".py", of the modules in a package that Django loads as migrations. Throws UsageError for a
/// module that exists only compiled.
std::vector<std::string> find_django_modules(const std::string& package);

/// The name of the folder that contains `folder`. Throws UsageError when `folder` does not exist.
std::string parent_folder_name(const std::string& folder);

}  // namespace hale
