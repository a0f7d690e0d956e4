#include "probes/postgres/migrations.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/probes/observed.hpp"
#include "tests/probes/postgres/wire.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using namespace postgres;

const std::string look =
    "SELECT (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = h AND attnum > 0 AND NOT "
    "attisdropped), has_table_privilege(h, 'SELECT'), has_table_privilege(l, 'SELECT') FROM (SELECT "
    "to_regclass('\"schema_migrations\"')::oid AS h, NULL::oid AS l) AS t";
const std::string all =
    "SELECT json_agg(json_build_array(\"version\"::text) ORDER BY \"version\"), 0 FROM \"schema_migrations\"";

const std::string found = one_row({R"(["version"])", "t", std::nullopt});

/// What a database says that answers the questions behind SELECT 1 so, of three migrations.
std::string asking(const std::vector<Exchange>& exchanges, const std::vector<std::string>& options = {}) {
  const TemporaryFolder folder;
  const std::string manifest = folder.write("manifest", "20240101\n20240102\n20240103\n");
  std::vector<Exchange> whole{{"SELECT 1", rows({"1"})}};
  whole.insert(whole.end(), exchanges.begin(), exchanges.end());
  FakeServer server(conversation(logged_in, whole));
  std::vector<std::string> words{fmt::format("postgres://app@{}/app?sslmode=disable", server.endpoint()),
                                 "--migrations", "dbmate:" + manifest};
  words.insert(words.end(), options.begin(), options.end());
  const Result result = probe_one(words);
  CHECK(server.problem() == "");
  std::string text = fmt::format("{}: {}\n", word(result.state), result.message);
  for (const JudgedMetric& judged : result.metrics) {
    if (judged.metric.name.starts_with("migrations_"))
      text += fmt::format("{} {}\n", judged.metric.name, plain(judged.metric.quantity.value));
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

const std::string not_read =
    "no migrations_pending: the history of migrations could not be read\n"
    "no migrations_applied: the history of migrations could not be read\n"
    "no migrations_ahead: the history of migrations could not be read\n";

}  // namespace

TEST_SUITE("postgres: migrations") {
  TEST_CASE("all are applied") {
    CHECK(asking({{look, found}, {all, one_row({R"([["20240101"],["20240102"],["20240103"]])", "0"})}}) ==
          "ok: PostgreSQL 15.6, primary, migrations ok (3 applied)\n" + counts(0, 3, 0) + "migrations=ok\n");
  }

  TEST_CASE("some are pending") {
    CHECK(asking({{look, found}, {all, one_row({R"([["20240101"]])", "0"})}}) ==
          "critical: migrations pending 2: 20240102, 20240103\n" + counts(2, 1, 0) + "migrations=pending\n");
  }

  TEST_CASE("the database is ahead") {
    const std::vector<Exchange> exchanges{
        {look, found}, {all, one_row({R"([["20240101"],["20240102"],["20240103"],["20250101"]])", "0"})}};
    const std::string reported = "PostgreSQL 15.6, primary, migrations ahead 1: 20250101";
    CHECK(asking(exchanges) == "ok: " + reported + "\n" + counts(0, 3, 1) + "migrations=ahead\n");
    CHECK(asking(exchanges, {"--expect", "migrations_ahead=0"}) == "critical: " + reported +
                                                                       ", but migrations_ahead is 1, expected 0\n" +
                                                                       counts(0, 3, 1) + "migrations=ahead\n");
    CHECK(asking(exchanges, {"--prefer", "migrations=ok"}) ==
          "warning: " + reported + ", but migrations is ahead, expected ok\n" + counts(0, 3, 1) + "migrations=ahead\n");
  }

  TEST_CASE("a condition on the state takes the place of the kind's own judgement") {
    CHECK(asking({{look, found}, {all, one_row({R"([["20240101"]])", "0"})}}, {"-e", "migrations=ok,ahead,pending"}) ==
          "ok: PostgreSQL 15.6, primary\n" + counts(2, 1, 0) + "migrations=pending\n");
  }

  TEST_CASE("there is no table, or nothing in it") {
    CHECK(asking({{look, one_row({std::nullopt, std::nullopt, std::nullopt})}}) ==
          "critical: migrations none: there is no table schema_migrations, 3 expected\n" + counts(3, 0, 0) +
              "migrations=none\n");
    CHECK(asking({{look, found}, {all, one_row({std::nullopt, "0"})}}) ==
          "critical: migrations none: the table schema_migrations is empty, 3 expected\n" + counts(3, 0, 0) +
              "migrations=none\n");
  }

  TEST_CASE("the table may not be read, or is another's") {
    CHECK(asking({{look, one_row({R"(["version"])", "f", std::nullopt})}}) ==
          "critical: migrations error: this role may not read schema_migrations\nmigrations=error\n" + not_read);
    CHECK(asking({{look, one_row({R"(["id","name"])", "t", std::nullopt})}}) ==
          "critical: migrations error: schema_migrations with the columns id, name is not of dbmate, which has "
          "version\nmigrations=error\n" +
              not_read);
    CHECK(asking({{look, found}, {all, error("ERROR", "42P01", "relation does not exist") + ready}}) ==
          "critical: migrations error: relation does not exist (42P01)\nmigrations=error\n" + not_read);
    CHECK(asking({{look, error("ERROR", "42501", "permission denied for schema audit") + ready}}) ==
          "critical: migrations error: permission denied for schema audit (42501)\nmigrations=error\n" + not_read);
  }

  TEST_CASE("a table and a schema of the user's") {
    const std::string quoted_look =
        fmt::format("{}to_regclass('\"it''s\".\"a\"\"b\"')::oid{}", look.substr(0, look.find("to_regclass")),
                    look.substr(look.find(" AS h")));
    CHECK(asking(
              {{quoted_look, found},
               {"SELECT json_agg(json_build_array(\"version\"::text) ORDER BY \"version\"), 0 FROM \"it's\".\"a\"\"b\"",
                one_row({R"([["20240101"],["20240102"],["20240103"]])", "0"})}},
              {"--migrations-table", "\"it's\".\"a\"\"b\""})
              .starts_with("ok: PostgreSQL 15.6, primary, migrations ok (3 applied)\n"));
  }

  TEST_CASE("nonsense") {
    for (const std::string answer : {"{}", "[1]", "[[\"1\"", "", "[{\"a\":1}]"}) {
      CHECK(asking({{look, found}, {all, one_row({answer, "0"})}})
                .starts_with("critical: ask: the history of migrations is no list of rows\n"));
    }
    CHECK(
        asking({{look, one_row({"t"})}})
            .starts_with("critical: ask: the question for the history of migrations has an answer of another shape\n"));
    CHECK(asking({{look, one_row({"7", "t", std::nullopt})}})
              .starts_with("critical: ask: the history of migrations is no list of rows\n"));
  }

  TEST_CASE("rows that say nothing") {
    CHECK(asking({{look, found}, {all, one_row({R"([[null],[],["20240101"]])", "0"})}}) ==
          "critical: migrations pending 2: 20240102, 20240103\n" + counts(2, 1, 0) + "migrations=pending\n");
  }
}

}  // namespace hale::testing
