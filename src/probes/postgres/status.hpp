#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "probes/postgres/connection.hpp"

namespace hale {

/// What a server is asked of itself beside the user's question.
struct StatusQueries {
  bool standby = false;      ///< whether it is one; its link and lag
  bool replicas = false;     ///< how many it feeds and how far they are
  bool connections = false;  ///< how many there are and may be

  /// What it takes to know the facts and measures `asked`, besides the standby's own.
  static StatusQueries for_names(const std::vector<std::string_view>& requested);

  bool any() const { return standby || replicas || connections; }
};

/// What a server says of itself as a standby. On a primary all but the first is empty.
struct PostgresStandby {
  bool in_recovery = false;
  bool receives = false;                  ///< a WAL receiver runs and has been connected
  std::optional<std::string> receiver{};  ///< its status; nothing when it is hidden from this role
  std::string target{};                   ///< position in the WAL that the primary is known to have reached
  std::optional<double> behind{};         ///< bytes from what is replayed to there
  std::optional<double> age{};            ///< seconds since the commit of the last transaction that was replayed

  /// "streaming" or "down".
  std::string link() const;

  /// True when `age` may be no lag: the last transaction is old and the replay not at the end, as it is too for a
  /// moment when an idle primary writes something, and all along a transaction of hours.
  bool doubtful() const;
};

/// Asks for everything in `wishes`, which is at least one, in one row. Takes PostgreSQL 10 or newer; for a role without
/// rights what is hidden is NULL.
std::string status_question(const StatusQueries& wishes);

/// Seconds that replay_question() takes.
inline constexpr double replay_patience = 0.1;

/// Asks, after `replay_patience`, whether the position `target` has been replayed by then.
std::string replay_question(const std::string& target);

/// The standby's part of the answer to status_question(); nothing when it was not asked for or makes no sense.
std::optional<PostgresStandby> read_standby(const StatusQueries& wishes, const PostgresRow& row);

/// Adds link and lag to `observation`, a claim when the link is down, and a note for what is hidden. `caught_up`: the
/// answer to replay_question() was yes.
void record_standby(const PostgresStandby& standby, bool caught_up, Observation& observation);

/// Adds the rest of the answer.
void record_status(const StatusQueries& wishes, const PostgresRow& row, Observation& observation);

/// Adds a note to `observation` for each name that `wishes` stand for: `why` it is not told.
void record_refusal(const StatusQueries& wishes, const std::string& why, Observation& observation);

}  // namespace hale
