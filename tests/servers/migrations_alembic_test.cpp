#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "base/file.hpp"
#include "tests/servers/own_database.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// "a2" → what follows "down_revision", and further lines. A name without a slash is in the folder versions.
using Files = std::map<std::string, std::string>;
using Ids = std::vector<std::string>;

struct Case {
  std::string name;
  Files files;
  Ids rows;
  std::string message;
  bool has_table = true;
};

/// `files` on top of a1, a2, a3 in a row.
Files row(const Files& files = {}, const Ids& without = {}) {
  Files all{{"a1", " = None"}, {"a2", " = 'a1'"}, {"a3", ": Union[str, Sequence[str], None] = 'a2'"}};
  for (const auto& [name, body] : files) all[name] = body;
  for (const std::string& name : without) all.erase(name);
  return all;
}

Files heads() { return row({{"b4", " = 'a3'"}, {"c4", " = ('a3',)"}}); }
Files merge() { return row({{"b4", " = 'a3'"}, {"c4", " = ['a3']"}, {"m5", " = ('c4', 'b4')"}}); }
/// A second base in a folder of its own, which depends on the first one's a2; its branch label is side.
Files bases(const Files& files = {}) {
  Files all = row({{"versions_b/x1", " = None\nbranch_labels = ('side',)\ndepends_on = 'a2'"},
                   {"versions_b/x2", " = 'x1'\nbranch_labels = None"}});
  all.insert(files.begin(), files.end());
  return all;
}
Files joined() { return bases({{"d4", " = 'a3'\ndepends_on: Union[str, Sequence[str], None] = ('x2',)"}}); }

std::vector<Case> cases() {
  return {
      {"applied", row(), {"a3"}, "ok (3 applied)"},
      {"no_table", row(), {}, "none: the table no_table.alembic_version does not exist, 3 expected", false},
      {"no_row", row(), {}, "none: the table no_row.alembic_version is empty, 3 expected"},
      {"one_pending", row(), {"a2"}, "pending 1: a3"},
      {"two_pending", row(), {"a1"}, "pending 2: a2, a3"},
      {"heads_one_applied", heads(), {"b4"}, "pending 1: c4; 2 heads: b4, c4"},
      {"heads_both_applied", heads(), {"b4", "c4"}, "ok (5 applied); 2 heads: b4, c4"},
      {"at_branch_point", heads(), {"a3"}, "pending 2: b4, c4; 2 heads: b4, c4"},
      {"before_branch_point", heads(), {"a2"}, "pending 3: a3, b4, c4; 2 heads: b4, c4"},
      {"merge_pending", merge(), {"b4", "c4"}, "pending 1: m5"},
      {"merge_one_side", merge(), {"c4"}, "pending 2: b4, m5"},
      {"merge_applied", merge(), {"m5"}, "ok (6 applied)"},
      {"bases_first", bases(), {"a3"}, "pending 2: x1, x2; 2 heads: a3, x2"},
      {"bases_second_implies", bases(), {"x1"}, "pending 2: a3, x2; 2 heads: a3, x2"},
      {"bases_applied", bases(), {"a3", "x2"}, "ok (5 applied); 2 heads: a3, x2"},
      {"depends_on_pending", joined(), {"a3", "x1"}, "pending 2: x2, d4; 2 heads: d4, x2"},
      {"depends_on_applied", joined(), {"d4"}, "ok (6 applied); 2 heads: d4, x2"},
      {"depends_on_both_rows", joined(), {"d4", "x2"}, "error: the table has both d4 and its ancestor x2"},
      {"depends_on_label", bases({{"d4", " = 'a3'\ndepends_on = 'side'"}}), {"d4"}, "pending 1: x2; 2 heads: d4, x2"},
      {"depends_on_nothing",
       bases({{"d4", " = 'a3'\ndepends_on = 'nobody'"}}),
       {"a3"},
       "error: d4 depends on nobody, which is missing"},
      {"unknown", row(), {"zz_future"}, "ahead 1: zz_future"},
      {"unknown_beside", heads(), {"b4", "zz_future"}, "ahead 1: zz_future; 2 heads: b4, c4"},
      {"row_and_its_parent", row(), {"a3", "a1"}, "error: the table has both a3 and its ancestor a1"},
      {"missing_parent", row({}, {"a2"}), {"a3"}, "error: a3 follows a2, which is missing"},
      {"circle", row({{"a1", " = 'a3'"}}), {"a2"}, "error: the revisions form a cycle: a1, a2, a3"},
      {"label_twice",
       row({{"a1", " = None\nbranch_labels = ('x',)"}, {"a2", " = 'a1'\nbranch_labels = 'x'"}}),
       {"a3"},
       "error: a1 and a2 have the same branch label x"},
      {"written_otherwise",
       row({{"d4",
             " \\\n    = other = (\n    # 'a1',\n    'a' \"\"\"3\"\"\", )\nif TYPE_CHECKING:\n    down_revision = 1\n"
             "sql = '''\ndown_revision = None\n'''\ndef f():\n    down_revision = 2"}}),
       {"a3"},
       "pending 1: d4"},
  };
}

void write_files(const TemporaryFolder& folder, const Case& one) {
  for (const auto& [name, body] : one.files) {
    const std::size_t slash = name.find('/');
    const std::string path = slash == std::string::npos ? "versions/" + name : name;
    const std::string id = name.substr(slash == std::string::npos ? 0 : slash + 1);
    folder.write(one.name + "/" + path + "_words.py",
                 "\"\"\"words\n\nRevision ID: no\nRevises: no\ndown_revision = 'no'\n\"\"\"\n"
                 "from typing import Sequence, TYPE_CHECKING, Union\n\nfrom alembic import op\n\n"
                 "revision = '" +
                     id + "'\ndown_revision" + body + "\n\n\ndef upgrade():\n    pass\n");
  }
}

std::string table_of(const Case& one) {
  std::string sql = fmt::format("CREATE SCHEMA {};\n", one.name);
  if (!one.has_table) return sql;
  sql += fmt::format(
      "CREATE TABLE {0}.alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY "
      "(version_num));\n",
      one.name);
  for (const std::string& id : one.rows)
    sql += fmt::format("INSERT INTO {}.alembic_version VALUES ('{}');\n", one.name, id);
  return sql;
}

}  // namespace

TEST_SUITE("Alembic") {
  TEST_CASE("hale agrees with Alembic on every case") {
    const std::vector<Case> all = cases();
    const TemporaryFolder folder;
    std::string sql;
    for (const Case& one : all) {
      write_files(folder, one);
      sql += table_of(one);
    }
    const TestDatabase database("hale_alembic", sql);
    const auto verdicts = database.framework_verdicts("alembic_verdicts.py", folder.path().string());
    CHECK(verdicts.size() == all.size());
    for (const Case& one : all) {
      CAPTURE(one.name);
      std::vector<std::string> sources{"alembic:" + (folder / one.name)};
      if (std::filesystem::exists(folder.path() / one.name / "versions_b"))
        sources.push_back("alembic:" + (folder / (one.name + "/versions_b")));
      CHECK(database.migrations_message(sources, one.name + ".alembic_version") == one.message);
      CAPTURE(verdicts.at(one.name));
      const std::string verdict = verdicts.at(one.name).substr(0, verdicts.at(one.name).find(' '));
      // Alembic stops at a revision that it does not know. For hale it comes from a newer release: ahead.
      CHECK((verdict == "unknown" ? "ahead" : verdict) ==
            (one.message.starts_with("ahead") ? "ahead" : expected_verdict(one.message)));
    }
  }

  TEST_CASE("The output of alembic history gives the same result as the files") {
    Case one{"manifest", merge(), {"b4", "x1"}, {}};
    one.files["x1"] = " = None\nbranch_labels = ('side',)\ndepends_on = ('a2',)";
    one.files["x2"] = " = 'x1'";
    one.files["m6"] = " = 'm5'\ndepends_on = ('x2',)";
    const TemporaryFolder folder;
    write_files(folder, one);
    folder.write("manifest/alembic.ini", "[alembic]\nscript_location = .\n");
    folder.write("manifest/env.py", "");
    const std::string list = folder.write("list", manifest("alembic", folder / "manifest"));
    CHECK(read_file(list).find("m5 (x2) -> m6 (head), words\n") != std::string::npos);
    CHECK(read_file(list).find("<base> (a2) -> x1 (side), words\n") != std::string::npos);
    const TestDatabase database("hale_alembic_manifest", table_of(one));
    for (const std::string& source : {"alembic:" + (folder / "manifest"), "alembic:" + list})
      CHECK(database.migrations_message({source}, "manifest.alembic_version") ==
            "pending 4: c4, m5, x2, m6; 2 heads: m6, x2");
  }
}

}  // namespace hale::testing
