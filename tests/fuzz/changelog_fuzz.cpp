#include "migrations/changelog/changelog.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

template <typename Read>
void look(Read read, std::string_view text) {
  try {
    const std::optional<hale::Changelog> changelog = read(text);
    if (!changelog) return;
    for (const hale::ChangelogEntry& entry : changelog->entries) {
      hale::fuzz::hold(hale::is_changelog_entry(entry.name));
      for (const auto& [attribute, value] : entry.attributes) hale::fuzz::hold(entry[attribute] == value);
    }
  } catch (const hale::UsageError& error) {
    hale::fuzz::hold(std::string_view(error.what()).starts_with("line "));
  }
}

}  // namespace

void hale::fuzz::look_at(std::string_view text) {
  look(read_xml_changelog, text);
  look(read_yaml_changelog, text);
  look(read_sql_changelog, text);
  // So that more of what is tried is taken for a changelog.
  const std::string body(text);
  look(read_xml_changelog, "<databaseChangeLog>" + body + "</databaseChangeLog>");
  look(read_yaml_changelog, "databaseChangeLog:\n" + body);
  look(read_sql_changelog, "--liquibase formatted sql\n" + body);
}
