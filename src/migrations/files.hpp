#pragma once

#include <string>
#include <vector>

namespace hale {

/// An entry of a folder.
struct FolderEntry {
  std::string name;
  bool is_folder = false;  ///< itself or as what it links to
};

/// Whether there is anything at `path`.
bool is_there(const std::string& path);

/// True for a folder, false for any other file. Throws UsageError when there is nothing at `path`.
bool is_folder(const std::string& path);

/// What is in the folder, hidden entries left out, by name in byte order. Throws UsageError when it cannot be read.
std::vector<FolderEntry> list_folder(const std::string& path);

/// Every file in the folder and in the folders below, as paths from the folder on, in byte order. Throws as
/// list_folder() does.
std::vector<std::string> files_below(const std::string& folder);

/// `folder` and `name` with one slash between them.
std::string path_in(const std::string& folder, const std::string& name);

/// The whole file. Throws UsageError when it cannot be read or holds more than 16 MiB.
std::string read_text(const std::string& path);

/// The lines of a manifest, trimmed, without blank ones and those that begin with '#'. Throws UsageError when it cannot
/// be read or has none.
std::vector<std::string> read_manifest(const std::string& path);

}  // namespace hale
