#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/text.hpp"
#include "migrations/history.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// A file that is written anew for each try, under a name that no other process uses.
struct File {
  File() : path(std::filesystem::temp_directory_path() / ("hale-migrations-fuzz-" + std::to_string(getpid()))) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path); }

  std::filesystem::path path;
};

}  // namespace

/// The first line is a row, its columns by tabs, the rest a manifest: whatever tool is to read it says so or compares.
void hale::fuzz::look_at(std::string_view text) {
  static const File file;
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::ofstream(file.path, std::ios::binary) << text.substr(std::min(end + 1, text.size()));
  for (const MigrationTool* tool : migration_tools()) {
    MigrationRow row;
    for (const std::string_view column : split(text.substr(0, end), '\t')) row.emplace_back(column);
    row.resize(tool->columns.size());
    try {
      const auto expected = tool->read({MigrationSource{file.path.string()}});
      const MigrationFindings empty = expected->compare({});
      hold(empty.ahead.empty() && empty.applied == 0);
      hold(!expected->compare({row, row}).message().empty());
    } catch (const UsageError& error) {
      hold(*error.what() != '\0');
    }
  }
}
