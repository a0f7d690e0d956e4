#include "migrations/files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include <fmt/format.h>

#include "tests/core/refusal.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale {
namespace {

std::string listed(const std::string& folder) {
  std::string text;
  for (const FolderEntry& entry : list_folder(folder)) text += entry.name + (entry.is_folder ? "/ " : " ");
  return text;
}

}  // namespace

TEST_SUITE("migrations: files") {
  TEST_CASE("a folder and its subfolders") {
    const testing::TemporaryFolder folder;
    folder.write("b.sql", "");
    folder.write("a/2.sql", "");
    folder.write("a/1.sql", "");
    folder.write(".hidden/3.sql", "");
    std::filesystem::create_directory_symlink(folder / "a", folder / "link");
    std::filesystem::create_symlink("nowhere", folder / "broken");
    const std::string root = folder.path().string();
    CHECK(listed(root) == "a/ b.sql broken link/ ");
    CHECK(files_under(root + "/") ==
          std::vector<std::string>{"a/1.sql", "a/2.sql", "b.sql", "broken", "link/1.sql", "link/2.sql"});
    CHECK(is_folder(root));
    CHECK_FALSE(is_folder(folder / "b.sql"));
  }

  TEST_CASE("folders that link to themselves") {
    const testing::TemporaryFolder folder;
    std::filesystem::create_directory_symlink(folder.path(), folder / "again");
    CHECK(refusal([&] { files_under(folder.path().string()); }).ends_with(": too many nested folders"));
  }

  TEST_CASE("missing and unreadable files") {
    const testing::TemporaryFolder folder;
    const std::string missing = folder / "missing";
    const std::string error = missing + ": No such file or directory";
    CHECK(refusal([&] { is_folder(missing); }) == error);
    CHECK(refusal([&] { list_folder(missing); }) == error);
    CHECK(refusal([&] { read_text(missing); }) == error);
    const std::string root = folder.path().string();
    CHECK(refusal([&] { read_text(root); }) == root + ": not a regular file");
    const std::string pipe = folder / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(refusal([&] { read_text(pipe); }) == pipe + ": not a regular file");
    const std::string huge = folder.write("huge", "");
    std::filesystem::resize_file(huge, (16U << 20U) + 1);
    CHECK(refusal([&] { read_text(huge); }) == huge + ": longer than 16 MiB");
  }

  TEST_CASE("a manifest") {
    const testing::TemporaryFolder folder;
    const std::string path = folder.write("manifest", "\xEF\xBB\xBF# made by the build\r\n1\r\n\r\n  2 \n#3\n4");
    CHECK(read_manifest(path) == std::vector<std::string>{"1", "2", "4"});
    const std::string empty = folder.write("empty", "# nothing\n\n");
    CHECK(refusal([&] { read_manifest(empty); }) ==
          empty + ": the manifest contains no migration; use one id per line");
  }
}

}  // namespace hale
