#include <doctest/doctest.h>

#include "tests/migrations/reports.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

constexpr const char* first = "20240102030405_Initial";
constexpr const char* second = "20240203040506_AddPrice";

struct Project : TemporaryFolder {
  Project() {
    for (const char* id : {first, second}) {
      write(std::string("Migrations/") + id + ".cs", "");
      write(std::string("Migrations/") + id + ".Designer.cs", "");
    }
    write("Migrations/ShopContextModelSnapshot.cs", "");
    write("Migrations/Helpers.cs", "");
    write("Migrations/Other/20230101000000_OfAnotherContext.cs", "");
  }
  std::vector<std::string> sources() const { return {"efcore:" + *this / "Migrations"}; }
};

}  // namespace

TEST_SUITE("efcore migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(report(project.sources(), {row({first}), row({second})}) == "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {row({first})}) ==
          "pending 1: 20240203040506_AddPrice [1 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {row({second})}) ==
          "pending 1: 20240102030405_Initial [1 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(), {row({first}), row({second}), row({"20240304050607_Next"})}) ==
          "ahead 1: 20240304050607_Next [2 applied, 0 pending, 1 ahead]");
    CHECK(report(project.sources(), {}) ==
          "none: the table __EFMigrationsHistory is empty, 2 expected [0 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("A manifest from dotnet ef migrations list") {
    const TemporaryFolder folder;
    const std::string plain = folder.write("plain", std::string(first) + "\n" + second + "\n");
    const std::string chatty = folder.write("chatty",
                                            "Build started...\nBuild succeeded.\n20240102030405_Initial\r\n"
                                            "20240203040506_AddPrice (Pending)\r\n");
    for (const std::string& path : {plain, chatty}) {
      CHECK(report({"efcore:" + path}, {row({first})}) ==
            "pending 1: 20240203040506_AddPrice [1 applied, 1 pending, 0 ahead]");
    }
  }

  TEST_CASE("Errors") {
    const Project project;
    const std::string folder = project.path().string();
    CHECK(read_error({"efcore:" + folder}, folder) ==
          "--migrations efcore: FOLDER contains no migration; expected files such as 20240131093000_AddUsers.cs");
    CHECK(read_error({"efcore:" + project / "nowhere"}, folder) ==
          "--migrations efcore: FOLDER/nowhere: No such file or directory");
    const std::string failed =
        project.write("failed", "Build started...\nBuild failed. Use dotnet build to see why.\n");
    CHECK(read_error({"efcore:" + failed}, folder) ==
          "--migrations efcore: FOLDER/failed: 'Build failed. Use dotnet build to see why.' is not a migration id; use "
          "lines such as 20240131093000_AddUsers, as printed by dotnet ef migrations list --no-connect");
    const std::string silent = project.write("silent", "Build started...\nBuild succeeded.\n");
    CHECK(read_error({"efcore:" + silent}, folder) ==
          "--migrations efcore: FOLDER/silent: the manifest contains no migration; use one id per line");
  }

  TEST_CASE("The same migration from two sources") {
    const Project project;
    CHECK(report({project.sources()[0], project.sources()[0]}, {row({first}), row({second})}) ==
          "error: two migrations have the same id: 20240102030405_Initial, 20240203040506_AddPrice [2 applied, 0 "
          "pending, 0 ahead]");
  }
}

}  // namespace hale::testing
