#include "probes/postgres/status.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "core/quantity.hpp"

namespace hale {
namespace {

constexpr std::array<std::string_view, 3> standby_names{"link", "lag", "lag_bytes"};
constexpr std::array<std::string_view, 3> replica_names{"replicas", "replica_lag", "replica_lag_bytes"};
constexpr std::array<std::string_view, 2> connection_names{"connections", "connections_used"};

// The functions behind PostgreSQL's views of the same names: a view costs a fresh session a millisecond more.
// pg_stat_get_wal_receiver() has a row of NULLs where there is no receiver or it never got through to the primary.
// latest_end_lsn is where the primary was when it last said so: further than what has been received as long as the
// network is the bottleneck.
constexpr std::string_view standby_part =
    "(SELECT pg_is_in_recovery(), pid IS NOT NULL, status, target, pg_wal_lsn_diff(target, pg_last_wal_replay_lsn()), "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) FROM (SELECT pid, status, "
    "greatest(latest_end_lsn, pg_last_wal_receive_lsn()) AS target FROM pg_stat_get_wal_receiver()) AS r) AS standby";
constexpr std::size_t standby_columns = 6;

// A base backup and pg_receivewal are fed too, and replay nothing.
constexpr std::string_view replicas_part =
    "(SELECT count(*) FILTER (WHERE state IS NULL), count(replay_lsn), max(CASE WHEN replay_lsn < here THEN "
    "coalesce(extract(epoch FROM replay_lag), 0) WHEN replay_lsn >= here THEN 0 END), max(greatest(0, "
    "pg_wal_lsn_diff(here, replay_lsn))) FROM pg_stat_get_wal_senders(), (SELECT CASE WHEN pg_is_in_recovery() THEN "
    "pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS here) AS h) AS replicas";

// reserved_connections came with PostgreSQL 16. What sort of process a session is of is hidden from roles without
// rights, but most other sorts have no database or no user.
constexpr std::string_view connections_part =
    "(SELECT count(*) FILTER (WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND coalesce(backend_type, 'client "
    "backend') = 'client backend'), current_setting('max_connections')::integer - "
    "current_setting('superuser_reserved_connections')::integer - coalesce(current_setting('reserved_connections', "
    "true), '0')::integer FROM pg_stat_get_activity(NULL)) AS connections";

constexpr std::string_view hidden = "hidden from this role, which is no member of pg_monitor";
constexpr double recent = 1;  // seconds: a lag beneath it is not worth a second look

/// The columns of a row, one after the other.
class Columns {
 public:
  Columns(const PostgresRow& row, std::size_t first) : row_(row), next_(first) {}

  std::optional<std::string> text() { return next_ < row_.size() ? row_[next_++] : std::nullopt; }

  std::optional<double> number() {
    const std::optional<std::string> words = text();
    return words ? parse_number(*words) : std::nullopt;
  }

  bool yes() { return text() == "t"; }

 private:
  const PostgresRow& row_;
  std::size_t next_;
};

bool names_any(const std::vector<std::string_view>& requested, std::span<const std::string_view> names) {
  return std::any_of(requested.begin(), requested.end(),
                     [&](std::string_view one) { return std::find(names.begin(), names.end(), one) != names.end(); });
}

void note_all(std::span<const std::string_view> names, std::string_view why, Observation& observation) {
  for (const std::string_view name : names) observation.notes.push_back(Note{std::string(name), std::string(why)});
}

void metric(std::string_view name, double value, Unit unit, Observation& observation) {
  observation.metrics.push_back(Metric{std::string(name), Quantity{std::max(value, 0.0), unit}});
}

void record_lag(std::optional<double> lag, Observation& observation) {
  if (lag) {
    metric("lag", *lag, Unit::seconds, observation);
  } else {
    observation.notes.push_back(Note{"lag", "no transaction has been replayed since the server's start"});
  }
}

void record_replicas(Columns& columns, Observation& observation) {
  const bool any_hidden = columns.number().value_or(0) > 0;
  const std::optional<double> count = columns.number();
  const std::optional<double> lag = columns.number();
  const std::optional<double> bytes = columns.number();
  if (any_hidden || !count) return note_all(replica_names, hidden, observation);
  metric("replicas", *count, Unit::none, observation);
  if (!lag || !bytes) return note_all(std::span(replica_names).subspan(1), "no replica is connected", observation);
  metric("replica_lag", *lag, Unit::seconds, observation);
  metric("replica_lag_bytes", *bytes, Unit::bytes, observation);
}

void record_connections(Columns& columns, Observation& observation) {
  const std::optional<double> count = columns.number();
  const std::optional<double> most = columns.number();
  if (!count || !most || *most <= 0) return note_all(connection_names, "the server does not tell", observation);
  metric("connections", *count, Unit::none, observation);
  metric("connections_used", 100 * *count / *most, Unit::percent, observation);
}

}  // namespace

StatusQueries StatusQueries::for_names(const std::vector<std::string_view>& requested) {
  return {.replicas = names_any(requested, replica_names), .connections = names_any(requested, connection_names)};
}

std::string PostgresStandby::link() const {
  return receives && receiver.value_or("streaming") == "streaming" ? "streaming" : "down";
}

bool PostgresStandby::doubtful() const {
  return link() == "streaming" && receiver && behind.value_or(0) > 0 && age.value_or(0) > recent;
}

std::string status_question(const StatusQueries& wishes) {
  std::string parts;
  const auto add = [&](bool wished, std::string_view part) {
    if (wished) parts += fmt::format("{}{}", parts.empty() ? "" : ", ", part);
  };
  add(wishes.standby, standby_part);
  add(wishes.replicas, replicas_part);
  add(wishes.connections, connections_part);
  return "SELECT * FROM " + parts;
}

std::string replay_question(const std::string& target) {
  return fmt::format("SELECT pg_last_wal_replay_lsn() >= '{}' FROM pg_sleep({})", target, replay_patience);
}

std::optional<PostgresStandby> read_standby(const StatusQueries& wishes, const PostgresRow& row) {
  if (!wishes.standby || row.size() < standby_columns || !row[0]) return std::nullopt;
  Columns columns(row, 0);
  PostgresStandby standby;
  standby.in_recovery = columns.yes();
  standby.receives = columns.yes();
  standby.receiver = columns.text();
  standby.target = columns.text().value_or("");
  standby.behind = columns.number();
  standby.age = columns.number();
  // It becomes part of a question.
  if (standby.target.find_first_not_of("0123456789ABCDEF/") != std::string::npos) return std::nullopt;
  return standby;
}

void record_standby(const PostgresStandby& standby, bool caught_up, Observation& observation) {
  const std::string link = standby.link();
  observation.facts.push_back(Fact{"link", link});
  if (link == "down") {
    const std::string receiver = standby.receives ? standby.receiver.value_or("") : "none";
    observation.claims.push_back(Claim{
        State::critical, fmt::format("the standby gets no WAL from its primary (WAL receiver: {})", receiver), "link"});
    record_lag(standby.age, observation);
    observation.notes.push_back(Note{"lag_bytes", "unknown while the link is down"});
    return;
  }
  if (!standby.receiver || !standby.behind) return note_all(std::span(standby_names).subspan(1), hidden, observation);
  const std::optional<double> at_most = caught_up ? replay_patience : standby.age;
  record_lag(*standby.behind <= 0 ? 0 : at_most, observation);
  metric("lag_bytes", *standby.behind, Unit::bytes, observation);
}

void record_status(const StatusQueries& wishes, const PostgresRow& row, Observation& observation) {
  Columns columns(row, wishes.standby ? standby_columns : 0);
  if (wishes.replicas) record_replicas(columns, observation);
  if (wishes.connections) record_connections(columns, observation);
}

void record_refusal(const StatusQueries& wishes, const std::string& why, Observation& observation) {
  if (wishes.standby) note_all(standby_names, why, observation);
  if (wishes.replicas) note_all(replica_names, why, observation);
  if (wishes.connections) note_all(connection_names, why, observation);
}

}  // namespace hale
