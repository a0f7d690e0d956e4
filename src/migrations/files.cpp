#include "migrations/files.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t max_bytes = std::size_t{16} << 20U;
constexpr std::size_t max_folder_depth = 32;
constexpr std::size_t max_folders = 10000;

[[noreturn]] void fail(const std::string& path, int error) {
  throw UsageError(fmt::format("{}: {}", sanitize(path), std::strerror(error)));
}

struct stat stat_or_throw(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) fail(path, errno);
  return status;
}

/// Lists folders recursively. Links are followed, as the tools do, so a link to a parent folder would make it endless
/// and two such links exponential: depth and number of folders are limited.
struct RecursiveListing {
  std::vector<std::string> files{};
  std::size_t folders = 0;

  void add_folder(const std::string& folder, const std::string& prefix, std::size_t depth) {
    if (depth > max_folder_depth || ++folders > max_folders)
      throw UsageError(fmt::format("{}: too many nested folders", sanitize(folder)));
    for (const FolderEntry& entry : list_folder(folder)) {
      const std::string name = prefix + entry.name;
      if (entry.is_folder) {
        add_folder(join_path(folder, entry.name), name + "/", depth + 1);
      } else {
        files.push_back(name);
      }
    }
  }
};

}  // namespace

bool path_exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

bool is_folder(const std::string& path) { return S_ISDIR(stat_or_throw(path).st_mode); }

std::string join_path(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::vector<FolderEntry> list_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  if (!folder) fail(path, errno);
  std::vector<FolderEntry> entries;
  errno = 0;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name.starts_with('.')) continue;
    bool entry_is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) {
      struct stat status {};
      // A link whose target is missing counts as a file: reading it gives the error.
      entry_is_folder = stat(join_path(path, name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    }
    entries.push_back({name, entry_is_folder});
    errno = 0;
  }
  if (errno != 0) fail(path, errno);
  std::sort(entries.begin(), entries.end(), [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return entries;
}

std::vector<std::string> files_under(const std::string& folder) {
  RecursiveListing listing;
  listing.add_folder(folder, "", 0);
  return std::move(listing.files);
}

std::string read_text(const std::string& path) {
  // A pipe would block, and a device may never end.
  if (!S_ISREG(stat_or_throw(path).st_mode)) throw UsageError(fmt::format("{}: not a regular file", sanitize(path)));
  try {
    return read_file(path, max_bytes);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::file_too_large)
      throw UsageError(fmt::format("{}: longer than 16 MiB", sanitize(path)));
    throw UsageError(fmt::format("{}: {}", sanitize(path), error.code().message()));
  }
}

std::vector<std::string> read_manifest(const std::string& path) {
  const std::string manifest = read_text(path);
  std::string_view rest = manifest;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  std::vector<std::string> lines;
  for (const std::string_view line : split(rest, '\n')) {
    const std::string_view text = trim(line);
    if (!text.empty() && text[0] != '#') lines.emplace_back(text);
  }
  if (lines.empty())
    throw UsageError(fmt::format("{}: the manifest contains no migration; use one id per line", sanitize(path)));
  return lines;
}

}  // namespace hale
