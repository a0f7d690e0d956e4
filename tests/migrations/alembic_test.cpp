#include <doctest/doctest.h>
#include <fmt/format.h>

#include "migrations/history.hpp"
#include "tests/core/refusal.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace hale;
using hale::testing::TemporaryFolder;

namespace {

/// A revision in the form of Alembic's current template; `more` has further assignments.
std::string revision(const std::string& id, const std::string& down, const std::string& more = "") {
  return "\"\"\"message\n\nRevision ID: zz\nRevises: " + down + "\nrevision = 'no'\n\"\"\"\n" +
         "from typing import Sequence, Union\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\n" +
         "# revision identifiers, used by Alembic.\nrevision: str = '" + id + "'\n" +
         "down_revision: Union[str, Sequence[str], None] = " + down + "\n" + more + "\n\n" +
         "def upgrade() -> None:\n    revision = 'no'\n    op.execute('''\ndown_revision = 'no'\n''')\n";
}

/// A script location with the chain a1, a2, a3.
struct Location : TemporaryFolder {
  Location() {
    add("a1", "None");
    add("a2", "'a1'");
    add("a3", "'a2'");
  }
  void add(const std::string& id, const std::string& down, const std::string& more = "") const {
    write("migrations/versions/" + id + "_words.py", revision(id, down, more));
  }
  /// Replaces a3 with two branches after a2, of one revision each.
  void branch() const {
    std::filesystem::remove(path() / "migrations/versions/a3_words.py");
    add("b3", "'a2'");
    add("c3", "'a2'");
  }
  std::string versions() const { return *this / "migrations/versions"; }
};

MigrationHistory history_of(const std::vector<std::string>& sources) {
  std::vector<std::string> values;
  for (const std::string& one : sources) values.push_back("alembic:" + one);
  return read_histories({values.begin(), values.end()}, {}).front();
}

std::string message(const std::vector<std::string>& sources, const std::vector<std::string>& rows) {
  std::vector<MigrationRow> list;
  for (const std::string& row : rows) list.push_back({row});
  return history_of(sources).compare(list, false).message();
}

std::string message(const Location& location, const std::vector<std::string>& rows) {
  return message({location.versions()}, rows);
}

/// The UsageError without "--migrations alembic: ", with FOLDER instead of the path of `folder`.
std::string read_error(const TemporaryFolder& folder, const std::vector<std::string>& sources) {
  std::string text = refusal([&] { history_of(sources); });
  const std::string path = folder.path().string();
  for (std::size_t offset = 0; (offset = text.find(path)) != std::string::npos;)
    text.replace(offset, path.size(), "FOLDER");
  const std::string begin = "--migrations alembic: ";
  return text.starts_with(begin) ? text.substr(begin.size()) : text;
}

}  // namespace

TEST_SUITE("Alembic migrations") {
  TEST_CASE("A row implies its ancestors") {
    const Location location;
    CHECK(message(location, {"a3"}) == "ok (3 applied)");
    CHECK(message(location, {"a2"}) == "pending 1: a3");
    CHECK(message(location, {"a1"}) == "pending 2: a2, a3");
    CHECK(message(location, {}) == "none: the table alembic_version is empty, 3 expected");
    CHECK(history_of({location.versions()}).compare_without_table().message() ==
          "none: the table alembic_version does not exist, 3 expected");
  }

  TEST_CASE("The script location, and several folders as one history") {
    const Location location;
    CHECK(message({location / "migrations"}, {"a2"}) == "pending 1: a3");
    location.write("more/x1.py", revision("x1", "'a3'"));
    CHECK(message({location / "migrations/", location / "more"}, {"a3"}) == "pending 1: x1");
  }

  TEST_CASE("Branches, heads and merges") {
    const Location location;
    location.branch();
    CHECK(message(location, {"b3", "c3"}) == "ok (4 applied); 2 heads: b3, c3");
    CHECK(message(location, {"b3"}) == "pending 1: c3; 2 heads: b3, c3");
    CHECK(message(location, {"a2"}) == "pending 2: b3, c3; 2 heads: b3, c3");
    location.add("m4", "('c3', 'b3')");
    CHECK(message(location, {"m4"}) == "ok (5 applied)");
    CHECK(message(location, {"b3", "c3"}) == "pending 1: m4");
    CHECK(message(location, {"b3"}) == "pending 2: c3, m4");
  }

  TEST_CASE("A second base, and dependencies on another branch") {
    const Location location;
    location.add("x1", "None", "branch_labels = ('side',)\ndepends_on = 'a2'");
    location.add("x2", "'x1'");
    CHECK(message(location, {"x1"}) == "pending 2: a3, x2; 2 heads: a3, x2");
    CHECK(message(location, {"a3"}) == "pending 2: x1, x2; 2 heads: a3, x2");
    location.add("a4", "'a3'", "depends_on: Union[str, Sequence[str], None] = ['x2']");
    CHECK(message(location, {"a4"}) == "ok (6 applied); 2 heads: a4, x2");
    location.add("a4", "'a3'", "depends_on = ('side',)");
    CHECK(message(location, {"a4"}) == "pending 1: x2; 2 heads: a4, x2");
    location.add("a4", "'a3'", "depends_on = 'nobody'");
    CHECK(message(location, {"a3"}) == "error: a4 depends on nobody, which is missing");
  }

  TEST_CASE("An unknown row is ahead and hides the rows that it replaced") {
    const Location location;
    CHECK(message(location, {"zz"}) == "ahead 1: zz");
    CHECK(message(location, {"a3", "zz"}) == "ahead 1: zz");
    CHECK(message(location, {"a2", "zz"}) == "pending 1: a3 (ahead 1: zz)");
    location.branch();
    CHECK(message(location, {"b3", "zz"}) == "ahead 1: zz; 2 heads: b3, c3");
    CHECK(message(location, {"zz", "zz", "yy"}) == "ahead 2: zz, yy; 2 heads: b3, c3");
  }

  TEST_CASE("Contradictions") {
    const Location location;
    CHECK(message(location, {"a2", "a3"}) == "error: the table has both a3 and its ancestor a2");
    location.add("a3", "'gone'");
    CHECK(message(location, {"a2"}) == "error: a3 follows gone, which is missing");
    location.add("a3", "'a2'");
    location.add("a1", "'a3'");
    CHECK(message(location, {"a2"}).starts_with("error: the revisions form a cycle: a1, a2, a3"));
    location.add("a1", "'a1'");
    CHECK(message(location, {}).starts_with("error: the revisions form a cycle: a1, a2, a3"));
    location.add("a1", "None", "branch_labels = 'x'");
    location.add("a2", "'a1'", "branch_labels = {'x', 'y'}");
    CHECK(message(location, {"a3"}) == "error: a1 and a2 have the same branch label x");
    location.add("a2", "'a1'");
    const std::string copy = location.write("migrations/versions/z.py", revision("a2", "'a1'"));
    CHECK(message(location, {"a3"}) ==
          "error: there are two revisions a2: " + location.versions() + "/a2_words.py, " + copy);
  }

  TEST_CASE("Syntax variants") {
    const Location location;
    location.write("migrations/versions/d.py",
                   "revision = 'a' \"4\"; down_revision = 'a3',\nbranch_labels = None\ndepends_on = ()\n");
    location.write("migrations/versions/e.py", "ID = 'a5'\nrevision = ID\ndown_revision = ('a4')\n");
    location.write("migrations/versions/__init__.py", "x = (");
    location.write("migrations/versions/.#d.py", "x = (");
    location.write("migrations/versions/d.pyc", "x = (");
    location.write("migrations/versions/old/d.py", "x = (");
    CHECK(message(location, {"a3"}) == "pending 2: a4, a5");
    location.write("migrations/versions/f.py", "revision = 'a6'\ndown_revision = ''\n");
    CHECK(message(location, {"a5"}) == "pending 1: a6; 2 heads: a5, a6");
  }

  TEST_CASE("Invalid revisions") {
    const Location location;
    const auto error_of = [&](const std::string& text) {
      location.write("migrations/versions/d.py", text);
      return read_error(location, {location.versions()});
    };
    const std::string file = "FOLDER/migrations/versions/d.py";
    CHECK(error_of("import os\n") == file + ": not an Alembic revision: revision = '...' is missing");
    CHECK(error_of("\nrevision = make()\ndown_revision = None\n") ==
          file + ":2: not an Alembic revision: revision = '...' is missing");
    CHECK(error_of("revision = 'a4'\n") == file + ": not an Alembic revision: down_revision = ... is missing");
    CHECK(error_of("revision = 'a4'\n\ndown_revision = last()\n") ==
          file + ":3: down_revision is not a literal; use a manifest made by alembic history instead");
    CHECK(error_of("revision = 'a4'\ndown_revision = ('a3', x)\n") ==
          file + ":2: down_revision is not a literal; use a manifest made by alembic history instead");
    CHECK(error_of("revision = 'a4'\ndown_revision = 'a3'\nif x:\n    depends_on = 'a2'\n") ==
          file + ":4: depends_on is not a literal; use a manifest made by alembic history instead");
    CHECK(error_of("revision = 'a4\n") == file + ":1: unterminated string");
    std::filesystem::remove(location.path() / "migrations/versions/d.py");
    std::filesystem::create_symlink("nowhere", location.path() / "migrations/versions/d.py");
    CHECK(read_error(location, {location.versions()}) == file + ": No such file or directory");
    CHECK(read_error(location, {location / "nowhere"}) == "FOLDER/nowhere: No such file or directory");
    location.write("empty/versions/__init__.py", "");
    CHECK(read_error(location, {location / "empty"}) ==
          "FOLDER/empty/versions contains no revision; expected files such as 1975ea83b712_add_users.py, each with "
          "revision = '...'");
    location.write("empty/env.py", "config = 1\n");
    CHECK(read_error(location, {location / "empty"}).starts_with("FOLDER/empty/versions contains no revision"));
  }
}

TEST_SUITE("Alembic manifests") {
  TEST_CASE("One id per line, the oldest first") {
    const TemporaryFolder folder;
    const std::string path = folder.write("list", "# at build time\na1\na2\r\n a3 \n");
    CHECK(message({path}, {"a2"}) == "pending 1: a3");
    CHECK(message({path}, {"a3"}) == "ok (3 applied)");
    CHECK(message({path}, {"zz"}) == "ahead 1: zz");
    CHECK(message({folder.write("twice", "a1\na2\na1\n")}, {"a2"}).starts_with("error: there are two revisions a1"));
  }

  TEST_CASE("The output of alembic history") {
    const TemporaryFolder folder;
    const std::string path = folder.write("history",
                                          "b3, c3 (x2) -> m4 (head) (mergepoint), merge -> all\n"
                                          "a2 -> c3, words\nthat go on, over a -> b, lines\n"
                                          "a2 -> b3 (side), words\n"
                                          "a1 -> a2 (branchpoint), words\n"
                                          "<base> -> a1, words\n"
                                          "x1 -> x2 (effective head), words\n"
                                          "<base> (a2) -> x1, words\n");
    CHECK(message({path}, {"m4"}) == "ok (7 applied); 2 heads: m4, x2");
    CHECK(message({path}, {"b3", "c3"}) == "pending 3: x1, x2, m4; 2 heads: m4, x2");
    CHECK(message({path}, {"x1"}) == "pending 4: b3, c3, x2, m4; 2 heads: m4, x2");
  }

  TEST_CASE("A branch label, which alembic history does not explain") {
    const TemporaryFolder folder;
    CHECK(read_error(folder, {folder.write("history", "a1 (side) -> a2 (head), words\n<base> -> a1, words\n")}) ==
          "FOLDER/history: a2 depends on side, which the manifest does not contain; use the folder instead");
  }

  TEST_CASE("Invalid manifests") {
    const TemporaryFolder folder;
    CHECK(read_error(folder, {folder.write("list", "a1\nno id\n")}) ==
          "FOLDER/list: \"no id\" is not a revision; use one id per line, the oldest first, or the output of alembic "
          "history");
    CHECK(read_error(folder, {folder.write("list", "a1\na1 -> a2\n")})
              .starts_with("FOLDER/list: \"a1 -> a2\" is not a revision"));
    CHECK(read_error(folder, {folder.write("list", "\n")}) ==
          "FOLDER/list: the manifest contains no migration; use one id per line");
  }
}
