#include <doctest/doctest.h>

#include "tests/migrations/reports.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// id, author, filename, exectype
MigrationRow ran(std::string_view path, std::string_view id, std::string_view author = "me") {
  return row({id, author, path, "EXECUTED"});
}

/// The layout of Spring Boot: src/main/resources is the search path of Liquibase.
struct Project : TemporaryFolder {
  Project() {
    write("resources/db/changelog/db.changelog-master.yaml",
          "databaseChangeLog:\n"
          "  - changeSet: {id: 1, author: me}\n"
          "  - include: {file: db/changelog/users.xml}\n"
          "  - include: {file: sql/price.sql, relativeToChangelogFile: true}\n");
    write("resources/db/changelog/users.xml",
          "<databaseChangeLog><changeSet id='1' author='me'/><changeSet id='Two' author='me'/></databaseChangeLog>");
    write("resources/db/changelog/sql/price.sql", "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n");
  }
  std::vector<std::string> sources() const {
    return {"liquibase:" + *this / "resources/db/changelog/db.changelog-master.yaml"};
  }
};

constexpr const char* master = "db/changelog/db.changelog-master.yaml";
constexpr const char* users = "db/changelog/users.xml";
constexpr const char* price = "db/changelog/sql/price.sql";

}  // namespace

TEST_SUITE("liquibase migrations") {
  TEST_CASE("States") {
    const Project project;
    CHECK(report(project.sources(), {ran(master, "1"), ran(users, "1"), ran(users, "Two"), ran(price, "1")}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(report(project.sources(), {ran(master, "1")}) ==
          "pending 3: db/changelog/users.xml::1::me, db/changelog/users.xml::Two::me, "
          "db/changelog/sql/price.sql::1::me [1 applied, 3 pending, 0 ahead]");
    CHECK(report(project.sources(), {ran(users, "1"), ran(users, "Two"), ran(price, "1")}) ==
          "pending 1: db/changelog/db.changelog-master.yaml::1::me [3 applied, 1 pending, 0 ahead]");
    CHECK(report(project.sources(),
                 {ran(master, "1"), ran(users, "1"), ran(users, "Two"), ran(price, "1"), ran(price, "2")}) ==
          "ahead 1: db/changelog/sql/price.sql::2::me [4 applied, 0 pending, 1 ahead]");
    CHECK(report(project.sources(), {}) ==
          "none: the table databasechangelog is empty, 4 expected [0 applied, 4 pending, 0 ahead]");
  }

  TEST_CASE("Paths, ids and authors are compared without case, paths normalized") {
    const Project project;
    CHECK(report(project.sources(), {ran("classpath:/DB/changelog/db.changelog-master.yaml", "1", "ME"),
                                     ran("/db/changelog/./users.xml", "1"), ran("db\\changelog\\users.xml", "tWO"),
                                     ran("db/changelog/x/../sql/price.sql", "1")}) ==
          "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("The search path of Liquibase makes no difference") {
    const Project project;
    // The folder of the root changelog, a folder above it, and one that does not exist here.
    for (const std::string where : {"", "resources/db/changelog/", "app/src/main/resources/db/changelog/"}) {
      CAPTURE(where);
      CHECK(report(project.sources(), {ran(where + "db.changelog-master.yaml", "1"), ran(where + "users.xml", "1"),
                                       ran(where + "users.xml", "Two"), ran(where + "sql/price.sql", "1")}) ==
            "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    }
    CHECK(report(project.sources(), {ran("other/price.sql", "1")}) ==
          "pending 4: db/changelog/db.changelog-master.yaml::1::me, db/changelog/users.xml::1::me, "
          "db/changelog/users.xml::Two::me, db/changelog/sql/price.sql::1::me (ahead 1: other/price.sql::1::me) [0 "
          "applied, 4 pending, 1 ahead]");
  }

  TEST_CASE("Files with the same name in several folders") {
    const TemporaryFolder folder;
    for (const char* name : {"a/init.sql", "b/a/init.sql", "c/init.sql"})
      folder.write(name, "--liquibase formatted sql\n--changeset me:1\n");
    const std::vector<std::string> sources{"liquibase:" + folder.path().string()};
    CHECK(report(sources, {ran("x/b/a/init.sql", "1"), ran("c/init.sql", "1")}) ==
          "pending 1: a/init.sql::1::me [2 applied, 1 pending, 0 ahead]");
    CHECK(report(sources, {ran("a/init.sql", "1"), ran("c/init.sql", "1")}) ==
          "pending 1: b/a/init.sql::1::me [2 applied, 1 pending, 0 ahead]");
  }

  TEST_CASE("Outcomes") {
    const Project project;
    const auto with = [&](std::string_view outcome) {
      return report(project.sources(),
                    {ran(master, "1"), ran(users, "1"), ran(users, "Two"), row({"1", "me", price, outcome})});
    };
    CHECK(with("RERAN") == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(with("MARK_RAN") == "ok (4 applied) [4 applied, 0 pending, 0 ahead]");
    CHECK(with("SKIPPED") == "pending 1: db/changelog/sql/price.sql::1::me [3 applied, 1 pending, 0 ahead]");
    CHECK(with("FAILED") == "error: db/changelog/sql/price.sql::1::me has failed [3 applied, 1 pending, 0 ahead]");
  }

  TEST_CASE("A logical path replaces the path of the file") {
    const TemporaryFolder folder;
    const std::string root =
        folder.write("root.xml",
                     "<databaseChangeLog logicalFilePath='classpath:shop.xml'><changeSet id='1' author='me'/>"
                     "<changeSet id='2' author='me' logicalFilePath='old/shop.xml'/></databaseChangeLog>");
    CHECK(report({"liquibase:" + root}, {ran("shop.xml", "1"), ran("old/shop.xml", "2")}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    CHECK(report({"liquibase:" + root}, {ran("root.xml", "1"), ran("x/old/shop.xml", "2")}) ==
          "pending 2: shop.xml::1::me, old/shop.xml::2::me (ahead 2: root.xml::1::me, x/old/shop.xml::2::me) [0 "
          "applied, 2 pending, 2 ahead]");
  }

  TEST_CASE("Included changelogs inherit the logical path since Liquibase 4.31, but not before") {
    const TemporaryFolder folder;
    const std::string root = folder.write("root.xml",
                                          "<databaseChangeLog logicalFilePath='shop'><include file='a.sql'/>"
                                          "<includeAll path='b' logicalFilePath='/more'/></databaseChangeLog>");
    for (const char* file : {"a.sql", "b/1.sql", "b/2.sql"})
      folder.write(file, "--liquibase formatted sql\n--changeset me:1\n");
    for (const auto& rows : {std::vector{ran("shop", "1"), ran("more", "1"), ran("more", "1")},
                             std::vector{ran("a.sql", "1"), ran("x/b/1.sql", "1"), ran("b/2.sql", "1")}})
      CHECK(report({"liquibase:" + root}, rows) == "ok (3 applied) [3 applied, 0 pending, 0 ahead]");
    CHECK(report({"liquibase:" + root}, {ran("shop", "1"), ran("more", "1")}) ==
          "pending 1: b/2.sql::1::me [2 applied, 1 pending, 0 ahead]");
  }

  TEST_CASE("Changesets for other databases, and ignored ones") {
    const TemporaryFolder folder;
    const std::string root = folder.write("root.sql",
                                          "--liquibase formatted sql\n"
                                          "--changeset me:1 dbms:postgresql\n--changeset me:2 dbms:oracle,PostgreSQL\n"
                                          "--changeset me:3 dbms:!oracle\n--changeset me:4 dbms:all\n"
                                          "--changeset me:5 dbms:oracle\n--changeset me:6 dbms:!postgresql\n"
                                          "--changeset me:7 ignore:true\n--changeset me:8 dbms:none\n");
    CHECK(report({"liquibase:" + root}, {ran("root.sql", "1"), ran("root.sql", "7")}) ==
          "pending 3: root.sql::2::me, root.sql::3::me, root.sql::4::me [1 applied, 3 pending, 0 ahead]");
  }

  TEST_CASE("Contexts and labels count once a changeset with them has run") {
    const TemporaryFolder folder;
    const std::string root =
        folder.write("root.yaml",
                     "databaseChangeLog:\n"
                     "  - changeSet: {id: 1, author: me}\n"
                     "  - changeSet: {id: 2, author: me, context: test}\n"
                     "  - changeSet: {id: 3, author: me, contextFilter: test}\n"
                     "  - changeSet: {id: 4, author: me, labels: test}\n"
                     "  - include: {file: more.sql, context: prod, relativeToChangelogFile: true}\n"
                     "  - include: {file: never.sql, ignore: true, relativeToChangelogFile: true}\n");
    folder.write("more.sql",
                 "--liquibase formatted sql\n--changeset me:1\n--changeset me:2\n--changeset me:3 context:test\n");
    const std::vector<std::string> sources{"liquibase:" + root};
    CHECK(report(sources, {ran("root.yaml", "1")}) == "ok (1 applied) [1 applied, 0 pending, 0 ahead]");
    CHECK(report(sources, {ran("root.yaml", "1"), ran("root.yaml", "2")}) ==
          "pending 1: root.yaml::3::me [2 applied, 1 pending, 0 ahead]");
    CHECK(report(sources, {ran("root.yaml", "1"), ran("more.sql", "2")}) ==
          "pending 1: more.sql::1::me [2 applied, 1 pending, 0 ahead]");
  }

  TEST_CASE("includeAll, and a folder, which is read in the same way") {
    const TemporaryFolder folder;
    folder.write("changes/b.sql", "--liquibase formatted sql\n--changeset me:1\n");
    folder.write("changes/a/c.yml", "databaseChangeLog: [{changeSet: {id: 1, author: me}}]");
    folder.write("changes/raw.SQL", "SELECT 1;\n");
    folder.write("changes/empty.sql", "\n");
    folder.write("changes/notes.txt", "");
    folder.write("changes/data.csv", "");
    const auto root = [&](const std::string& attributes) {
      return std::vector<std::string>{
          "liquibase:" +
          folder.write("root.json", "{\"databaseChangeLog\": [{\"includeAll\": {" + attributes + "}}]}")};
    };
    CHECK(report(root(R"("path": "changes/")"), {ran("x", "1")}) ==
          "pending 3: changes/a/c.yml::1::me, changes/b.sql::1::me, changes/raw.SQL::raw::includeAll (ahead 1: "
          "x::1::me) [0 applied, 3 pending, 1 ahead]");
    CHECK(report(root(R"("path": "changes", "relativeToChangelogFile": true, "endsWithFilter": ".yml")"),
                 {ran("changes/a/c.yml", "1")}) == "ok (1 applied) [1 applied, 0 pending, 0 ahead]");
    CHECK(
        report({"liquibase:" + folder / "changes"}, {ran("x", "1")}) ==
        "pending 3: a/c.yml::1::me, b.sql::1::me, raw.SQL::raw::includeAll (ahead 1: x::1::me) [0 applied, 3 pending, "
        "1 ahead]");
    CHECK(read_error(root(R"("path": "changes", "filter": "com.example.Filter")"), folder.path().string()) ==
          "--migrations liquibase: FOLDER/root.json has an includeAll with filter, which hale does not support; use a "
          "manifest with lines PATH::ID::AUTHOR");
  }

  TEST_CASE("A file included twice is read once; a duplicate changeset is an error") {
    const TemporaryFolder folder;
    const std::string root = folder.write("a.yaml",
                                          "databaseChangeLog:\n"
                                          "  - include: {file: b.yaml}\n"
                                          "  - include: {file: ./b.yaml, relativeToChangelogFile: true}\n"
                                          "  - changeSet: {id: 1, author: me}\n");
    folder.write("b.yaml", "databaseChangeLog: [{include: {file: a.yaml}}, {changeSet: {id: 1, author: me}}]");
    CHECK(report({"liquibase:" + root}, {ran("a.yaml", "1"), ran("b.yaml", "1")}) ==
          "ok (2 applied) [2 applied, 0 pending, 0 ahead]");
    folder.write("b.yaml", "databaseChangeLog: [{changeSet: {id: a, author: me}}, {changeSet: {id: A, author: Me}}]");
    CHECK(report({"liquibase:" + root}, {ran("a.yaml", "1"), ran("b.yaml", "a")}) ==
          "error: two changesets are named b.yaml::A::Me [2 applied, 0 pending, 0 ahead]");
  }

  TEST_CASE("A manifest from liquibase status --verbose") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write("manifest",
                     "3 changesets have not been applied to postgres@jdbc:postgresql://localhost:5432/app\n"
                     "     db/changelog/users.xml::1::me\n     db/changelog/users.xml::a::b::me\n     "
                     "classpath:x.sql::1::Jane Doe\n");
    CHECK(report({"liquibase:" + path}, {ran(users, "1"), ran(users, "A::b"), ran("X.sql", "1", "jane doe")}) ==
          "ok (3 applied) [3 applied, 0 pending, 0 ahead]");
    CHECK(report({"liquibase:" + path}, {ran("x/db/changelog/users.xml", "1"), ran(users, "a::b")}) ==
          "pending 2: db/changelog/users.xml::1::me, x.sql::1::Jane Doe (ahead 1: x/db/changelog/users.xml::1::me) [1 "
          "applied, 2 pending, 1 ahead]");
  }

  TEST_CASE("A relative path") {
    const Project project;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(project.path() / "resources/db");
    const std::string sources = report({"liquibase:./changelog/db.changelog-master.yaml"}, {ran(master, "1")});
    std::filesystem::current_path(before);
    CHECK(sources.starts_with("pending 3: db/changelog/users.xml::1::me, "));
  }

  TEST_CASE("Errors") {
    const TemporaryFolder folder;
    const auto error_of = [&](std::string_view name, std::string_view text) {
      return read_error({"liquibase:" + folder.write(name, text)}, folder.path().string());
    };
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - include: {file: db/b.yaml}\n") ==
          "--migrations liquibase: FOLDER/a.yaml includes db/b.yaml, which does not exist");
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - include: {file: b.yaml, errorIfMissing: false}\n") ==
          "--migrations liquibase: FOLDER/a.yaml contains no changeset; expected a changelog such as "
          "db.changelog-master.yaml, or a manifest with lines PATH::ID::AUTHOR");
    folder.write("b.groovy", "");
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - include: {file: b.groovy}\n") ==
          "--migrations liquibase: FOLDER/b.groovy is not a changelog: its name must end with .xml, .yaml, .yml, .json "
          "or .sql");
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - changeSet: {id: \"${x}\", author: me}\n") ==
          "--migrations liquibase: FOLDER/a.yaml: hale does not resolve the property in id '${x}'; use a manifest with "
          "lines PATH::ID::AUTHOR");
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - changeSet: {id: 1}\n") ==
          "--migrations liquibase: FOLDER/a.yaml has a changeSet without id or author");
    CHECK(error_of("a.yaml", "databaseChangeLog:\n  - includeAll: {file: x}\n") ==
          "--migrations liquibase: FOLDER/a.yaml has an includeAll without path");
    CHECK(error_of("pom.xml", "<project>\n</project>") ==
          "--migrations liquibase: FOLDER/pom.xml: line 1: the root is not databaseChangeLog; if hale cannot read a "
          "changelog, use a manifest with lines PATH::ID::AUTHOR");
    CHECK(error_of("manifest", "users.xml::1\n") ==
          "--migrations liquibase: FOLDER/manifest: 'users.xml::1' is not a changeset; use lines PATH::ID::AUTHOR, as "
          "liquibase status --verbose prints them for an empty database");
    CHECK(error_of("manifest", "# none\n") ==
          "--migrations liquibase: FOLDER/manifest: the manifest contains no migration; use one id per line");
    CHECK(read_error({"liquibase:" + folder / "nowhere.xml"}, folder.path().string()) ==
          "--migrations liquibase: FOLDER/nowhere.xml: No such file or directory");
    std::filesystem::create_directory(folder.path() / "empty");
    CHECK(read_error({"liquibase:" + folder / "empty"}, folder.path().string()) ==
          "--migrations liquibase: FOLDER/empty contains no changeset; expected a changelog such as "
          "db.changelog-master.yaml, or a manifest with lines PATH::ID::AUTHOR");
  }

  TEST_CASE("The depth of includes is limited") {
    const TemporaryFolder folder;
    for (int i = 0; i < 60; ++i) {
      folder.write("c" + std::to_string(i) + ".yaml",
                   "databaseChangeLog: [{include: {file: c" + std::to_string(i + 1) + ".yaml}}]");
    }
    CHECK(read_error({"liquibase:" + folder / "c0.yaml"}, folder.path().string()) ==
          "--migrations liquibase: FOLDER/c51.yaml is included too deeply");
  }
}

}  // namespace hale::testing
