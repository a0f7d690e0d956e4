#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

using ChangelogAttributes = std::map<std::string, std::string, std::less<>>;

/// A changeSet, include or includeAll of a Liquibase changelog.
struct ChangelogEntry {
  std::string name;
  ChangelogAttributes attributes{};

  /// The value of an attribute; empty when it does not exist.
  std::string_view operator[](std::string_view attribute) const;
};

/// The attributes of a changelog and its entries in their order. The changes in a changeset are not read.
struct Changelog {
  ChangelogAttributes attributes{};  ///< logicalFilePath, context, ...
  std::vector<ChangelogEntry> entries{};
};

/// True for the names of entries in Changelog::entries: "changeSet", "include" and "includeAll".
bool is_changelog_entry(std::string_view name);

// Parsers for the formats of changelogs (docs.liquibase.com, "What is a changelog?"), in one pass and without
// recursion. They throw UsageError "line N: ..." for invalid documents and for what they do not support: a DOCTYPE,
// whose entities can expand without limit, YAML aliases for the same reason, and modifyChangeSets.

/// Parses XML with the root databaseChangeLog.
Changelog read_xml_changelog(std::string_view text);

/// The XML library and its version: "expat 2.5.0".
std::string xml_library();

/// Parses YAML or JSON; Liquibase, too, reads JSON as YAML.
Changelog read_yaml_changelog(std::string_view text);

/// The YAML library and its version: "libyaml 0.2.5".
std::string yaml_library();

/// Parses SQL whose first line is "--liquibase formatted sql"; nullopt for other SQL.
std::optional<Changelog> read_sql_changelog(std::string_view text);

}  // namespace hale
