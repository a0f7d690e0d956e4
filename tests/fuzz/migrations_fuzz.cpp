#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/text.hpp"
#include "migrations/history.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// A file that is rewritten for each input, with a name that no other process uses.
struct TemporaryFile {
  TemporaryFile()
      : path(std::filesystem::temp_directory_path() / ("hale-migrations-fuzz-" + std::to_string(getpid()))) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path); }

  std::filesystem::path path;
};

}  // namespace

/// The first line is a row with tabs between its columns, the rest is a manifest. Each tool rejects it or compares
/// them.
void hale::fuzz::fuzz_one(std::string_view text) {
  static const TemporaryFile file;
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::ofstream(file.path, std::ios::binary) << text.substr(std::min(end + 1, text.size()));
  for (const MigrationTool* tool : migration_tools()) {
    MigrationRow row;
    for (const std::string_view column : split(text.substr(0, end), '\t')) row.emplace_back(column);
    row.resize(tool->columns.size());
    try {
      const auto expected = tool->read({MigrationSource{file.path.string()}});
      const MigrationFindings empty = expected->compare({});
      check(empty.ahead.empty() && empty.applied == 0);
      check(!expected->compare({row, row}).message().empty());
    } catch (const UsageError& error) {
      check(*error.what() != '\0');
    }
  }
}
