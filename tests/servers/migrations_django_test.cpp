#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/file.hpp"
#include "tests/servers/own_database.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// "shop/0002_b" → the body of its class Migration.
using Files = std::map<std::string, std::string>;
using Ids = std::vector<std::string>;

struct Case {
  std::string name;
  Files files;
  Ids rows;
  std::string message;
  bool has_table = true;
  std::string more_applications{};  ///< of Django itself, unknown to hale
};

std::string after(const std::string& ids) { return "dependencies = [" + ids + "]"; }

/// `files` on top of three migrations of shop in a row.
Files shop(const Files& files = {}, const Ids& without = {}) {
  Files all{{"shop/0001_initial", "initial = True\n    dependencies = []"},
            {"shop/0002_b", after("('shop', '0001_initial')")},
            {"shop/0003_c", after("\n        ('shop', '0002_b'),\n    ")}};
  for (const auto& [name, body] : files) all[name] = body;
  for (const std::string& name : without) all.erase(name);
  return all;
}

const std::string squashed = "shop/0001_squashed_0002_b";
const std::string squash = "replaces = [('shop', '0001_initial'), ('shop', '0002_b')]\n    dependencies = []";

Files beside() { return shop({{squashed, squash}}); }
Files alone() { return shop({{squashed, squash}}, {"shop/0001_initial", "shop/0002_b"}); }
Files finished() {
  return shop({{squashed, after("")}, {"shop/0003_c", after("('shop', '0001_squashed_0002_b')")}},
              {"shop/0001_initial", "shop/0002_b"});
}
Files leaves(const Files& files = {}) {
  Files all = shop({{"shop/0004_a", after("('shop', '0003_c')")}, {"shop/0004_b", after("('shop', '0003_c')")}});
  all.insert(files.begin(), files.end());
  return all;
}
Files merged() { return leaves({{"shop/0005_merge", after("('shop', '0004_a'), ('shop', '0004_b')")}}); }

const std::string x1 = "shop.0001_initial";
const std::string x2 = "shop.0002_b";
const std::string x3 = "shop.0003_c";
const std::string xs = "shop.0001_squashed_0002_b";
const Ids all_three{x1, x2, x3};
const std::string in_part =
    "error: shop.0001_squashed_0002_b is only partly applied, and shop.0002_b, which it replaces, is missing";

std::vector<Case> plain_cases() {
  return {
      {"applied", shop(), all_three, "ok (3 applied)"},
      {"no_table", shop(), {}, "none: the table no_table.django_migrations does not exist, 3 expected", false},
      {"no_row", shop(), {}, "none: the table no_row.django_migrations is empty, 3 expected"},
      {"one_pending", shop(), {x1, x2}, "pending 1: shop.0003_c"},
      {"two_pending", shop(), {x1}, "pending 2: shop.0002_b, shop.0003_c"},
      {"others_rows", shop(), {"auth.0001_initial"}, "pending 3: shop.0001_initial, shop.0002_b, shop.0003_c"},
      {"rows_twice", shop(), {x1, x1, x2, x3, x2}, "ok (3 applied)"},
      {"gap", shop(), {x1, x3}, "error: shop.0003_c is applied before its dependency shop.0002_b"},
      {"future", shop(), {x1, x2, x3, "shop.0004_future"}, "ahead 1: shop.0004_future"},
      {"future_and_pending",
       shop(),
       {x1, x2, "shop.0004_future"},
       "pending 1: shop.0003_c (ahead 1: shop.0004_future)"},
      {"leaves", leaves(), {x1, x2, x3, "shop.0004_a", "shop.0004_b"}, "error: shop has 2 leaves: 0004_a, 0004_b"},
      {"leaves_pending", leaves(), {x1}, "error: shop has 2 leaves: 0004_a, 0004_b"},
      {"merge_pending", merged(), {x1, x2, x3, "shop.0004_a", "shop.0004_b"}, "pending 1: shop.0005_merge"},
      {"merge_applied", merged(), {x1, x2, x3, "shop.0004_b", "shop.0004_a", "shop.0005_merge"}, "ok (6 applied)"},
      {"merge_half",
       merged(),
       {x1, x2, x3, "shop.0004_a", "shop.0005_merge"},
       "error: shop.0005_merge is applied before its dependency shop.0004_b"},
      {"missing_parent", shop({}, {"shop/0002_b"}), all_three,
       "error: shop.0003_c depends on shop.0002_b, which is missing"},
      {"circle",
       shop({{"shop/0002_b", after("('shop', '0003_c')")}}),
       {x1},
       "error: the migrations form a cycle: shop.0002_b, shop.0003_c"},
      {"written_otherwise",
       shop({{"shop/0004_d",
              "'''dependencies = []'''\n    sql = \"\"\"\n    dependencies = [('a', 'b')]\n\"\"\"\n"
              "    dependencies: list = [(\"sh\" 'op', '0003' + '_c')] + list()  # ]\n"
              "    dependencies += ((\n        'shop', r'0002_b'),) if True else ()"}}),
       all_three, "pending 1: shop.0004_d"},
  };
}

/// Missing here: squashes of squashes, which are new in Django 6.0, and a partly applied squash whose files are gone
/// while nothing depends on it, which is an error for hale and fine for Django.
std::vector<Case> squash_cases() {
  return {
      {"squash_beside_applied", beside(), all_three, "ok (2 applied)"},
      {"squash_beside_part", beside(), {x1}, "pending 2: shop.0002_b, shop.0003_c"},
      {"squash_beside_none", beside(), {"auth.0001_initial"}, "pending 2: shop.0001_squashed_0002_b, shop.0003_c"},
      {"squash_beside_recorded", beside(), {x1, x2, x3, xs}, "ok (2 applied)"},
      {"squash_beside_own_row", beside(), {x1, xs}, "pending 2: shop.0002_b, shop.0003_c"},
      {"squash_alone_applied", alone(), all_three, "ok (2 applied)"},
      {"squash_alone_part", alone(), {x1}, in_part},
      {"squash_alone_own_row", alone(), {xs}, "pending 2: shop.0001_squashed_0002_b, shop.0003_c"},
      {"squash_alone_fresh", alone(), {x1, x2, xs, x3}, "ok (2 applied)"},
      {"squash_finished", finished(), {x1, x2, x3, xs}, "ok (2 applied)"},
      {"squash_hides_a_gap",
       shop({{"shop/0002_squashed_0003_c",
              "replaces = [('shop', '0002_b'), ('shop', '0003_c')]\n    " + after("('shop', '0001_initial')")}}),
       {x2, x3},
       "ok (1 applied)"},
      {"squash_never_recorded", finished(), all_three,
       "error: shop.0003_c is applied before its dependency shop.0001_squashed_0002_b"},
  };
}

std::vector<Case> application_cases() {
  const auto blog = [](const std::string& body) { return shop({{"blog/0001_initial", body}}); };
  const std::string blog_1 = "blog.0001_initial";
  return {
      {"across", blog(after("('shop', '0002_b')")), {x1, x2, blog_1}, "pending 1: shop.0003_c"},
      {"across_gap",
       blog(after("('shop', '0003_c')")),
       {x1, x2, blog_1},
       "error: blog.0001_initial is applied before its dependency shop.0003_c"},
      {"run_before", blog("run_before = [('shop', '0003_c')]"), all_three,
       "error: shop.0003_c is applied before its dependency blog.0001_initial"},
      {"the_first",
       blog(after("('shop', '__first__')")),
       {blog_1},
       "error: blog.0001_initial is applied before its dependency shop.0001_initial"},
      {"the_latest",
       blog(after("('shop', '__latest__')")),
       {x1, x2, blog_1},
       "error: blog.0001_initial is applied before its dependency shop.0003_c"},
      {"relabelled",
       {{"package/0001_initial", after("")}, {"package/0002_b", after("('label', '0001_initial')")}},
       {"label.0001_initial"},
       "pending 1: label.0002_b"},
      {"a_user_of_django",
       shop(
           {{"shop/0001_initial", after("migrations.swappable_dependency(settings.AUTH_USER_MODEL), "
                                        "('auth', '__latest__'), ('contenttypes', '0002_remove_content_type_name')")}}),
       {"contenttypes.0001_initial", "contenttypes.0002_remove_content_type_name", "auth.0001_initial",
        "auth.0002_alter_permission_name_max_length", "auth.0003_alter_user_email_max_length",
        "auth.0004_alter_user_username_opts", "auth.0005_alter_user_last_login_null",
        "auth.0006_require_contenttypes_0002", "auth.0007_alter_validators_add_error_messages",
        "auth.0008_alter_user_username_max_length", "auth.0009_alter_user_last_name_max_length",
        "auth.0010_alter_group_name_max_length", "auth.0011_update_proxy_permissions",
        "auth.0012_alter_user_first_name_max_length", x1, x2, x3},
       "ok (3 applied)",
       true,
       "django.contrib.auth\ndjango.contrib.contenttypes\n"},
  };
}

void write_files(const TemporaryFolder& folder, const Case& one) {
  for (const auto& [name, body] : one.files) {
    const std::string application = one.name + "/" + name.substr(0, name.find('/'));
    folder.write(application + "/__init__.py", "");
    folder.write(application + "/migrations/__init__.py", "");
    folder.write(application + "/migrations/" + name.substr(name.find('/') + 1) + ".py",
                 "from django.conf import settings\nfrom django.db import migrations\n\n\n"
                 "class Migration(migrations.Migration):\n    " +
                     body + "\n");
    if (application.ends_with("/package"))
      folder.write(application + "/apps.py",
                   "from django.apps import AppConfig\n\n\nclass Config(AppConfig):\n"
                   "    name = 'package'\n    label = 'label'\n");
  }
  if (!one.more_applications.empty()) folder.write(one.name + "/installed", one.more_applications);
  if (one.files.empty()) std::filesystem::create_directory(folder.path() / one.name);
}

std::string table_of(const Case& one) {
  std::string sql = fmt::format("CREATE SCHEMA {};\n", one.name);
  if (!one.has_table) return sql;
  sql += fmt::format(
      "CREATE TABLE {}.django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, app varchar(255) NOT "
      "NULL, name varchar(255) NOT NULL, applied timestamptz NOT NULL DEFAULT now());\n",
      one.name);
  for (const std::string& id : one.rows) {
    const std::size_t dot = id.find('.');
    sql += fmt::format("INSERT INTO {}.django_migrations (app, name) VALUES ('{}', '{}');\n", one.name,
                       id.substr(0, dot), id.substr(dot + 1));
  }
  return sql;
}

}  // namespace

TEST_SUITE("Django") {
  TEST_CASE("hale agrees with Django on every case") {
    std::vector<Case> cases = plain_cases();
    for (const auto& more : {squash_cases(), application_cases()}) cases.insert(cases.end(), more.begin(), more.end());
    const TemporaryFolder folder;
    std::string sql;
    for (const Case& one : cases) {
      write_files(folder, one);
      sql += table_of(one);
    }
    const TestDatabase database("hale_django", sql);
    const auto verdicts = database.framework_verdicts("django_verdicts.py", folder.path().string());
    CHECK(verdicts.size() == cases.size());
    for (const Case& one : cases) {
      CAPTURE(one.name);
      CHECK(database.migrations_message({"django:" + (folder / one.name)}, one.name + ".django_migrations") ==
            one.message);
      CAPTURE(verdicts.at(one.name));
      CHECK(verdicts.at(one.name).substr(0, verdicts.at(one.name).find(' ')) == expected_verdict(one.message));
    }
  }

  TEST_CASE("The manifest of the manual's command gives the same result, and includes Django's own applications") {
    Case one{"manifest", beside(), {x1, x2, x3, "blog.0001_initial", "contenttypes.0001_initial"}, {}};
    one.files["blog/0001_initial"] = "run_before = [('shop', '0003_c')]\n    " +
                                     after("migrations.swappable_dependency('contenttypes.ContentType')");
    const TemporaryFolder folder;
    write_files(folder, one);
    folder.write("manifest/project/settings.py", "INSTALLED_APPS = ['shop', 'blog', 'django.contrib.contenttypes']\n");
    const std::string list = folder.write("list", manifest("django", folder / "manifest"));
    CHECK(read_file(list) ==
          "blog.0001_initial after contenttypes.__first__ before shop.0003_c replaces\n"
          "contenttypes.0001_initial after before replaces\n"
          "contenttypes.0002_remove_content_type_name after contenttypes.0001_initial before replaces\n"
          "shop.0001_initial after before replaces\n"
          "shop.0001_squashed_0002_b after before replaces shop.0001_initial shop.0002_b\n"
          "shop.0002_b after shop.0001_initial before replaces\n"
          "shop.0003_c after shop.0002_b before replaces\n");
    const TestDatabase database(
        "hale_django_manifest",
        table_of(one) +
            "CREATE SCHEMA early;\nCREATE TABLE "
            "early.django_migrations AS SELECT * FROM manifest.django_migrations WHERE id = 3;\n");
    const std::string files = "django:" + (folder / "manifest");
    const std::string table = "manifest.django_migrations";
    CHECK(database.migrations_message({files}, table) == "ok (3 applied)");
    CHECK(database.migrations_message({"django:" + list}, table) ==
          "pending 1: contenttypes.0002_remove_content_type_name");
    for (const std::string& source : {files, "django:" + list})
      CHECK(database.migrations_message({source}, "early.django_migrations") ==
            "error: shop.0003_c is applied before its dependency blog.0001_initial; shop.0003_c is applied before its "
            "dependency shop.0001_squashed_0002_b");
  }
}

}  // namespace hale::testing
