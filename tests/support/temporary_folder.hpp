#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hale::testing {

/// An empty folder of the test's own, removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The path of `name` in the folder.
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  /// Writes `text` to the file `name` in the folder; folders on the way are made. Returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The whole file; throws when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace hale::testing
