#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

/// The rest of a comment line that begins with "--" and `keyword`, in lower case; nullopt for other lines.
std::optional<std::string_view> after_keyword(std::string_view line, std::string_view keyword) {
  line = trim(line);
  if (!line.starts_with("--")) return std::nullopt;
  line = trim(line.substr(2));
  if (lower(line.substr(0, keyword.size())) != keyword) return std::nullopt;
  return line.substr(keyword.size());
}

/// Removes and returns the next value of `rest`: text in double quotes, or else up to one of `delimiters`.
std::string_view take_value(std::string_view& rest, std::string_view delimiters) {
  const bool quoted = rest.starts_with('"') && rest.find('"', 1) != std::string_view::npos;
  const std::size_t end = std::min(quoted ? rest.find('"', 1) : rest.find_first_of(delimiters), rest.size());
  const std::string_view text = quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
  rest.remove_prefix(quoted ? end + 1 : end);
  return text;
}

/// Adds the attributes of `line` that decide which changesets exist, such as dbms:postgresql or context:"a and b". Of
/// several with the same name the last one counts.
void add_attributes(std::string_view line, ChangelogAttributes& attributes) {
  constexpr auto names =
      std::to_array<std::string_view>({"dbms", "context", "contextFilter", "labels", "ignore", "logicalFilePath"});
  const std::string lower_line = lower(line);
  for (const std::string_view name : names) {
    const std::size_t found = lower_line.rfind(lower(name) + ":");
    if (found == std::string::npos) continue;
    std::string_view rest = line.substr(found + name.size() + 1);
    if (const std::string_view value = take_value(rest, blanks); !value.empty()) attributes.emplace(name, value);
  }
}

/// Parses AUTHOR:ID and attributes, the rest of a line after "changeset".
ChangelogEntry parse_changeset(std::string_view text, std::size_t line) {
  std::string_view rest = trim(text);
  const std::string_view author = take_value(rest, ":");
  const bool has_separator = rest.starts_with(':');
  if (has_separator) rest.remove_prefix(1);
  const std::string_view id = take_value(rest, blanks);
  if (!has_separator || author.empty() || id.empty())
    throw UsageError(fmt::format("line {}: expected AUTHOR:ID after changeset", line));
  ChangelogEntry entry{"changeSet", {{"author", std::string(author)}, {"id", std::string(id)}}};
  add_attributes(rest, entry.attributes);
  return entry;
}

/// Skips the lines that `argument`, the rest of the line after "ignoreLines", names: ":2" or, up to "ignoreLines:end",
/// ":start".
void ignore_lines(std::string_view argument, const std::vector<std::string_view>& lines, std::size_t& line) {
  constexpr std::string_view end_marker = "ignorelines:end";
  argument = trim(argument.substr(std::min<std::size_t>(1, argument.size())));
  if (argument == "start") {
    while (line < lines.size() && !after_keyword(lines[line], end_marker)) ++line;
    return;
  }
  std::size_t count = 0;
  std::from_chars(argument.data(), argument.data() + argument.size(), count);
  line += std::min(count, lines.size() - line);
}

}  // namespace

std::optional<Changelog> read_sql_changelog(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto header = after_keyword(first_line(text), "liquibase");
  if (!header || !lower(trim(*header)).starts_with("formatted")) return std::nullopt;
  Changelog changelog;
  add_attributes(*header, changelog.attributes);
  const std::vector<std::string_view> lines = split(text, '\n');
  for (std::size_t line = 0; line < lines.size();) {
    const std::string_view one = lines[line++];
    if (const auto ignored = after_keyword(one, "ignorelines")) ignore_lines(*ignored, lines, line);
    const auto changeset = after_keyword(one, "changeset");
    if (changeset && (changeset->empty() || blanks.find(changeset->front()) != std::string_view::npos))
      changelog.entries.push_back(parse_changeset(*changeset, line));
  }
  return changelog;
}

}  // namespace hale
