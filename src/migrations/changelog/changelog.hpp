#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

using ChangelogAttributes = std::map<std::string, std::string, std::less<>>;

/// A changeSet, include or includeAll of a Liquibase changelog, with its attributes.
struct ChangelogEntry {
  std::string name;
  ChangelogAttributes attributes{};

  /// The attribute's text, empty when there is none.
  std::string_view operator[](std::string_view attribute) const;
};

/// What a changelog says of itself, and its entries in the order of the document. What a changeset does is not read.
struct Changelog {
  ChangelogAttributes attributes{};  ///< logicalFilePath, context, ...
  std::vector<ChangelogEntry> entries{};
};

/// True for what Changelog::entries has; all else says nothing about which changesets there are.
bool is_changelog_entry(std::string_view name);

// Each reads a changelog in its format, in one pass without recursion. Throws UsageError, which names the line, for
// what cannot be read, and for what this reader does not follow: a DOCTYPE, an alias of YAML, modifyChangeSets.

/// XML whose root is databaseChangeLog.
Changelog read_xml_changelog(std::string_view text);

/// "expat 2.5.0", which reads it.
std::string xml_library();

/// YAML, or JSON, which Liquibase reads as YAML too.
Changelog read_yaml_changelog(std::string_view text);

/// "libyaml 0.2.5", which reads it.
std::string yaml_library();

/// SQL whose first line is "--liquibase formatted sql"; nothing for other SQL.
std::optional<Changelog> read_sql_changelog(std::string_view text);

}  // namespace hale
