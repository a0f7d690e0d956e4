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

/// A version in a form that compares as Flyway does, part by part as numbers of any size: the number of digits and the
/// digits of each part, without leading zeros and without zeros at the end ("1.0" is "1").
using FlywayVersion = std::vector<std::pair<std::size_t, std::string>>;

/// Parses "2.1" or "2_1"; nullopt for other text.
std::optional<FlywayVersion> parse_flyway_version(std::string_view text);

/// A migration file.
struct FlywayScript {
  enum class Kind : std::uint8_t { versioned, repeatable, baseline };

  Kind kind = Kind::versioned;
  std::string id;                          ///< as Flyway prints it: the version, or the description of a repeatable one
  FlywayVersion version{};                 ///< empty for a repeatable one
  std::optional<std::int32_t> checksum{};  ///< nullopt when it cannot be computed from the file

  /// Unique among the scripts of one kind.
  std::pair<FlywayVersion, std::string> key() const { return {version, kind == Kind::repeatable ? id : std::string()}; }
};

/// The scripts of all folders and manifests except undo scripts: versioned ones by version, then baselines by version,
/// then repeatable ones by description. Blocks. Throws UsageError.
std::vector<FlywayScript> read_flyway_scripts(const std::vector<MigrationSource>& sources);

}  // namespace hale
