#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// How a database compares with the migrations that the code expects, from best to worst.
enum class MigrationState : std::uint8_t {
  ok,
  ahead,    ///< nothing is missing, but the database has migrations that the code does not know
  pending,  ///< an expected migration is not applied
  none,     ///< no migration has ever been applied
  error,    ///< a migration failed halfway, or the files or the history are inconsistent
};

/// "ok", "ahead", "pending", "none" or "error".
std::string_view to_string(MigrationState state);

/// The result of comparing the expected migrations with the history.
struct MigrationFindings {
  std::vector<std::string> pending{};  ///< expected and not applied, in the order in which the tool would apply them
  std::size_t applied = 0;             ///< how many of the expected migrations are applied
  std::vector<std::string> ahead{};    ///< applied and not expected
  std::vector<std::string> errors{};   ///< one phrase each: "shop has 2 leaves: 0004_a, 0004_b"
  std::vector<std::string> remarks{};  ///< one phrase each; they do not affect the state
  bool compared = true;                ///< false when the history could not be read: the counts are unknown
  std::string absence{};               ///< why there is no history: "the table django_migrations does not exist"

  MigrationState state() const;

  /// The state, its reason with the first ids, and the remarks: "pending 2: shop.0004_a, shop.0004_b".
  std::string message() const;
};

/// Compares `expected` ids, unique and in the order of the code, with `applied` ones, in the order of the history.
MigrationFindings compare_ids(const std::vector<std::string>& expected, const std::vector<std::string>& applied);

/// The first five ids: "a, b, c, d, e and 4 more".
std::string format_ids(const std::vector<std::string>& ids);

}  // namespace hale
