#include <doctest/doctest.h>

#include <optional>

#include <fmt/format.h>

#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// The address of the database app for a superuser, with `schema` as its search path.
std::string endpoint(const std::string& schema = "public") {
  return fmt::format("host={} port={} user=postgres dbname=app options='-c search_path={}'", server("PG_SOCKET"),
                     server("PG_PORT"), schema);
}

/// Runs the statements `sql` as a superuser.
void run_sql(const std::string& sql) {
  const std::string all = fmt::format("do $sql$ begin {}; end $sql$", sql);
  const Finished finished = run_hale({"--postgres", endpoint(), "--query", all});
  INFO(finished.out);
  CHECK(finished.exit_code == 0);
}

struct Table {
  std::string tool;
  std::string make;  ///< the statements with which the tool creates it
  std::string rows;  ///< its name, with the columns to insert
};

/// The rows of the table, and the message that hale should have.
struct TableCase {
  std::string name;
  std::optional<std::string> rows;  ///< nullopt: the table does not exist
  std::string message;
};

/// The message after "migrations ".
std::string migrations_message(const std::vector<std::string>& arguments, int* exit_code = nullptr) {
  std::vector<std::string> all{"--postgres"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished finished = run_hale(all);
  if (exit_code != nullptr) *exit_code = finished.exit_code;
  const std::string line = finished.out.substr(0, finished.out.find('\n'));
  const std::size_t at = line.find("migrations ");
  return at == std::string::npos ? finished.out + finished.err : line.substr(at + 11);
}

void check(const Table& table, const std::string& folder, const std::vector<TableCase>& cases) {
  std::size_t number = 0;
  for (const TableCase& one : cases) {
    CAPTURE(one.name);
    const std::string schema = fmt::format("{}_{}", table.tool.substr(0, 5), ++number);
    std::string sql = "create schema " + schema;
    if (one.rows) sql += fmt::format("; set local search_path = {}; {}", schema, table.make);
    if (one.rows && !one.rows->empty()) sql += fmt::format("; insert into {} values {}", table.rows, *one.rows);
    run_sql(sql);
    int exit_code = -1;
    CHECK(migrations_message({endpoint(schema), "--migrations", fmt::format("{}:{}", table.tool, folder)},
                             &exit_code) == one.message);
    CHECK(exit_code == (one.message.starts_with("ok") || one.message.starts_with("ahead") ? 0 : 2));
  }
}

}  // namespace

TEST_SUITE("Migrations: tables of the tools") {
  TEST_CASE("golang-migrate") {
    const TemporaryFolder folder;
    for (const char* name : {"000001_a.up.sql", "000001_a.down.sql", "2_b.up.sql", "10_c.up.sql"})
      folder.write(name, "");
    check({"golang-migrate",
           "create table schema_migrations (version bigint not null primary key, dirty boolean not null)",
           "schema_migrations"},
          folder.path().string(),
          {
              {"none", {}, "none: the table schema_migrations does not exist, 3 expected"},
              {"empty", "", "none: the table schema_migrations is empty, 3 expected"},
              {"ok", "(10, false)", "ok (3 applied)"},
              {"pending", "(2, false)", "pending 1: 10"},
              {"ahead", "(11, false)", "ahead 1: 11"},
              {"pending and ahead", "(3, false)", "pending 1: 10 (ahead 1: 3)"},
              {"dirty", "(10, true)", "error: version 10 is dirty: it failed halfway or is running"},
              {"dirty before the first", "(-1, true)", "error: version -1 is dirty: it failed halfway or is running"},
          });
  }

  TEST_CASE("goose") {
    const TemporaryFolder folder;
    for (const char* name : {"00001_a.sql", "00002_b.go", "20240101000000_c.sql"}) folder.write(name, "");
    check({"goose",
           "create table goose_db_version (id serial not null primary key, version_id bigint not null, is_applied "
           "boolean not null, tstamp timestamp default now()); insert into goose_db_version (version_id, is_applied) "
           "values (0, true)",
           "goose_db_version (version_id, is_applied)"},
          folder.path().string(),
          {
              {"none", {}, "none: the table goose_db_version does not exist, 3 expected"},
              {"empty", "", "none: no version is recorded, 3 expected"},
              {"ok", "(1, true), (2, true), (20240101000000, true)", "ok (3 applied)"},
              {"pending", "(1, true), (2, true)", "pending 1: 20240101000000"},
              {"gap", "(1, true), (20240101000000, true)",
               "pending 1: 2; 20240101000000 is already applied, so goose applies 2 only with -allow-missing"},
              {"ahead", "(1, true), (2, true), (20240101000000, true), (20250101000000, true)",
               "ahead 1: 20250101000000"},
              {"taken back", "(1, true), (2, true), (20240101000000, true), (20240101000000, false)",
               "pending 1: 20240101000000"},
          });
  }

  TEST_CASE("Diesel") {
    const TemporaryFolder folder;
    folder.write("00000000000000_diesel_initial_setup/up.sql", "");
    folder.write("2024-01-02-030405_create_users/up.sql", "");
    check(
        {"diesel",
         "create table __diesel_schema_migrations (version varchar(50) primary key not null, run_on timestamp not null "
         "default current_timestamp)",
         "__diesel_schema_migrations"},
        folder.path().string(),
        {
            {"none", {}, "none: the table __diesel_schema_migrations does not exist, 2 expected"},
            {"empty", "", "none: the table __diesel_schema_migrations is empty, 2 expected"},
            {"ok", "('00000000000000'), ('20240102030405')", "ok (2 applied)"},
            {"pending", "('00000000000000')", "pending 1: 2024-01-02-030405_create_users"},
            {"gap and ahead", "('20240102030405'), ('20250101000000')",
             "pending 1: 00000000000000_diesel_initial_setup (ahead 1: 20250101000000)"},
        });
  }

  TEST_CASE("Ecto") {
    const TemporaryFolder folder;
    folder.write("20240101000000_a.exs", "");
    folder.write("tenants/20240202000000_b.exs", "");
    check({"ecto", "create table schema_migrations (version bigint, inserted_at timestamp(0), primary key (version))",
           "schema_migrations"},
          folder.path().string(),
          {
              {"none", {}, "none: the table schema_migrations does not exist, 2 expected"},
              {"empty", "", "none: the table schema_migrations is empty, 2 expected"},
              {"ok", "(20240101000000, now()), (20240202000000, null)", "ok (2 applied)"},
              {"gap", "(20240202000000, now())", "pending 1: 20240101000000"},
              {"ahead",
               "(20240101000000, now()), (20240202000000, now()), (20250101000000, "
               "now())",
               "ahead 1: 20250101000000"},
          });
  }

  TEST_CASE("dbmate") {
    const TemporaryFolder folder;
    folder.write("001_a.sql", "");
    folder.write("20240202000000_b.sql", "");
    check({"dbmate", "create table schema_migrations (version varchar primary key)", "schema_migrations"},
          folder.path().string(),
          {
              {"none", {}, "none: the table schema_migrations does not exist, 2 expected"},
              {"empty", "", "none: the table schema_migrations is empty, 2 expected"},
              {"ok", "('001'), ('20240202000000')", "ok (2 applied)"},
              {"leading zeros count", "('1'), ('20240202000000')", "pending 1: 001 (ahead 1: 1)"},
          });
  }

  TEST_CASE("Prisma and Rails, where the framework cannot be compared with") {
    const TemporaryFolder folder;
    folder.write("prisma/1_a/migration.sql", "");
    // `prisma migrate status` overlooks it; `prisma migrate deploy` would apply it.
    run_sql(
        "create schema resolved; create table resolved._prisma_migrations (id varchar(36) primary key, checksum "
        "varchar(64), finished_at timestamptz, migration_name varchar(255), logs text, rolled_back_at timestamptz, "
        "started_at timestamptz not null default now(), applied_steps_count integer not null default 0); insert into "
        "resolved._prisma_migrations (id, migration_name, rolled_back_at) values ('x', '1_a', now())");
    CHECK(migrations_message({endpoint("resolved"), "--migrations", "prisma:" + (folder / "prisma")}) ==
          "pending 1: 1_a");
    // A table that was edited by hand.
    run_sql(
        "create schema \"Odd one\"; create table \"Odd one\".\"my.versions\" (version text); insert into \"Odd "
        "one\".\"my.versions\" values (null), ('007'), (E'a\\nb')");
    folder.write("rails/7_a.rb", "");
    CHECK(migrations_message({endpoint(), "--migrations", "rails:" + (folder / "rails"), "--migrations-table",
                              "\"Odd one\".\"my.versions\""}) == "ahead 1: a b");
  }

  TEST_CASE("The wrong tool, and several in one database") {
    const TemporaryFolder folder;
    folder.write("1_a.exs", "");
    folder.write("1_a.up.sql", "");
    folder.write("1_a.rb", "");
    const std::string here = folder.path().string();
    run_sql(
        "create schema shared; create table shared.schema_migrations (version bigint primary key, dirty boolean not "
        "null); insert into shared.schema_migrations values (1, false); create table shared.rails (version varchar); "
        "insert into shared.rails values ('1'), ('2')");
    CHECK(migrations_message({endpoint("shared"), "--migrations", "ecto:" + here}) ==
          "error: schema_migrations with the columns version, dirty belongs to golang-migrate, not to ecto");
    CHECK(migrations_message({endpoint("shared"), "--migrations", "rails:" + here}) ==
          "error: schema_migrations with the columns version, dirty belongs to golang-migrate, not to rails");
    const Finished both = run_hale({"--postgres", endpoint("shared"), "--migrations", "rails:" + here, "--migrations",
                                    "golang-migrate:" + here, "--migrations-table", "rails:rails", "-e",
                                    "migrations_pending=0", "-e", "migrations_applied=2"});
    CHECK(both.out.find("rails migrations ahead 1: 2, golang-migrate migrations ok (1 applied)") != std::string::npos);
    CHECK(both.exit_code == 0);
    CHECK(run_hale({"--postgres", endpoint("shared"), "--migrations", "golang-migrate:" + here, "--migrations",
                    "rails:" + here, "--migrations-table", "rails:shared.rails", "-e", "migrations_ahead=0"})
              .exit_code == 2);
  }
}

}  // namespace hale::testing
