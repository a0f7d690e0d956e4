#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

/// A version as Flyway compares them, part by part: how many digits, and these without leading zeros. Zeros at the end
/// are left out.
using FlywayVersion = std::vector<std::pair<std::size_t, std::string>>;

/// "2.1" and "2_1"; nothing for what has other signs than digits between dots.
std::optional<FlywayVersion> read_flyway_version(std::string_view text);

/// A migration that the code has.
struct FlywayScript {
  enum class Kind : std::uint8_t { versioned, repeatable, baseline };

  Kind kind = Kind::versioned;
  std::string id;                          ///< the version, of a repeatable one the description, as Flyway shows them
  FlywayVersion version{};                 ///< unless it is repeatable
  std::optional<std::int32_t> checksum{};  ///< nothing where Flyway's own cannot be told from the file

  /// What no two scripts of a kind have in common.
  std::pair<FlywayVersion, std::string> key() const { return {version, kind == Kind::repeatable ? id : std::string()}; }
};

/// Every script that the folders and manifests name, undo scripts left out: versioned ones by version, then baselines,
/// then repeatable ones by description. Throws UsageError.
std::vector<FlywayScript> read_flyway_scripts(const std::vector<MigrationSource>& sources);

}  // namespace hale
