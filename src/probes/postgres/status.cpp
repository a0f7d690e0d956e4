#include "probes/postgres/status.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/number.hpp"
#include "core/quantity.hpp"

namespace hale {
namespace {

constexpr auto standby_names = std::to_array<std::string_view>({"link", "lag", "lag_bytes"});
constexpr auto replica_names = std::to_array<std::string_view>({"replicas", "replica_lag", "replica_lag_bytes"});
constexpr auto connection_names = std::to_array<std::string_view>({"connections", "connections_used"});

// The queries call the functions that PostgreSQL's statistics views are made of: planning a view costs a new session a
// millisecond more. pg_stat_get_wal_receiver() returns a row of NULLs when there is no receiver, or none that has
// reached the primary. latest_end_lsn is the position that the primary last reported, which is ahead of what has been
// received as long as the network is the bottleneck.
constexpr std::string_view standby_part =
    "(SELECT pg_is_in_recovery(), pid IS NOT NULL, status, target, pg_wal_lsn_diff(target, pg_last_wal_replay_lsn()), "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) FROM (SELECT pid, status, "
    "greatest(latest_end_lsn, pg_last_wal_receive_lsn()) AS target FROM pg_stat_get_wal_receiver()) AS r) AS standby";
constexpr std::size_t standby_columns = 6;

// A base backup and pg_receivewal are WAL receivers too, but have no replay_lsn. A role without pg_monitor sees the
// rows with all columns NULL; `state` is never NULL otherwise.
constexpr std::string_view replicas_part =
    "(SELECT count(*) FILTER (WHERE state IS NULL), count(replay_lsn), max(CASE WHEN replay_lsn < here THEN "
    "coalesce(extract(epoch FROM replay_lag), 0) WHEN replay_lsn >= here THEN 0 END), max(greatest(0, "
    "pg_wal_lsn_diff(here, replay_lsn))) FROM pg_stat_get_wal_senders(), (SELECT CASE WHEN pg_is_in_recovery() THEN "
    "pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS here) AS h) AS replicas";

// reserved_connections is new in PostgreSQL 16. The backend_type of other roles' sessions is NULL for a role without
// pg_monitor, but most processes that are not client backends have no database or no user.
constexpr std::string_view connections_part =
    "(SELECT count(*) FILTER (WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND coalesce(backend_type, 'client "
    "backend') = 'client backend'), current_setting('max_connections')::integer - "
    "current_setting('superuser_reserved_connections')::integer - coalesce(current_setting('reserved_connections', "
    "true), '0')::integer FROM pg_stat_get_activity(NULL)) AS connections";

constexpr std::string_view hidden = "hidden from this role, which is not a member of pg_monitor";
constexpr std::string_view not_reported = "the server does not report it";
constexpr double max_unchecked_age = 1;  // seconds; a smaller lag needs no replay_query()

/// Reads the columns of a row in order.
class Columns {
 public:
  Columns(const PostgresRow& row, std::size_t first) : row_(row), next_(first) {}

  std::optional<std::string> text() { return next_ < row_.size() ? row_[next_++] : std::nullopt; }

  std::optional<double> number() {
    const std::optional<std::string> column = text();
    return column ? parse_number(*column) : std::nullopt;
  }

  bool boolean() { return text() == "t"; }

 private:
  const PostgresRow& row_;
  std::size_t next_;
};

bool contains_any(const std::vector<std::string_view>& requested, std::span<const std::string_view> names) {
  return std::any_of(requested.begin(), requested.end(),
                     [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); });
}

void add_notes(std::span<const std::string_view> names, std::string_view why, Observation& observation) {
  for (const std::string_view name : names) observation.notes.push_back(Note{std::string(name), std::string(why)});
}

void add_metric(std::string_view name, double value, Unit unit, Observation& observation) {
  observation.metrics.push_back(Metric{std::string(name), Quantity{std::max(value, 0.0), unit}});
}

void record_lag(std::optional<double> lag, Observation& observation) {
  if (lag) {
    add_metric("lag", *lag, Unit::seconds, observation);
  } else {
    observation.notes.push_back(Note{"lag", "no transaction has been replayed since the server started"});
  }
}

void record_replicas(Columns& columns, Observation& observation) {
  const bool any_hidden = columns.number().value_or(0) > 0;
  const std::optional<double> count = columns.number();
  const std::optional<double> lag = columns.number();
  const std::optional<double> bytes = columns.number();
  if (any_hidden || !count) return add_notes(replica_names, hidden, observation);
  add_metric("replicas", *count, Unit::none, observation);
  if (!lag || !bytes) return add_notes(std::span(replica_names).subspan(1), "no replica is connected", observation);
  add_metric("replica_lag", *lag, Unit::seconds, observation);
  add_metric("replica_lag_bytes", *bytes, Unit::bytes, observation);
}

void record_connections(Columns& columns, Observation& observation) {
  const std::optional<double> count = columns.number();
  const std::optional<double> max = columns.number();
  if (!count || !max || *max <= 0) return add_notes(connection_names, not_reported, observation);
  add_metric("connections", *count, Unit::none, observation);
  add_metric("connections_used", 100 * *count / *max, Unit::percent, observation);
}

}  // namespace

StatusQueries StatusQueries::for_names(const std::vector<std::string_view>& requested) {
  return {.replicas = contains_any(requested, replica_names), .connections = contains_any(requested, connection_names)};
}

std::string PostgresStandby::link() const {
  return has_receiver && receiver.value_or("streaming") == "streaming" ? "streaming" : "down";
}

bool PostgresStandby::needs_replay_check() const {
  return link() == "streaming" && receiver && bytes_behind.value_or(0) > 0 &&
         transaction_age.value_or(0) > max_unchecked_age;
}

std::string status_query(const StatusQueries& parts) {
  std::string tables;
  const auto add = [&](bool included, std::string_view part) {
    if (included) tables += fmt::format("{}{}", tables.empty() ? "" : ", ", part);
  };
  add(parts.standby, standby_part);
  add(parts.replicas, replicas_part);
  add(parts.connections, connections_part);
  return "SELECT * FROM " + tables;
}

std::string replay_query(const std::string& target) {
  return fmt::format("SELECT pg_last_wal_replay_lsn() >= '{}' FROM pg_sleep({})", target, replay_wait);
}

std::optional<PostgresStandby> read_standby(const StatusQueries& parts, const PostgresRow& row) {
  if (!parts.standby || row.size() < standby_columns || !row[0]) return std::nullopt;
  Columns columns(row, 0);
  PostgresStandby standby;
  standby.in_recovery = columns.boolean();
  standby.has_receiver = columns.boolean();
  standby.receiver = columns.text();
  standby.target = columns.text().value_or("");
  standby.bytes_behind = columns.number();
  standby.transaction_age = columns.number();
  // It becomes part of replay_query(), so a hostile server must not inject SQL.
  if (standby.target.find_first_not_of("0123456789ABCDEF/") != std::string::npos) return std::nullopt;
  return standby;
}

void record_standby(const PostgresStandby& standby, bool caught_up, Observation& observation) {
  const std::string link = standby.link();
  observation.facts.push_back(Fact{"link", link});
  if (link == "down") {
    const std::string receiver = standby.has_receiver ? standby.receiver.value_or("") : "none";
    observation.claims.push_back(
        Claim{State::critical, fmt::format("the standby receives no WAL from its primary (WAL receiver: {})", receiver),
              "link"});
    record_lag(standby.transaction_age, observation);
    observation.notes.push_back(Note{"lag_bytes", "unknown while the link is down"});
    return;
  }
  if (!standby.receiver || !standby.bytes_behind)
    return add_notes(std::span(standby_names).subspan(1), hidden, observation);
  // Each is an upper bound. Without WAL to replay there is no lag, however old the last transaction is. What was
  // replayed within the wait of replay_query() was late by no more than that.
  const std::optional<double> max_lag = caught_up ? replay_wait : standby.transaction_age;
  record_lag(*standby.bytes_behind <= 0 ? 0 : max_lag, observation);
  add_metric("lag_bytes", *standby.bytes_behind, Unit::bytes, observation);
}

void record_status(const StatusQueries& parts, const PostgresRow& row, Observation& observation) {
  Columns columns(row, parts.standby ? standby_columns : 0);
  if (parts.replicas) record_replicas(columns, observation);
  if (parts.connections) record_connections(columns, observation);
}

void record_status_error(const StatusQueries& parts, const std::string& why, Observation& observation) {
  if (parts.standby) add_notes(standby_names, why, observation);
  if (parts.replicas) add_notes(replica_names, why, observation);
  if (parts.connections) add_notes(connection_names, why, observation);
}

}  // namespace hale
