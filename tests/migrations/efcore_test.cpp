#include <doctest/doctest.h>

#include "tests/migrations/sql_tools.hpp"
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
  std::vector<std::string> words() const { return {"efcore:" + *this / "Migrations"}; }
};

}  // namespace

TEST_SUITE("efcore migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(reported(project.words(), {row({first}), row({second})}) == "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(reported(project.words(), {row({first})}) ==
          "pending 1: 20240203040506_AddPrice [1 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {row({second})}) ==
          "pending 1: 20240102030405_Initial [1 applied, 1 pending, 0 ahead]");
    CHECK(reported(project.words(), {row({first}), row({second}), row({"20240304050607_Next"})}) ==
          "ahead 1: 20240304050607_Next [2 applied, 0 pending, 1 ahead]");
    CHECK(reported(project.words(), {}) ==
          "none: the table __EFMigrationsHistory is empty, 2 expected [0 applied, 2 pending, 0 ahead]");
  }

  TEST_CASE("A manifest is what dotnet ef migrations list prints") {
    const TemporaryFolder folder;
    const std::string plain = folder.write("plain", std::string(first) + "\n" + second + "\n");
    const std::string chatty = folder.write("chatty",
                                            "Build started...\nBuild succeeded.\n20240102030405_Initial\r\n"
                                            "20240203040506_AddPrice (Pending)\r\n");
    for (const std::string& path : {plain, chatty}) {
      CHECK(reported({"efcore:" + path}, {row({first})}) ==
            "pending 1: 20240203040506_AddPrice [1 applied, 1 pending, 0 ahead]");
    }
  }

  TEST_CASE("What holds no migrations is refused") {
    const Project project;
    const std::string folder = project.path().string();
    CHECK(refused({"efcore:" + folder}, folder) ==
          "--migrations efcore: FOLDER holds no migration; there should be files such as 20240131093000_AddUsers.cs");
    CHECK(refused({"efcore:" + project / "nowhere"}, folder) ==
          "--migrations efcore: FOLDER/nowhere: No such file or directory");
    const std::string failed =
        project.write("failed", "Build started...\nBuild failed. Use dotnet build to see why.\n");
    CHECK(
        refused({"efcore:" + failed}, folder) ==
        "--migrations efcore: FOLDER/failed: 'Build failed. Use dotnet build to see why.' is no migration's id; write "
        "lines such as 20240131093000_AddUsers, as dotnet ef migrations list --no-connect prints them");
    const std::string silent = project.write("silent", "Build started...\nBuild succeeded.\n");
    CHECK(refused({"efcore:" + silent}, folder) ==
          "--migrations efcore: FOLDER/silent: the manifest names no migration; write one id a line");
  }

  TEST_CASE("The same migration from two places") {
    const Project project;
    CHECK(reported({project.words()[0], project.words()[0]}, {row({first}), row({second})}) ==
          "error: two migrations have the same id: 20240102030405_Initial, 20240203040506_AddPrice [2 applied, 0 "
          "pending, 0 ahead]");
  }
}

}  // namespace hale::testing
