#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "probes/postgres/connection.hpp"

namespace hale {

/// The parts of the status query, by which a server reports on itself, in addition to the user's query.
struct StatusQueries {
  bool standby = false;      ///< whether it is one, its link and its lag
  bool replicas = false;     ///< how many are connected, and their lag
  bool connections = false;  ///< how many there are, and how many are allowed

  /// The parts that the names `requested`, of facts and metrics, need. `standby` is left false: it does not depend on
  /// what is requested.
  static StatusQueries for_names(const std::vector<std::string_view>& requested);

  bool any() const { return standby || replicas || connections; }
};

/// A server's status as a standby. On a primary, all fields but the first are empty.
struct PostgresStandby {
  bool in_recovery = false;
  bool has_receiver = false;                ///< a WAL receiver process is running and has been connected
  std::optional<std::string> receiver{};    ///< its status; empty when this role may not see it
  std::string target{};                     ///< the latest WAL position (LSN) that the primary is known to have reached
  std::optional<double> bytes_behind{};     ///< WAL bytes between the replayed position and `target`
  std::optional<double> transaction_age{};  ///< seconds since the commit of the last transaction that was replayed

  /// "streaming" or "down".
  std::string link() const;

  /// True when `transaction_age` is no proof of a lag, so that replay_query() is needed: the standby is behind, and the
  /// last transaction is old. This is the case for a standby that has been stuck for long, but also for a moment when
  /// an idle primary writes again, and all the time while a transaction of hours is being replayed.
  bool needs_replay_check() const;
};

/// One SELECT that returns the columns of all `parts` in one row. `parts.any()` must be true. For PostgreSQL 10 or
/// newer. What the role may not see is NULL.
std::string status_query(const StatusQueries& parts);

/// How long replay_query() waits, in seconds.
inline constexpr double replay_wait = 0.1;

/// Waits on the server for `replay_wait` and returns whether the WAL position `target` has been replayed by then.
std::string replay_query(const std::string& target);

/// The standby columns of the result of status_query(); empty when `parts` has no standby or the columns are malformed.
std::optional<PostgresStandby> read_standby(const StatusQueries& parts, const PostgresRow& row);

/// Adds the fact `link` and the metrics `lag` and `lag_bytes`; a critical claim about `link` when it is down; notes for
/// what is hidden. `caught_up`: replay_query() returned true.
void record_standby(const PostgresStandby& standby, bool caught_up, Observation& observation);

/// Adds the metrics of replicas and connections from the result of status_query(), or notes for what is hidden.
void record_status(const StatusQueries& parts, const PostgresRow& row, Observation& observation);

/// Adds a note with the reason `why` for each name that `parts` would have reported.
void record_status_error(const StatusQueries& parts, const std::string& why, Observation& observation);

}  // namespace hale
