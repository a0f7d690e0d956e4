#include "probes/postgres/migrations.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hale {
namespace {

using Json = nlohmann::json;

/// `text` in quotes, with the quotes in it doubled (SQL standard).
std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) result.append(c == quote ? 2 : 1, c);
  return result + quote;
}

std::string identifier(std::string_view name) { return quoted(name, '"'); }

std::string literal(std::string_view text) { return quoted(text, '\''); }

std::string identifier(const TableName& table) {
  return (table.schema.empty() ? "" : identifier(table.schema) + ".") + identifier(table.table);
}

/// The table in which the tool marks that a migration is running.
TableName lock_table(const MigrationHistory& history) {
  return {history.table.schema, history.table.table + std::string(history.tool->lock_suffix)};
}

/// Returns a row: the history table's columns as a JSON list, whether this role may read the table, and the same for
/// the lock table. All are NULL for a table that does not exist: unlike a SELECT on it, to_regclass() is no error then.
std::string catalog_query(const MigrationHistory& history) {
  const std::string lock_oid = history.tool->lock_suffix.empty()
                                   ? "NULL"
                                   : fmt::format("to_regclass({})", literal(identifier(lock_table(history))));
  return fmt::format(
      "SELECT (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = h AND attnum > 0 AND NOT "
      "attisdropped), has_table_privilege(h, 'SELECT'), has_table_privilege(l, 'SELECT') FROM (SELECT "
      "to_regclass({})::oid AS h, {}::oid AS l) AS t",
      literal(identifier(history.table)), lock_oid);
}

/// Counts the rows that show a stuck lock. A lock that has been held for less than five minutes does not count, for a
/// tool that records the time: a migration is probably running.
std::string lock_query(const MigrationHistory& history) {
  const MigrationTool& tool = *history.tool;
  const std::string since =
      tool.lock_since.empty()
          ? ""
          : fmt::format(" AND coalesce({} < localtimestamp - interval '5 minutes', true)", identifier(tool.lock_since));
  return fmt::format("(SELECT count(*) FROM {} WHERE {}::text IN ('1', 'true'){})", identifier(lock_table(history)),
                     identifier(tool.lock_column), since);
}

/// Returns one row: all rows of the history as a JSON list of lists, because PostgresConnection::query() returns only
/// one row, and the result of lock_query(), or 0.
std::string rows_query(const MigrationHistory& history, const std::vector<std::string>& columns, bool with_lock) {
  std::string selected;
  for (const std::string& column : columns)
    selected += fmt::format("{}{}::text", selected.empty() ? "" : ", ", identifier(column));
  const std::string order =
      history.tool->order.empty() ? "" : fmt::format(" ORDER BY {}", identifier(history.tool->order));
  return fmt::format("SELECT json_agg(json_build_array({}){}), {} FROM {}", selected, order,
                     with_lock ? lock_query(history) : "0", identifier(history.table));
}

[[noreturn]] void throw_not_a_list() { throw Unhealthy("the migration history is not a list of rows"); }

/// The texts in a JSON list, nullopt for null. Throws Unhealthy when `list` is not a list.
MigrationRow parse_row(const Json& list) {
  MigrationRow row;
  if (!list.is_array()) throw_not_a_list();
  for (const Json& value : list)
    row.push_back(value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt);
  return row;
}

Json parse_list(const std::optional<std::string>& text) {
  return text ? Json::parse(*text, nullptr, false) : Json::array();
}

/// Findings without a comparison, because of `error`.
MigrationFindings failed_findings(std::string error) {
  MigrationFindings findings;
  findings.compared = false;
  findings.errors.push_back(std::move(error));
  return findings;
}

/// The row of `result`. Throws Unhealthy unless it has exactly `columns` columns.
PostgresRow check_row(const PostgresResult& result, std::size_t columns) {
  if (!result.row || result.row->size() != columns)
    throw Unhealthy("the query for the migration history returned an unexpected number of columns");
  return *result.row;
}

State target_state(MigrationState state) { return state >= MigrationState::pending ? State::critical : State::ok; }

}  // namespace

Task<MigrationFindings> query_history(ProbeContext& context, PostgresConnection& postgres,
                                      const MigrationHistory& history) {
  const PostgresResult catalog = co_await postgres.query(context, catalog_query(history));
  if (!catalog.error.empty()) co_return failed_findings(catalog.error);
  const PostgresRow catalog_row = check_row(catalog, 3);
  if (!catalog_row[1]) co_return history.compare_without_table();
  if (catalog_row[1] != "t")
    co_return failed_findings(fmt::format("this role may not read {}", history.table.to_string()));
  std::vector<std::string> columns;
  for (const auto& column : parse_row(parse_list(catalog_row[0]))) columns.push_back(column.value_or(""));
  if (const auto mismatch = history.find_mismatch(columns)) co_return failed_findings(*mismatch);
  const std::string sql = rows_query(history, history.select_columns(columns), catalog_row[2] == "t");
  const PostgresResult result = co_await postgres.query(context, sql);
  if (!result.error.empty()) co_return failed_findings(result.error);
  const PostgresRow row = check_row(result, 2);
  std::vector<MigrationRow> rows;
  const Json list = parse_list(row[0]);
  if (!list.is_array()) throw_not_a_list();
  for (const Json& item : list) {
    rows.push_back(parse_row(item));
    rows.back().resize(history.tool->columns.size());
  }
  co_return history.compare(rows, row[1].value_or("0") != "0");
}

void record_migrations(const std::vector<MigrationHistory>& histories, const std::vector<MigrationFindings>& findings,
                       Observation& observation) {
  std::size_t pending = 0;
  std::size_t applied = 0;
  std::size_t ahead = 0;
  MigrationState state = MigrationState::ok;
  bool compared = true;
  std::string healthy;
  std::string unhealthy;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const MigrationFindings& found = findings[i];
    pending += found.pending.size();
    applied += found.applied;
    ahead += found.ahead.size();
    state = std::max(state, found.state());
    compared = compared && found.compared;
    const std::string label =
        findings.size() == 1 ? "migrations" : fmt::format("{} migrations", histories[i].tool->name);
    std::string& sentence = target_state(found.state()) == State::ok ? healthy : unhealthy;
    sentence += fmt::format("{}{} {}", sentence.empty() ? "" : ", ", label, found.message());
    if (findings.size() > 1)
      observation.components.push_back(Component{label, target_state(found.state()), found.message()});
  }
  if (!healthy.empty()) observation.summary += ", " + healthy;
  if (!unhealthy.empty()) observation.claims.push_back(Claim{target_state(state), unhealthy, "migrations"});
  observation.facts.push_back(Fact{"migrations", std::string(to_string(state))});
  for (const auto& [name, count] : {std::pair("migrations_pending", pending), std::pair("migrations_applied", applied),
                                    std::pair("migrations_ahead", ahead)}) {
    if (compared) {
      observation.metrics.push_back(Metric{name, Quantity{static_cast<double>(count)}});
    } else {
      observation.notes.push_back(Note{name, "the migration history could not be read"});
    }
  }
}

}  // namespace hale
