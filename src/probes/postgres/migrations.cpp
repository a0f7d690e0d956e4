#include "probes/postgres/migrations.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hale {
namespace {

using Json = nlohmann::json;

std::string doubled(std::string_view text, char quote) {
  std::string all(1, quote);
  for (const char c : text) all.append(c == quote ? 2 : 1, c);
  return all + quote;
}

std::string identifier(std::string_view name) { return doubled(name, '"'); }

std::string literal(std::string_view text) { return doubled(text, '\''); }

std::string identifier(const TableName& table) {
  return (table.schema.empty() ? "" : identifier(table.schema) + ".") + identifier(table.table);
}

/// The table that says whether a migration is running.
TableName lock_of(const MigrationHistory& history) {
  return {history.table.schema, history.table.table + std::string(history.tool->lock_suffix)};
}

/// Asks what there is of the history: the table's columns, whether this role may read it, and the same of its lock.
std::string catalog_question(const MigrationHistory& history) {
  const std::string lock = history.tool->lock_suffix.empty()
                               ? "NULL"
                               : fmt::format("to_regclass({})", literal(identifier(lock_of(history))));
  return fmt::format(
      "SELECT (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = h AND attnum > 0 AND NOT "
      "attisdropped), has_table_privilege(h, 'SELECT'), has_table_privilege(l, 'SELECT') FROM (SELECT "
      "to_regclass({})::oid AS h, {}::oid AS l) AS t",
      literal(identifier(history.table)), lock);
}

/// Asks whether the lock is taken, and by none who may be running a migration right now.
std::string lock_question(const MigrationHistory& history) {
  const MigrationTool& tool = *history.tool;
  const std::string since =
      tool.lock_since.empty()
          ? ""
          : fmt::format(" AND coalesce({} < localtimestamp - interval '5 minutes', true)", identifier(tool.lock_since));
  return fmt::format("(SELECT count(*) FROM {} WHERE {}::text IN ('1', 'true'){})", identifier(lock_of(history)),
                     identifier(tool.lock_column), since);
}

/// Asks for all rows in one, and whether the lock is taken.
std::string rows_question(const MigrationHistory& history, const std::vector<std::string>& columns, bool with_lock) {
  std::string list;
  for (const std::string& column : columns)
    list += fmt::format("{}{}::text", list.empty() ? "" : ", ", identifier(column));
  const std::string order =
      history.tool->order.empty() ? "" : fmt::format(" ORDER BY {}", identifier(history.tool->order));
  return fmt::format("SELECT json_agg(json_build_array({}){}), {} FROM {}", list, order,
                     with_lock ? lock_question(history) : "0", identifier(history.table));
}

/// Texts, and nothing for null. Throws Unhealthy for what is no list of them.
MigrationRow texts_of(const Json& list) {
  MigrationRow row;
  if (!list.is_array()) throw Unhealthy("the history of migrations is no list of rows");
  for (const Json& value : list)
    row.push_back(value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt);
  return row;
}

Json parsed(const std::optional<std::string>& text) {
  return text ? Json::parse(*text, nullptr, false) : Json::array();
}

MigrationFindings refused(std::string why) {
  MigrationFindings findings;
  findings.compared = false;
  findings.errors.push_back(std::move(why));
  return findings;
}

PostgresRow row_of(const PostgresAnswer& answer, std::size_t columns) {
  if (!answer.row || answer.row->size() != columns)
    throw Unhealthy("the question for the history of migrations has an answer of another shape");
  return *answer.row;
}

State cost(MigrationState state) { return state >= MigrationState::pending ? State::critical : State::ok; }

}  // namespace

Task<MigrationFindings> look_into_history(ProbeContext& context, PostgresConnection& postgres,
                                          const MigrationHistory& history) {
  const PostgresAnswer catalog = co_await postgres.ask(context, catalog_question(history));
  if (!catalog.refusal.empty()) co_return refused(catalog.refusal);
  const PostgresRow known = row_of(catalog, 3);
  if (!known[1]) co_return history.without_table();
  if (known[1] != "t") co_return refused(fmt::format("this role may not read {}", history.table.shown()));
  std::vector<std::string> columns;
  for (const auto& column : texts_of(parsed(known[0]))) columns.push_back(column.value_or(""));
  if (const std::string mistaken = history.mistaken(columns); !mistaken.empty()) co_return refused(mistaken);
  const PostgresAnswer answer =
      co_await postgres.ask(context, rows_question(history, history.chosen(columns), known[2] == "t"));
  if (!answer.refusal.empty()) co_return refused(answer.refusal);
  const PostgresRow reported = row_of(answer, 2);
  std::vector<MigrationRow> rows;
  const Json list = parsed(reported[0]);
  if (!list.is_array()) throw Unhealthy("the history of migrations is no list of rows");
  for (const Json& one : list) {
    rows.push_back(texts_of(one));
    rows.back().resize(history.tool->columns.size());
  }
  co_return history.compare(rows, reported[1].value_or("0") != "0");
}

void record_migrations(const std::vector<MigrationHistory>& histories, const std::vector<MigrationFindings>& findings,
                       Observation& observation) {
  std::size_t pending = 0;
  std::size_t applied = 0;
  std::size_t ahead = 0;
  MigrationState state = MigrationState::ok;
  bool compared = true;
  std::string well;
  std::string unwell;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const MigrationFindings& found = findings[i];
    pending += found.pending.size();
    applied += found.applied;
    ahead += found.ahead.size();
    state = std::max(state, found.state());
    compared = compared && found.compared;
    const std::string who = findings.size() == 1 ? "migrations" : fmt::format("{} migrations", histories[i].tool->name);
    std::string& sentence = cost(found.state()) == State::ok ? well : unwell;
    sentence += fmt::format("{}{} {}", sentence.empty() ? "" : ", ", who, found.message());
    if (findings.size() > 1) observation.components.push_back(Component{who, cost(found.state()), found.message()});
  }
  if (!well.empty()) observation.summary += ", " + well;
  if (!unwell.empty()) observation.claims.push_back(Claim{cost(state), unwell, "migrations"});
  observation.facts.push_back(Fact{"migrations", std::string(word(state))});
  for (const auto& [name, count] : {std::pair("migrations_pending", pending), std::pair("migrations_applied", applied),
                                    std::pair("migrations_ahead", ahead)}) {
    if (compared) {
      observation.metrics.push_back(Metric{name, Quantity{static_cast<double>(count)}});
    } else {
      observation.notes.push_back(Note{name, "the history of migrations could not be read"});
    }
  }
}

}  // namespace hale
