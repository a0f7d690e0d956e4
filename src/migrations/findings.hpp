#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// How a database stands to the migrations that the code expects; a later one is worse.
enum class MigrationState : std::uint8_t {
  ok,
  ahead,    ///< nothing is missing, but something is applied that the code does not know
  pending,  ///< something that the code expects is not applied
  none,     ///< nothing has ever been applied
  error,    ///< a migration failed half-way, or files and history contradict each other or themselves
};

/// "ok", "ahead", "pending", "none", "error".
std::string_view word(MigrationState state);

/// What comparing the expected migrations with the history found.
struct MigrationFindings {
  std::vector<std::string> pending{};  ///< expected and not applied, in the order in which they would be
  std::size_t applied = 0;             ///< how many are expected and applied
  std::vector<std::string> ahead{};    ///< applied and not expected
  std::vector<std::string> errors{};   ///< a phrase for each: "shop has two leaves: 0004_a, 0004_b"
  bool compared = true;                ///< false when the history could not be read: then nothing is counted
  std::string remark{};                ///< what else there is to say, good or bad: "2 heads: a1, b2"
  std::string absence{};               ///< why there is no history: "there is no table django_migrations"

  MigrationState state() const;

  /// The state and what it comes from, with the first ids: "pending 2: shop.0004_a, shop.0004_b".
  std::string message() const;
};

/// Holds ids in the order of the code, each once, against applied ones in the order of the history.
MigrationFindings compare_ids(const std::vector<std::string>& expected, const std::vector<std::string>& applied);

/// "a, b, c and 4 more": the first ids of a list.
std::string first_ids(const std::vector<std::string>& ids);

}  // namespace hale
