#pragma once

#include <string>
#include <vector>

namespace hale {

/// The packages of migrations that `path` means: itself, or every package "migrations" below it, in byte order. Hidden
/// folders, node_modules, site-packages, dist-packages and virtual environments (pyvenv.cfg) are passed over. Throws
/// UsageError when there is none.
std::vector<std::string> django_packages(const std::string& path);

/// The modules of a package that Django takes for migrations, without ".py". Throws UsageError for one that is there
/// only compiled.
std::vector<std::string> django_modules(const std::string& package);

/// The name of the folder that `folder` lies in.
std::string folder_around(const std::string& folder);

}  // namespace hale
