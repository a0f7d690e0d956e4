#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "core/text.hpp"
#include "migrations/history.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// A file that is written anew for each try, by a name that says which fuzzer's it is.
const std::string& file_of_this_process() {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("hale-migrations-fuzz-" + std::to_string(getpid()))).string();
  return path;
}

struct Remover {
  ~Remover() { std::filesystem::remove(file_of_this_process()); }
};

}  // namespace

/// The first line is a row, its columns by tabs, the rest a manifest: whatever tool is to read it says so or compares.
void hale::fuzz::look_at(std::string_view text) {
  static const Remover remover;
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::ofstream(file_of_this_process(), std::ios::binary) << text.substr(std::min(end + 1, text.size()));
  for (const MigrationTool* tool : migration_tools()) {
    MigrationRow row;
    for (const std::string_view column : split(text.substr(0, end), '\t')) row.emplace_back(column);
    row.resize(tool->columns.size());
    try {
      const auto expected = tool->read({MigrationSource{file_of_this_process()}});
      const MigrationFindings empty = expected->compare({});
      hold(empty.ahead.empty() && empty.applied == 0);
      hold(!expected->compare({row, row}).message().empty());
    } catch (const UsageError& error) {
      hold(*error.what() != '\0');
    }
  }
}
