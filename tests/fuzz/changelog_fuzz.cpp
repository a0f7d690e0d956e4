#include "migrations/changelog/changelog.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

template <typename Read>
void check_changelog(Read read, std::string_view text) {
  try {
    const std::optional<hale::Changelog> changelog = read(text);
    if (!changelog) return;
    for (const hale::ChangelogEntry& entry : changelog->entries) {
      hale::fuzz::check(hale::is_changelog_entry(entry.name));
      for (const auto& [attribute, value] : entry.attributes) hale::fuzz::check(entry[attribute] == value);
    }
  } catch (const hale::UsageError& error) {
    hale::fuzz::check(std::string_view(error.what()).starts_with("line "));
  }
}

}  // namespace

void hale::fuzz::fuzz_one(std::string_view text) {
  check_changelog(read_xml_changelog, text);
  check_changelog(read_yaml_changelog, text);
  check_changelog(read_sql_changelog, text);
  // Adds the beginning of a changelog, so that more inputs get past the first check.
  const std::string body(text);
  check_changelog(read_xml_changelog, "<databaseChangeLog>" + body + "</databaseChangeLog>");
  check_changelog(read_yaml_changelog, "databaseChangeLog:\n" + body);
  check_changelog(read_sql_changelog, "--liquibase formatted sql\n" + body);
}
