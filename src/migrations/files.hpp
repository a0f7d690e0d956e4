#pragma once

#include <string>
#include <vector>

namespace hale {

/// An entry of a folder.
struct FolderEntry {
  std::string name;
  bool is_folder = false;  ///< also true for a link to a folder
};

/// True when `path` exists. A link whose target is missing does not.
bool path_exists(const std::string& path);

/// True for a folder, false for any other file. Throws UsageError when `path` does not exist.
bool is_folder(const std::string& path);

/// The entries of a folder except hidden ones, sorted by the bytes of their names. Throws UsageError when the folder
/// cannot be read.
std::vector<FolderEntry> list_folder(const std::string& path);

/// The paths, relative to `folder`, of all files in it and in its subfolders, folder by folder in the order of
/// list_folder(). Links to folders are followed. Throws UsageError as list_folder() does, and for more than 10,000
/// folders or 32 levels.
std::vector<std::string> files_under(const std::string& folder);

/// `folder`, a slash unless it ends with one, and `name`.
std::string join_path(const std::string& folder, const std::string& name);

/// The whole file. Throws UsageError when it cannot be read or holds more than 16 MiB.
std::string read_text(const std::string& path);

/// The lines of a manifest, trimmed, without empty lines and lines that begin with '#'. Throws UsageError when the file
/// cannot be read or no line is left.
std::vector<std::string> read_manifest(const std::string& path);

}  // namespace hale
