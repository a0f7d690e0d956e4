#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/file.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

// Without the tools: the tables are created as the tools create them, and the checksums come from PostgreSQL or zlib.

std::string endpoint() {
  return fmt::format("host={} port={} user=postgres dbname=app options='-c search_path=hale_migrations'",
                     server("PG_SOCKET"), server("PG_PORT"));
}

void run_sql(const std::string& sql) {
  const Finished finished =
      run_program({"psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", endpoint()}, {.input = sql});
  REQUIRE(finished.err == "");
}

/// A schema for the tables of one test.
struct Schema {
  explicit Schema(const std::string& tables) {
    run_sql(
        "SET client_min_messages = error; DROP SCHEMA IF EXISTS hale_migrations CASCADE; CREATE SCHEMA "
        "hale_migrations; " +
        tables);
  }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  ~Schema() { run_sql("SET client_min_messages = error; DROP SCHEMA hale_migrations CASCADE"); }
};

/// hale's exit code and the part of its summary about migrations: "2 pending 1: 2.1".
std::string migrations_verdict(const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"--postgres", endpoint(), "--name", "app"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Finished finished = run_hale(arguments);
  const std::string summary = finished.out.substr(0, finished.out.find('\n'));
  constexpr std::string_view before = "migrations ";
  const std::size_t at = summary.find(before);
  return fmt::format("{} {}{}", finished.exit_code,
                     at == std::string::npos ? summary : summary.substr(at + before.size()), finished.err);
}

/// The rows of the table, and the expected migrations_verdict().
struct Case {
  const char* rows;
  const char* migrations_verdict;
};

void check(const std::string& insert, const std::string& tables, const std::vector<std::string>& options,
           std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    CAPTURE(one.rows);
    run_sql(fmt::format("TRUNCATE {};{}{}", tables, *one.rows == '\0' ? "" : insert, one.rows));
    CHECK(migrations_verdict(options) == one.migrations_verdict);
  }
}

constexpr const char* flyway_table =
    "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200) "
    "NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL DEFAULT '', checksum int, installed_by "
    "varchar(100) NOT NULL DEFAULT 'app', installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL "
    "DEFAULT 0, success boolean NOT NULL);";
constexpr const char* sqlx_table =
    "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL DEFAULT '', installed_on "
    "timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT "
    "NULL DEFAULT -1);";
constexpr const char* efcore_table =
    "CREATE TABLE \"__EFMigrationsHistory\" (\"MigrationId\" varchar(150) PRIMARY KEY, \"ProductVersion\" varchar(32) "
    "NOT NULL);";
constexpr const char* liquibase_tables =
    "CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT "
    "NULL, dateexecuted timestamp NOT NULL DEFAULT now(), orderexecuted int NOT NULL, exectype varchar(10) NOT NULL, "
    "md5sum varchar(35), description varchar(255), comments varchar(255), tag varchar(255), liquibase varchar(20), "
    "contexts varchar(255), labels varchar(255), deployment_id varchar(10));"
    "CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL, lockgranted timestamp, lockedby "
    "varchar(255));";

}  // namespace

TEST_SUITE("Migrations by SQL") {
  TEST_CASE("flyway") {
    const TemporaryFolder folder;
    folder.write("V1__users.sql", "CREATE TABLE users (id int);\n");
    folder.write("V2_1__add_price.sql", "ALTER TABLE users\r\n  ADD price int;\r\n");
    folder.write("R__views.sql", "CREATE VIEW v AS SELECT 1;\n");
    const std::vector<std::string> options{"--migrations", "flyway:" + folder.path().string()};
    const Schema schema(flyway_table);
    check("INSERT INTO flyway_schema_history (installed_rank, version, description, type, checksum, success) VALUES ",
          "flyway_schema_history", options,
          {{"", "2 none: the table flyway_schema_history is empty, 3 expected"},
           {"(10, NULL, 'views', 'SQL', 895998086, true), (1, '1', 'users', 'SQL', 336540139, true), (2, '2.1', 'add "
            "price', 'SQL', -1313891388, true)",
            "0 ok (3 applied)"},
           {"(1, '1', 'users', 'SQL', 336540139, true)", "2 pending 2: 2.1, views"},
           {"(1, '2.1', 'add price', 'SQL', -1313891388, true), (2, NULL, 'views', 'SQL', 895998086, true)",
            "2 pending 1: 1"},
           {"(1, '2.1', '<< Flyway Baseline >>', 'BASELINE', NULL, true), (2, NULL, 'views', 'SQL', 895998086, true)",
            "0 ok (1 applied)"},
           // Rows are sorted by installed_rank as a number.
           {"(9, NULL, 'views', 'SQL', 1, true), (10, NULL, 'views', 'SQL', 895998086, true), (1, '2.1', '', "
            "'BASELINE', NULL, true)",
            "0 ok (1 applied)"},
           {"(10, NULL, 'views', 'SQL', 1, true), (9, NULL, 'views', 'SQL', 895998086, true), (1, '2.1', '', "
            "'BASELINE', NULL, true)",
            "2 pending 1: views"},
           {"(1, '1', 'users', 'SQL', 336540139, true), (2, '2.1', 'add price', 'SQL', 5, true), (3, NULL, 'views', "
            "'SQL', 895998086, true)",
            "2 error: 2.1 was changed after it was applied (checksum)"},
           {"(1, '1', 'users', 'SQL', 336540139, true), (2, '2.1', 'add price', 'SQL', -1313891388, false)",
            "2 error: 2.1 has failed"},
           {"(1, '1', 'users', 'SQL', 336540139, true), (2, '2.1', 'add price', 'SQL', -1313891388, true), (3, NULL, "
            "'views', 'SQL', 895998086, true), (4, '3', 'next', 'SQL', 1, true)",
            "0 ahead 1: 3"},
           {"(1, '1', 'users', 'SQL', 336540139, true), (2, '2.1', 'add price', 'SQL', -1313891388, true), (3, NULL, "
            "'views', 'SQL', 895998086, true), (4, '2.1', 'add price', 'UNDO_SQL', NULL, true)",
            "2 pending 1: 2.1"}});
    std::vector<std::string> strict = options;
    strict.insert(strict.end(), {"--expect", "migrations_ahead=0"});
    run_sql(
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, success) VALUES (5, '2.1', "
        "'', 'JDBC', true), (6, '4', '', 'JDBC', true)");
    CHECK(migrations_verdict(strict).starts_with("2 "));
    run_sql("ALTER TABLE flyway_schema_history RENAME TO schema_version");
    CHECK(migrations_verdict(options) == "2 none: the table flyway_schema_history does not exist, 3 expected");
    std::vector<std::string> renamed = options;
    renamed.insert(renamed.end(), {"--migrations-table", "hale_migrations.schema_version"});
    CHECK(migrations_verdict(renamed) == "0 ahead 1: 4");
  }

  TEST_CASE("sqlx") {
    const TemporaryFolder folder;
    folder.write("1_users.sql", "CREATE TABLE users (id int);\n");
    folder.write("2_price.up.sql", "ALTER TABLE users ADD price int;\n");
    folder.write("2_price.down.sql", "ALTER TABLE users DROP price;\n");
    const Schema schema(sqlx_table);
    check("INSERT INTO _sqlx_migrations (version, success, checksum) VALUES ", "_sqlx_migrations",
          {"--migrations", "sqlx:" + folder.path().string()},
          {{"", "2 none: the table _sqlx_migrations is empty, 2 expected"},
           {"(1, true, sha384(E'CREATE TABLE users (id int);\\n')), (2, true, sha384(E'ALTER TABLE users ADD price "
            "int;\\n'))",
            "0 ok (2 applied)"},
           {"(1, true, sha384(E'CREATE TABLE users (id int);\\n'))", "2 pending 1: 2"},
           {"(2, true, sha384(E'ALTER TABLE users ADD price int;\\n'))", "2 pending 1: 1"},
           {"(1, true, sha384(E'CREATE TABLE users (id int);\\n')), (2, false, sha384(E'ALTER TABLE users ADD price "
            "int;\\n'))",
            "2 error: 2 is only partially applied"},
           {"(1, true, sha384(E'CREATE TABLE users (id int);')), (2, true, sha384(E'ALTER TABLE users ADD price "
            "int;\\n'))",
            "2 error: 1 has been modified since it was applied"},
           {"(1, true, sha384(E'CREATE TABLE users (id int);\\n')), (2, true, sha384(E'ALTER TABLE users ADD price "
            "int;\\n')), (3, true, '')",
            "0 ahead 1: 3"}});
  }

  TEST_CASE("efcore") {
    const TemporaryFolder folder;
    folder.write("20240102030405_Initial.cs", "");
    folder.write("20240203040506_AddPrice.cs", "");
    folder.write("20240203040506_AddPrice.Designer.cs", "");
    const std::vector<std::string> options{"--migrations", "efcore:" + folder.path().string()};
    const Schema schema(efcore_table);
    check("INSERT INTO \"__EFMigrationsHistory\" VALUES ", "\"__EFMigrationsHistory\"", options,
          {{"", "2 none: the table __EFMigrationsHistory is empty, 2 expected"},
           {"('20240102030405_Initial', '8.0.1'), ('20240203040506_AddPrice', '8.0.1')", "0 ok (2 applied)"},
           {"('20240102030405_Initial', '8.0.1')", "2 pending 1: 20240203040506_AddPrice"},
           {"('20240203040506_AddPrice', '8.0.1')", "2 pending 1: 20240102030405_Initial"},
           {"('20240102030405_Initial', '8.0.1'), ('20240203040506_AddPrice', '8.0.1'), ('20250101000000_Next', "
            "'9.0.0')",
            "0 ahead 1: 20250101000000_Next"}});
    run_sql("ALTER TABLE \"__EFMigrationsHistory\" RENAME \"MigrationId\" TO migration_id");
    CHECK(migrations_verdict(options) == "0 ahead 1: 20250101000000_Next");
  }

  TEST_CASE("liquibase") {
    const TemporaryFolder folder;
    const std::string root = folder.write("db/changelog/db.changelog-master.yaml",
                                          "databaseChangeLog:\n"
                                          "  - changeSet: {id: 1, author: me}\n"
                                          "  - include: {file: db/changelog/users.sql}\n");
    folder.write("db/changelog/users.sql", "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n");
    const std::vector<std::string> options{"--migrations", "liquibase:" + root};
    const Schema schema(liquibase_tables);
    check(
        "INSERT INTO databasechangelog (id, author, filename, orderexecuted, exectype) VALUES ", "databasechangelog",
        options,
        {{"", "2 none: the table databasechangelog is empty, 2 expected"},
         {"('1', 'me', 'db/changelog/db.changelog-master.yaml', 1, 'EXECUTED'), ('1', 'me', 'db/changelog/users.sql', "
          "2, 'MARK_RAN')",
          "0 ok (2 applied)"},
         {"('1', 'me', 'classpath:db/changelog/db.changelog-master.yaml', 1, 'EXECUTED')",
          "2 pending 1: db/changelog/users.sql::1::me"},
         {"('1', 'me', 'db/changelog/users.sql', 1, 'EXECUTED')",
          "2 pending 1: db/changelog/db.changelog-master.yaml::1::me"},
         {"('1', 'me', 'db/changelog/db.changelog-master.yaml', 1, 'EXECUTED'), ('1', 'me', 'db/changelog/users.sql', "
          "2, 'RERAN'), ('2', 'me', 'db/changelog/users.sql', 3, 'EXECUTED')",
          "0 ahead 1: db/changelog/users.sql::2::me"}});
    const auto locked = [&](const std::string& since) {
      run_sql("TRUNCATE databasechangeloglock; INSERT INTO databasechangeloglock VALUES (1, " + since + ", 'web1')");
      return migrations_verdict(options);
    };
    CHECK(locked("false, NULL") == "0 ahead 1: db/changelog/users.sql::2::me");
    CHECK(locked("true, localtimestamp - interval '4 minutes'") == "0 ahead 1: db/changelog/users.sql::2::me");
    const std::string stuck = "2 error: databasechangeloglock is locked: a migration is running or was interrupted";
    CHECK(locked("true, localtimestamp - interval '6 minutes'") == stuck);
    CHECK(locked("true, NULL") == stuck);
  }

  TEST_CASE("Without a table, and nothing in the log") {
    const TemporaryFolder folder;
    folder.write("flyway/V1__a.sql", "");
    folder.write("sqlx/1_a.sql", "");
    folder.write("efcore/20240102030405_Initial.cs", "");
    folder.write("liquibase/a.sql", "SELECT 1;");
    const Schema schema("");
    const std::string before = read_file(server("PG_LOG"));
    for (const auto& [tool, table] :
         {std::pair("flyway", "flyway_schema_history"), std::pair("sqlx", "_sqlx_migrations"),
          std::pair("efcore", "__EFMigrationsHistory"), std::pair("liquibase", "databasechangelog")}) {
      CHECK(migrations_verdict({"--migrations", fmt::format("{}:{}", tool, folder / tool)}) ==
            fmt::format("2 none: the table {} does not exist, 1 expected", table));
    }
    CHECK(migrations_verdict({"--query", "select 1"}).starts_with("0 "));
    CHECK(read_file(server("PG_LOG")) == before);
  }
}

}  // namespace hale::testing
