#include "migrations/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20U;
constexpr std::size_t most_folders_deep = 32;
constexpr std::size_t most_folders = 10000;

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UsageError(fmt::format("{}: {}", sanitize(path), std::strerror(error)));
}

struct stat look_at(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) refuse(path, errno);
  return status;
}

/// Goes down into folders. Links may make a few of them into countless ones.
struct Descent {
  std::vector<std::string> files{};
  std::size_t folders = 0;

  void look_into(const std::string& folder, const std::string& prefix, std::size_t depth) {
    if (depth > most_folders_deep || ++folders > most_folders)
      throw UsageError(fmt::format("{}: too many folders within each other", sanitize(folder)));
    for (const FolderEntry& entry : list_folder(folder)) {
      const std::string name = prefix + entry.name;
      if (entry.is_folder) {
        look_into(path_in(folder, entry.name), name + "/", depth + 1);
      } else {
        files.push_back(name);
      }
    }
  }
};

}  // namespace

bool is_there(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

bool is_folder(const std::string& path) { return S_ISDIR(look_at(path).st_mode); }

std::string path_in(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::vector<FolderEntry> list_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  if (!folder) refuse(path, errno);
  std::vector<FolderEntry> entries;
  errno = 0;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name.starts_with('.')) continue;
    bool folder_within = entry->d_type == DT_DIR;
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) {
      struct stat status {};
      // A link that leads nowhere is a file, which says so when it is read.
      folder_within = stat(path_in(path, name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    }
    entries.push_back({name, folder_within});
    errno = 0;
  }
  if (errno != 0) refuse(path, errno);
  std::sort(entries.begin(), entries.end(), [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return entries;
}

std::vector<std::string> files_below(const std::string& folder) {
  Descent descent;
  descent.look_into(folder, "", 0);
  return std::move(descent.files);
}

std::string read_text(const std::string& path) {
  // A pipe would block, and a device may never end.
  if (!S_ISREG(look_at(path).st_mode)) throw UsageError(fmt::format("{}: no plain file", sanitize(path)));
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refuse(path, errno);
  std::string text;
  std::array<char, 16384> buffer{};
  ssize_t count = 1;
  while (text.size() <= most_bytes && (count = read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  const int error = errno;
  close(file);
  if (count < 0) refuse(path, error);
  if (text.size() > most_bytes) throw UsageError(fmt::format("{}: longer than 16 MiB", sanitize(path)));
  return text;
}

std::vector<std::string> read_manifest(const std::string& path) {
  const std::string text = read_text(path);
  std::string_view rest = text;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  std::vector<std::string> lines;
  for (const std::string_view line : split(rest, '\n')) {
    const std::string_view words = trim(line);
    if (!words.empty() && words[0] != '#') lines.emplace_back(words);
  }
  if (lines.empty())
    throw UsageError(fmt::format("{}: the manifest names no migration; write one id a line", sanitize(path)));
  return lines;
}

}  // namespace hale
