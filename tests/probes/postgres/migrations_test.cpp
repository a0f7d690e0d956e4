#include "probes/postgres/migrations.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/probes/postgres/wire.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using namespace postgres;

const std::string catalog =
    "SELECT (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = h AND attnum > 0 AND NOT "
    "attisdropped), has_table_privilege(h, 'SELECT'), has_table_privilege(l, 'SELECT') FROM (SELECT "
    "to_regclass('\"schema_migrations\"')::oid AS h, NULL::oid AS l) AS t";
const std::string rows_query =
    "SELECT json_agg(json_build_array(\"version\"::text) ORDER BY \"version\"), 0 FROM \"schema_migrations\"";

const std::string table_exists = one_row({R"(["version"])", "t", std::nullopt});

/// The result for a database that has `exchanges` after SELECT 1, when three migrations are expected.
std::string migrations_result(const std::vector<Exchange>& exchanges, const std::vector<std::string>& options = {}) {
  const TemporaryFolder folder;
  const std::string manifest = folder.write("manifest", "20240101\n20240102\n20240103\n");
  std::vector<Exchange> all_exchanges{{"SELECT 1", rows({"1"})}};
  all_exchanges.insert(all_exchanges.end(), exchanges.begin(), exchanges.end());
  FakeServer server(conversation(logged_in, all_exchanges));
  std::vector<std::string> arguments{fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint()),
                                     "--migrations", "dbmate:" + manifest};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Result result = probe_one(arguments);
  CHECK(server.problem() == "");
  std::string text = fmt::format("{}: {}\n", to_string(result.state), result.message);
  for (const JudgedMetric& judged : result.metrics) {
    if (judged.metric.name.starts_with("migrations_"))
      text += fmt::format("{} {}\n", judged.metric.name, format_decimal(judged.metric.quantity.value));
  }
  for (const Fact& fact : result.facts) {
    if (fact.name == "migrations") text += fmt::format("migrations={}\n", fact.text);
  }
  for (const Note& note : result.notes) text += fmt::format("no {}: {}\n", note.about, note.why);
  return text;
}

std::string counts(int pending, int applied, int ahead) {
  return fmt::format("migrations_pending {}\nmigrations_applied {}\nmigrations_ahead {}\n", pending, applied, ahead);
}

const std::string unread_counts =
    "no migrations_pending: the migration history could not be read\n"
    "no migrations_applied: the migration history could not be read\n"
    "no migrations_ahead: the migration history could not be read\n";

}  // namespace

TEST_SUITE("postgres: migrations") {
  TEST_CASE("all are applied") {
    CHECK(migrations_result(
              {{catalog, table_exists}, {rows_query, one_row({R"([["20240101"],["20240102"],["20240103"]])", "0"})}}) ==
          "ok: PostgreSQL 15.6, primary, migrations ok (3 applied)\n" + counts(0, 3, 0) + "migrations=ok\n");
  }

  TEST_CASE("some are pending") {
    CHECK(migrations_result({{catalog, table_exists}, {rows_query, one_row({R"([["20240101"]])", "0"})}}) ==
          "critical: migrations pending 2: 20240102, 20240103\n" + counts(2, 1, 0) + "migrations=pending\n");
  }

  TEST_CASE("the database is ahead") {
    const std::vector<Exchange> exchanges{
        {catalog, table_exists},
        {rows_query, one_row({R"([["20240101"],["20240102"],["20240103"],["20250101"]])", "0"})}};
    const std::string reported = "PostgreSQL 15.6, primary, migrations ahead 1: 20250101";
    CHECK(migrations_result(exchanges) == "ok: " + reported + "\n" + counts(0, 3, 1) + "migrations=ahead\n");
    CHECK(migrations_result(exchanges, {"--expect", "migrations_ahead=0"}) ==
          "critical: " + reported + ", but migrations_ahead is 1, expected 0\n" + counts(0, 3, 1) +
              "migrations=ahead\n");
    CHECK(migrations_result(exchanges, {"--prefer", "migrations=ok"}) ==
          "warning: " + reported + ", but migrations is ahead, expected ok\n" + counts(0, 3, 1) + "migrations=ahead\n");
  }

  TEST_CASE("a condition on the fact migrations replaces the claim") {
    CHECK(migrations_result({{catalog, table_exists}, {rows_query, one_row({R"([["20240101"]])", "0"})}},
                            {"-e", "migrations=ok,ahead,pending"}) ==
          "ok: PostgreSQL 15.6, primary\n" + counts(2, 1, 0) + "migrations=pending\n");
  }

  TEST_CASE("the table does not exist or is empty") {
    CHECK(migrations_result({{catalog, one_row({std::nullopt, std::nullopt, std::nullopt})}}) ==
          "critical: migrations none: the table schema_migrations does not exist, 3 expected\n" + counts(3, 0, 0) +
              "migrations=none\n");
    CHECK(migrations_result({{catalog, table_exists}, {rows_query, one_row({std::nullopt, "0"})}}) ==
          "critical: migrations none: the table schema_migrations is empty, 3 expected\n" + counts(3, 0, 0) +
              "migrations=none\n");
  }

  TEST_CASE("the table may not be read, or belongs to another tool") {
    CHECK(migrations_result({{catalog, one_row({R"(["version"])", "f", std::nullopt})}}) ==
          "critical: migrations error: this role may not read schema_migrations\nmigrations=error\n" + unread_counts);
    CHECK(
        migrations_result({{catalog, one_row({R"(["id","name"])", "t", std::nullopt})}}) ==
        "critical: migrations error: schema_migrations with the columns id, name does not belong to dbmate, which has "
        "version\nmigrations=error\n" +
            unread_counts);
    CHECK(migrations_result({{catalog, table_exists},
                             {rows_query, error("ERROR", "42P01", "relation does not exist") + ready_for_query}}) ==
          "critical: migrations error: relation does not exist (42P01)\nmigrations=error\n" + unread_counts);
    CHECK(migrations_result(
              {{catalog, error("ERROR", "42501", "permission denied for schema audit") + ready_for_query}}) ==
          "critical: migrations error: permission denied for schema audit (42501)\nmigrations=error\n" + unread_counts);
  }

  TEST_CASE("--migrations-table with a schema") {
    const std::string quoted_catalog =
        fmt::format("{}to_regclass('\"it''s\".\"a\"\"b\"')::oid{}", catalog.substr(0, catalog.find("to_regclass")),
                    catalog.substr(catalog.find(" AS h")));
    CHECK(migrations_result(
              {{quoted_catalog, table_exists},
               {"SELECT json_agg(json_build_array(\"version\"::text) ORDER BY \"version\"), 0 FROM \"it's\".\"a\"\"b\"",
                one_row({R"([["20240101"],["20240102"],["20240103"]])", "0"})}},
              {"--migrations-table", "\"it's\".\"a\"\"b\""})
              .starts_with("ok: PostgreSQL 15.6, primary, migrations ok (3 applied)\n"));
  }

  TEST_CASE("malformed answers") {
    for (const std::string answer : {"{}", "[1]", "[[\"1\"", "", "[{\"a\":1}]"}) {
      CHECK(migrations_result({{catalog, table_exists}, {rows_query, one_row({answer, "0"})}})
                .starts_with("critical: ask: the migration history is not a list of rows\n"));
    }
    CHECK(migrations_result({{catalog, one_row({"t"})}})
              .starts_with(
                  "critical: ask: the query for the migration history returned an unexpected number of columns\n"));
    CHECK(migrations_result({{catalog, one_row({"7", "t", std::nullopt})}})
              .starts_with("critical: ask: the migration history is not a list of rows\n"));
  }

  TEST_CASE("rows without values") {
    CHECK(migrations_result({{catalog, table_exists}, {rows_query, one_row({R"([[null],[],["20240101"]])", "0"})}}) ==
          "critical: migrations pending 2: 20240102, 20240103\n" + counts(2, 1, 0) + "migrations=pending\n");
  }
}

}  // namespace hale::testing
